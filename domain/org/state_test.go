package org

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysOfTheMapsReadBack(t *testing.T) {
	hash, key := ledgertest.HashOf("p"), ledgertest.Key("k")
	if got, err := hashKey.Decode(hashKey.Append(nil, hash)); err != nil || got != hash {
		t.Errorf("hash: %s, %v", got, err)
	}
	if got, err := publicKey.Decode(publicKey.Append(nil, key)); err != nil || got != key {
		t.Errorf("key: %s, %v", got, err)
	}
	if v := (vote{hash, "beta"}); true {
		if got, err := voteKey.Decode(voteKey.Append(nil, v)); err != nil || got != v {
			t.Errorf("vote: %v, %v", got, err)
		}
	}
	id := proof.Identifier{Kind: proof.IdentDEA, Value: "AB1234563"}
	if got, err := identifierKey.Decode(identifierKey.Append(nil, id)); err != nil || got != id {
		t.Errorf("identifier: %v, %v", got, err)
	}
}

func TestKeysOfTheWrongLengthAreRefused(t *testing.T) {
	for n := range 70 {
		b := bytes.Repeat([]byte{1}, n)
		if _, err := hashKey.Decode(b); (err == nil) != (n == proof.HashSize) {
			t.Errorf("a hash of %d bytes: %v", n, err)
		}
		if _, err := publicKey.Decode(b); (err == nil) != (n == proof.KeySize) {
			t.Errorf("a key of %d bytes: %v", n, err)
		}
		if _, err := lapseKey.Decode(b); (err == nil) != (n == 8+proof.HashSize) {
			t.Errorf("a lapse of %d bytes: %v", n, err)
		}
		if _, err := voteKey.Decode(b); (err == nil) != (n > proof.HashSize) {
			t.Errorf("a vote of %d bytes: %v", n, err)
		}
		if _, err := identifierKey.Decode(b); (err == nil) != (n > 1) {
			t.Errorf("an identifier of %d bytes: %v", n, err)
		}
	}
}

func TestTheRowOfAMemberIsTheOneThatVerifiersRead(t *testing.T) {
	if got, want := members.RawKey("alpha"), proof.MemberKey("alpha"); !bytes.Equal(got, want) {
		t.Fatalf("it stands under %x, verifiers look under %x", got, want)
	}
}

func TestAProposalAndACompanyFitTheirRows(t *testing.T) {
	name := strings.Repeat("n", IDMax)
	p := proposal{
		Module: name, Kind: name, Message: make([]byte, ProposalMessageMax), By: name,
		Height: 1 << 40, Until: 1 << 40, Yes: MembersMax, No: MembersMax,
	}
	if n := len(proposals.Value.Encode(p)); n > ledger.StateValueSizeMax {
		t.Errorf("a proposal has %d bytes", n)
	}
	c := company{Owner: name}
	for range DelegationsMax {
		c.Delegated = append(c.Delegated, delegation{Number: strings.Repeat("9", PrefixDigitsMax), Delegate: name})
	}
	if n := len(companies.Value.Encode(c)); n > ledger.StateValueSizeMax {
		t.Errorf("a company has %d bytes", n)
	}
}

func TestCodesAreNumberedInOrder(t *testing.T) {
	names := map[string]bool{}
	for i, c := range Codes() {
		if c.Number != uint32(100+i) || c.Kind == 0 || !strings.HasPrefix(c.Name, "org/") || names[c.Name] {
			t.Errorf("code %d is %+v", i, c)
		}
		names[c.Name] = true
	}
	if last := Codes()[len(Codes())-1]; last.Number > 199 {
		t.Errorf("the module has the numbers 100 to 199, %s has %d", last.Name, last.Number)
	}
}

// FuzzEntry throws any bytes at any kind, sent by a quorum: no rule may panic, and
// every invariant must hold after it.
func FuzzEntry(f *testing.F) {
	kinds := Module().Entries
	for i, k := range kinds {
		b, err := ledger.EncodeMessage(k.New())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), b)
	}
	add := func(kind string, m any) {
		i := slices.IndexFunc(kinds, func(k ledger.EntryKind) bool { return k.Name == kind })
		f.Add(byte(i), ledgertest.Entry(f, "org", kind, m).Message)
	}
	add("admit", &Admit{ID: "delta", Name: "delta", Roles: 1, Key: ledgertest.Key("delta"), Prefixes: []string{"4012345"}})
	add("propose", &Propose{Module: "org", Kind: "suspend", Message: ledgertest.Entry(f, "org", "suspend", &Suspend{Member: "beta"}).Message})
	add("delegate-prefix", &DelegatePrefix{Member: "alpha", Delegate: "beta", Number: "061414112"})
	add("set-validator", &SetValidator{Member: "alpha", Key: ledgertest.Key("alpha-node"), Power: 2})
	add("record-licence", &RecordLicence{Member: "beta", Licence: LicenceTerms{Role: 1, Place: "US", Number: "1", From: 1, To: 2}})
	add("set-identifiers", &SetIdentifiers{Member: "beta", Identifiers: []Identifier{{Kind: 2, Value: "1234567893"}}})
	var founders Founding
	for _, id := range []string{"alpha", "beta"} {
		founders.Members = append(founders.Members, FoundingMember{Admit: Admit{ID: id, Name: id, Roles: proof.RoleBoard, Key: ledgertest.Key(id)}, Validator: ledgertest.Key(id + "-node")})
	}
	founders.Members[0].Prefixes = []string{"0614141"}
	founding := map[string][]byte{"org": mustJSON(f, founders)}
	f.Fuzz(func(t *testing.T, kind byte, message []byte) {
		if len(message) > 32<<10 {
			return
		}
		c := ledgertest.NewChain(t, Governor{}, founding, Module())
		name := kinds[int(kind)%len(kinds)].Name
		res := c.Do(ledgertest.Act{As: "alpha", Also: []string{"beta"}, Entries: []proof.Entry{{Module: "org", Kind: name, Message: message}}})
		if res.Code == ledger.CodeInternal.Number {
			t.Fatal(res.Log)
		}
	})
}
