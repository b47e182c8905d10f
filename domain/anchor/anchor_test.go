package anchor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pedigree/domain/anchor"
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func founding() map[string][]byte {
	var f org.Founding
	for _, id := range []string{"alpha", "beta", "gamma"} {
		f.Members = append(f.Members, org.FoundingMember{Admit: org.Admit{ID: id, Name: id, Roles: proof.RolePayer, Key: ledgertest.Key(id)}})
	}
	f.Members[0].Validator = ledgertest.Key("node")
	b, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return map[string][]byte{"org": b}
}

func newChain(t testing.TB) *ledgertest.Chain {
	t.Helper()
	return ledgertest.NewChain(t, org.Governor{}, founding(), org.Module(), anchor.Module())
}

func set(c *ledgertest.Chain, as, purpose, root string) uint32 {
	e := ledgertest.Entry(c.T, "anchor", "anchor", &anchor.SetAnchor{Purpose: purpose, Root: ledgertest.HashOf(root)})
	return c.Do(ledgertest.Act{As: as, Entries: []proof.Entry{e}}).Code
}

func TestTranscripts(t *testing.T) {
	s := ledgertest.Script{Modules: []ledger.Module{org.Module(), anchor.Module()}, Governor: org.Governor{}, Founding: founding(), Seen: ledgertest.NewCoverage()}
	s.Run(t, "testdata")
	for _, missing := range s.Seen.Missing(anchor.Module()) {
		if missing != "no transcript shows the code "+anchor.CodeTooMany.Name { // see the test of limits
			t.Error(missing)
		}
	}
}

func TestAMemberHasAnchorsForAtMostThirtyTwoPurposes(t *testing.T) {
	c := newChain(t)
	for i := range anchor.PurposesMax {
		if code := set(c, "alpha", fmt.Sprint("purpose-", i), "r"); code != 0 {
			t.Fatalf("purpose %d is refused with %d", i, code)
		}
	}
	if code := set(c, "alpha", "one-more", "r"); code != anchor.CodeTooMany.Number {
		t.Errorf("one more purpose: code %d", code)
	}
	if code := set(c, "alpha", "purpose-7", "again"); code != 0 {
		t.Errorf("a purpose that it has: code %d", code)
	}
	if code := set(c, "beta", "one-more", "r"); code != 0 {
		t.Errorf("another member: code %d", code)
	}
}

func TestPurposesAreCheckedByCharacterAndLength(t *testing.T) {
	for purpose, good := range map[string]bool{
		"audit": true, "a": true, "audit.v2": true, "audit-log": true, strings.Repeat("a", anchor.PurposeSizeMax): true,
		"": false, "a/b": false, "Audit": false, "-a": false, "a.": false, "a b": false, "ä": false, strings.Repeat("a", anchor.PurposeSizeMax+1): false,
	} {
		if err := (&anchor.SetAnchor{Purpose: purpose, Root: ledgertest.HashOf("r")}).Validate(); (err == nil) != good {
			t.Errorf("purpose %q: %v", purpose, err)
		}
	}
}

func TestTheInvariantFindsAPurposeTooMany(t *testing.T) {
	c := newChain(t)
	set(c, "alpha", "audit", "r")
	row := c.State.Rows[string(anchor.Key("alpha", "audit"))]
	for i := range anchor.PurposesMax {
		if err := c.Runtime.Invariants(c.State); err != nil {
			t.Fatalf("with %d purposes: %v", i+1, err)
		}
		c.State.Rows[string(anchor.Key("alpha", fmt.Sprint("p", i)))] = row
	}
	if err := c.Runtime.Invariants(c.State); err == nil || !strings.Contains(err.Error(), "more than 32") {
		t.Fatalf("got %v", err)
	}
}

// The members' ids are prefixes of each other: one must not see the other's.
func TestAMembersAnchorsStandApart(t *testing.T) {
	c := newChain(t)
	alphaTwo := ledgertest.Entry(t, "org", "admit", &org.Admit{ID: "alpha-2", Name: "a", Roles: proof.RolePayer, Key: ledgertest.Key("alpha-2")})
	if res := c.Do(ledgertest.Act{As: "alpha", Also: []string{"beta"}, Entries: []proof.Entry{alphaTwo}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	set(c, "alpha", "audit", "one")
	set(c, "alpha", "vault", "two")
	set(c, "alpha-2", "audit", "three")
	got := map[string]anchor.Anchor{}
	anchor.Each(c.View(), "alpha", func(purpose string, a anchor.Anchor) bool {
		got[purpose] = a
		return true
	})
	want := map[string]anchor.Anchor{"audit": {Root: ledgertest.HashOf("one"), Height: 2}, "vault": {Root: ledgertest.HashOf("two"), Height: 3}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(anchor.Anchor{})); diff != "" {
		t.Error(diff)
	}
	if _, ok := anchor.Latest(c.View(), "beta", "audit"); ok {
		t.Error("a member that has set none has an anchor")
	}
	if key := append([]byte{proof.PrefixAnchor}, "alpha/audit"...); !bytes.Equal(anchor.Key("alpha", "audit"), key) {
		t.Errorf("the state key is %x", anchor.Key("alpha", "audit"))
	}
}

// The head of an audit trail is put on the ledger; whoever is shown the trail later
// compares.
func ExampleLatest() {
	c := newChain(&testing.T{})
	head := ledgertest.HashOf("head of the trail")
	e := ledgertest.Entry(c.T, "anchor", "anchor", &anchor.SetAnchor{Purpose: "audit", Root: head})
	c.Do(ledgertest.Act{As: "alpha", Entries: []proof.Entry{e}})
	a, ok := anchor.Latest(c.View(), "alpha", "audit")
	fmt.Println(a.Root == head, a.Height, ok)
	// Output: true 1 true
}
