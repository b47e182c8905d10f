package network_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"testing"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// members is the test network: four members, of which three make a quorum.
func members() []byte {
	var f org.Founding
	for i, id := range []string{"alpha", "beta", "gamma", "state"} {
		m := org.FoundingMember{Admit: org.Admit{ID: id, Name: id, Roles: proof.RolePayer, Key: ledgertest.Key(id)}}
		if i < 2 {
			m.Validator = ledgertest.Key(id + "-node")
		}
		f.Members = append(f.Members, m)
	}
	return mustJSON(f)
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// nodeID is the id of the node that has the test key of a name.
func nodeID(name string) string { return network.NodeIDOf(ledgertest.Key("node " + name)) }

// peer publishes the node of a name, with the signature of its key.
func peer(member, name, addr string) *network.PublishPeer {
	key := ledgertest.Key("node " + name)
	signature := proof.Sign(ledgertest.PrivateKey("node "+name), network.NodeStatement(ledgertest.ChainID, member, key))
	return &network.PublishPeer{Member: member, NodeID: network.NodeIDOf(key), Addr: addr, Key: key, Signature: signature[:]}
}

// seal makes something of the size of a seal key.
func seal(b byte) []byte { return bytes.Repeat([]byte{b}, network.SealKeySize) }

func founding() network.Founding {
	hash := ledgertest.HashOf
	return network.Founding{
		Documents: []network.AdoptDocument{
			{Name: network.DocumentCharter, SHA256: hash("charter"), Size: 9_000, Title: "Charter of the test network"},
			{Name: network.DocumentExit, SHA256: hash("exit"), Size: 3_000, Title: "How to leave"},
			{Name: network.DocumentFees, SHA256: hash("fees"), Size: 1_000, Title: "Who pays whom"},
		},
		Peers:     []network.PublishPeer{*peer("alpha", "a1", "a.example:26656")},
		Mailboxes: []network.PublishMailbox{{Member: "alpha", Addr: "a.example:26700", TLS: ledgertest.Key("alpha-tls"), Seal: seal(1)}},
	}
}

func foundingParts(f network.Founding) map[string][]byte {
	return map[string][]byte{"org": members(), "network": mustJSON(f)}
}

// chain is a ledger with the test network.
type chain struct{ *ledgertest.Chain }

func newChain(t testing.TB) chain {
	t.Helper()
	return chain{ledgertest.NewChain(t, org.Governor{}, foundingParts(network.Founding{}), org.Module(), network.Module())}
}

// send lets a member send entries, or a quorum in one envelope for "council", and
// returns the code of the refusal.
func (c chain) send(as string, entries ...proof.Entry) ledger.Code {
	c.T.Helper()
	act := ledgertest.Act{As: as, Entries: entries}
	if as == "council" {
		act.As, act.Also = "alpha", []string{"beta", "gamma"}
	}
	res := c.Do(act)
	for _, code := range append(append(ledger.Codes(), org.Codes()...), network.Codes()...) {
		if code.Number == res.Code {
			return code
		}
	}
	if res.Code != 0 {
		c.T.Fatalf("unknown code %d: %s", res.Code, res.Log)
	}
	return ledger.Code{}
}

func (c chain) entry(kind string, message any) proof.Entry {
	c.T.Helper()
	return ledgertest.Entry(c.T, "network", kind, message)
}

func script() ledgertest.Script {
	symbols := map[string]string{}
	for _, pair := range []string{"a1", "a2", "b1"} {
		symbols["@n."+pair], symbols["@nk."+pair] = nodeID(pair), ledgertest.Key("node "+pair).String()
		for _, member := range []string{"alpha", "beta", "gamma", "omega"} {
			symbols["@"+member+"."+pair] = base64.StdEncoding.EncodeToString(peer(member, pair, "").Signature)
		}
	}
	elsewhere := proof.Sign(ledgertest.PrivateKey("node a2"), network.NodeStatement("another-chain", "beta", ledgertest.Key("node a2")))
	symbols["@other.chain"] = base64.StdEncoding.EncodeToString(elsewhere[:])
	for i, name := range []string{"one", "two", "three", "four"} {
		symbols["@seal."+name] = base64.StdEncoding.EncodeToString(seal(byte(i + 1)))
		symbols["@s."+name] = hex.EncodeToString(seal(byte(i + 1)))
	}
	return ledgertest.Script{
		Modules: []ledger.Module{org.Module(), network.Module()}, Governor: org.Governor{},
		Founding: foundingParts(founding()), Symbols: symbols,
	}
}

func TestTranscripts(t *testing.T) {
	s := script()
	s.Seen = ledgertest.NewCoverage()
	s.Run(t, "testdata")
	for _, missing := range s.Seen.Missing(network.Module()) {
		// The limits need more entries than a page should hold: see limits_test.go.
		if missing != "no transcript shows the code "+network.CodeTooMany.Name {
			t.Error(missing)
		}
	}
}
