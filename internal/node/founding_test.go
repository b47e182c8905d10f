package node

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// seat gives a consensus key its power: at the founding 7 to the founder's.
type seat struct {
	_     struct{} `cbor:",toarray"`
	Key   proof.Key
	Power uint64
}

func (e *seat) Validate() error { return nil }

func (e *seat) Apply(b *ledger.Block, _ ledger.State) error {
	b.SetValidator(e.Key, e.Power)
	return nil
}

func seatModule(founder proof.Key) ledger.Module {
	return ledger.Module{
		Name: "seat", Entries: []ledger.EntryKind{ledger.Entry[seat]("set")},
		Begin: func(b *ledger.Block, _ ledger.State, _ []byte) error {
			b.SetValidator(founder, 7)
			return nil
		},
	}
}

func TestTheFoundingNamesTheSameValidatorsAgainAfterACrash(t *testing.T) {
	c := testHome(t)
	founder := c.Founding.Validators[0].Key
	c.Modules = append(c.Modules, seatModule(founder))
	n := openApplication(t, c)
	parts := n.state.Parts()
	want := []engine.ValidatorUpdate{{PubKey: [32]byte(founder.Raw()), Power: 7}}
	if diff := cmp.Diff(want, found(t, n, c)); diff != "" {
		t.Errorf("the engine, which lost them, gets other validators (-want +got):\n%s", diff)
	}
	if n.state.Parts() != parts {
		t.Error("founding again changed the state")
	}
}

func TestAFoundingFileThatWouldLockItsNetworkIsRefused(t *testing.T) {
	key := proof.NewKey(make([]byte, 32))
	file := func(limits string) []byte {
		return []byte(`{"chain_id":"c","time":"2026-11-01T00:00:00Z","profile":"single",` + limits + `"validators":[{"org":"a","key":"` + key.String() + `"}],"modules":{}}`)
	}
	for name, c := range map[string]struct {
		text []byte
		ok   bool
	}{
		"no limits at all":            {file(""), true},
		"no entry a day":              {file(`"limits":{"entries_per_day":0,"writes_per_day":9},`), false},
		"no write a day":              {file(`"limits":{"entries_per_day":9},`), false},
		"limits":                      {file(`"limits":{"entries_per_day":9,"writes_per_day":9},`), true},
		"something follows after end": {append(file(""), '{'), false},
	} {
		f, err := ParseFounding(c.text)
		if c.ok != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (f.Limits.EntriesEpoch == 0 || f.Limits.WritesEpoch == 0) {
			t.Errorf("%s: nobody can write", name)
		}
	}
}
