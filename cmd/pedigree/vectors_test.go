package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"pedigree/domain/all"
	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/node"
	"pedigree/internal/store/storetest"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

// TestVectorsAreFresh publishes founding files with their fingerprints and the
// first state that they lay down.
func TestVectorsAreFresh(t *testing.T) {
	ledgertest.FreshVectors(t, *update, "founding.json", ledgertest.Object{"foundings": []ledgertest.Object{
		vectorFounding(t, "pilot-1", engine.LAN, foundingCards(), nil),
		vectorFounding(t, "alone", engine.Single, foundingCards()[:1], nil),
		vectorFounding(t, "chartered", engine.Single, foundingCards()[:1], &network.Founding{
			Documents: []network.AdoptDocument{
				{Name: network.DocumentCharter, SHA256: ledgertest.HashOf("charter"), Size: 9_000, Title: "Charter <first>"},
				{Name: network.DocumentExit, SHA256: ledgertest.HashOf("exit"), Size: 300, Title: "How to leave"},
			},
			Peers:     []network.PublishPeer{foundingPeer("one", "maker.example:26656"), foundingPeer("two", "")},
			Mailboxes: []network.PublishMailbox{{Member: "maker", Addr: "maker.example:26700", TLS: ledgertest.Key("maker's mailbox"), Seal: bytes.Repeat([]byte{0x5e}, network.SealKeySize)}},
		}),
	}})
}

// foundingPeer is the maker's node that has the test key of a name.
func foundingPeer(name, addr string) network.PublishPeer {
	key := ledgertest.Key(name)
	signature := proof.Sign(ledgertest.PrivateKey(name), network.NodeStatement("chartered", "maker", key))
	return network.PublishPeer{Member: "maker", NodeID: network.NodeIDOf(key), Addr: addr, Key: key, Signature: signature[:]}
}

// foundingCards are three founders; two run validators.
func foundingCards() []card {
	return []card{
		{Member: org.FoundingMember{
			Admit: org.Admit{
				ID: "maker", Name: "Maker & <Söhne>", Roles: proof.RoleManufacturer, Key: ledgertest.Key("maker"),
				Identifiers: []org.Identifier{{Kind: proof.IdentNPI, Value: "1234567893"}, {Kind: proof.IdentGLN, Value: "0614141000012"}}, Prefixes: []string{"0614141", "95040001"},
				Licences: []org.LicenceTerms{{Role: proof.RoleManufacturer, Place: "US-CA", Number: "ML-1", From: 20_000, To: 22_000}},
			},
			Validator: ledgertest.Key("maker's node"),
		}},
		{Member: org.FoundingMember{
			Admit: org.Admit{ID: "board", Name: "Board", Roles: proof.RoleBoard | proof.RoleAuditor, Key: ledgertest.Key("board")}, Validator: ledgertest.Key("board's node"), Power: 7,
		}},
		{Member: org.FoundingMember{Admit: org.Admit{ID: "shop", Name: "Shop", Roles: proof.RoleDispenser, Key: ledgertest.Key("shop")}}},
	}
}

func vectorFounding(t *testing.T, chain string, profile engine.Profile, cards []card, part *network.Founding) ledgertest.Object {
	t.Helper()
	f, err := found(chain, profile, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), cards)
	if err != nil {
		t.Fatal(err)
	}
	if part != nil {
		if f.Modules["network"], err = json.Marshal(part); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	read, err := node.ParseFounding(text)
	if err != nil {
		t.Fatal(err)
	}
	print, err := fingerprint(read)
	if err != nil {
		t.Fatal(err)
	}
	checkOtherLayout(t, text, print)
	runtime, err := ledger.New(ledger.Config{ChainID: chain, Modules: all.Modules(), Governor: all.Governor()})
	if err != nil {
		t.Fatal(err)
	}
	state := ledgertest.NewMemory()
	out, err := runtime.Begin(ledger.BlockInfo{Time: uint64(read.Time.Unix())}, func(m string) []byte { return read.Modules[m] }, read.Limits, state)
	if err != nil {
		t.Fatal(err)
	}
	state.Apply(out.Changes)
	model := storetest.NewModel()
	model.Apply(out.Changes)
	rows := []ledgertest.Object{}
	for _, key := range state.Keys() {
		rows = append(rows, ledgertest.Object{"key": ledgertest.Hex([]byte(key)), "value": ledgertest.Hex(state.Rows[key])})
	}
	events := []string{}
	for _, e := range state.Events {
		events = append(events, ledgertest.Hex(e))
	}
	return ledgertest.Object{"file": string(text), "fingerprint": print.String(), "rows": rows, "events": events, "appHash": model.Parts().Hash().String()}
}

// checkOtherLayout holds that the order of the members and white space between
// them do not change the fingerprint.
func checkOtherLayout(t *testing.T, text []byte, print proof.Hash) {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	read, err := node.ParseFounding(sorted)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := fingerprint(read); err != nil || again != print {
		t.Errorf("laid out in another way the file has the fingerprint %s, %v; want %s", again, err, print)
	}
}
