package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestModulesThatDoNotFitTogetherAreRefused(t *testing.T) {
	other := func(change func(m *ledger.Module)) []ledger.Module {
		m := ledger.Module{Name: "other", Entries: []ledger.EntryKind{ledger.Entry[script]("script")}, Maps: []ledger.MapInfo{{Prefix: 0x75, Name: "other/map"}}, Codes: []ledger.Code{{Number: 9100, Name: "other/code", Kind: ledger.Invalid}}}
		change(&m)
		return []ledger.Module{toyModule(), m}
	}
	for name, tt := range map[string]struct {
		change func(m *ledger.Module)
		reason string
	}{
		"a sound one":             {func(*ledger.Module) {}, ""},
		"one that needs another":  {func(m *ledger.Module) { m.Needs = []string{"toy"} }, ""},
		"one that needs itself":   {func(m *ledger.Module) { m.Needs = []string{"other"} }, "stand before"},
		"one without a name":      {func(m *ledger.Module) { m.Name = "" }, "name"},
		"one with a name twice":   {func(m *ledger.Module) { m.Name = "toy" }, "taken"},
		"one with another's map":  {func(m *ledger.Module) { m.Maps[0].Prefix = numbers.Prefix }, "toy/number"},
		"one with a map twice":    {func(m *ledger.Module) { m.Maps = append(m.Maps, m.Maps[0]) }, "other/map"},
		"one with the quotas":     {func(m *ledger.Module) { m.Maps[0].Prefix = proof.PrefixQuota }, "kernel"},
		"one with the parameters": {func(m *ledger.Module) { m.Maps[0].Prefix = proof.PrefixParams }, "kernel"},
		"one with another's code": {func(m *ledger.Module) { m.Codes[0].Number = codeToy.Number }, codeToy.Name},
		"one with a kernel code":  {func(m *ledger.Module) { m.Codes[0].Number = ledger.CodeQuota.Number }, ledger.CodeQuota.Name},
		"one with a kind twice":   {func(m *ledger.Module) { m.Entries = append(m.Entries, m.Entries[0]) }, "taken"},
		"a kind of 32 bytes":      {func(m *ledger.Module) { m.Entries[0].Name = strings.Repeat("k", proof.NameMax) }, ""},
		"a kind of 33 bytes":      {func(m *ledger.Module) { m.Entries[0].Name = strings.Repeat("k", proof.NameMax+1) }, "too long"},
	} {
		_, err := ledger.New(ledger.Config{ChainID: "c", Modules: other(tt.change), Governor: toyGovernor{}})
		if (err == nil) != (tt.reason == "") || err != nil && !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s: %v, want something with %q", name, err, tt.reason)
		}
	}
	for id, taken := range map[string]bool{"": false, strings.Repeat("c", proof.ChainIDMax): true, strings.Repeat("c", proof.ChainIDMax+1): false} {
		if _, err := ledger.New(ledger.Config{ChainID: id}); (err == nil) != taken {
			t.Errorf("a chain id of %d bytes: %v", len(id), err)
		}
	}
}

func TestTheKernelsCodesAreItsOwn(t *testing.T) {
	numbers, names := map[uint32]bool{}, map[string]bool{}
	for _, c := range ledger.Codes() {
		if numbers[c.Number] || names[c.Name] || c.Number == 0 || c.Number > 99 || !strings.HasPrefix(c.Name, "ledger/") || c.Kind.String() == "" {
			t.Errorf("code %d %s (%s) is taken, or not the kernel's", c.Number, c.Name, c.Kind)
		}
		numbers[c.Number], names[c.Name] = true, true
	}
	if got := ledger.CodeOf(errors.New("no code")); got != ledger.CodeInternal {
		t.Errorf("an error without a code has %v", got)
	}
	wrapped := errors.Join(errors.New("outer"), ledger.CodeQuota.Errorf("%d", 7))
	if got := ledger.CodeOf(wrapped); got != ledger.CodeQuota {
		t.Errorf("a wrapped error has %v", got)
	}
}

func TestAnInvariantThatFailsIsNamed(t *testing.T) {
	m := toyModule()
	m.Invariants = []ledger.Invariant{{Name: "no-seven", Check: func(s ledger.State) error {
		if n, _ := numbers.Get(s, "a"); n == 7 {
			return errors.New("it is seven")
		}
		return nil
	}}}
	c := toy{ledgertest.NewChain(t, toyGovernor{}, nil, m)}
	c.want(c.Do(c.by("ann", add("a", 6))), accepted)
	c.SkipInvariants = true
	c.want(c.Do(c.by("ann", add("a", 1))), accepted)
	if err := c.Runtime.Invariants(c.State); err == nil || !strings.Contains(err.Error(), "toy/no-seven") {
		t.Fatalf("got %v", err)
	}
}

func TestAVerifierIsAskedOnceForAllOfABlock(t *testing.T) {
	var asked []int
	rt, err := ledger.New(ledger.Config{
		ChainID: ledgertest.ChainID, Modules: []ledger.Module{toyModule()}, Governor: toyGovernor{},
		Verify: func(work []ledger.Signed) []bool {
			asked = append(asked, len(work))
			return ledger.VerifyInTurn(work)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newToy(t)
	good, forged := c.Envelope(c.by("ann", add("a", 1))), c.by("bob", add("a", 1))
	forged.KeyName = "mallory"
	out := rt.ExecuteBlock(ledger.BlockInfo{Height: 1, Time: c.Time}, [][]byte{good, []byte("nothing"), c.Envelope(forged)}, c.State)
	if len(asked) != 1 || asked[0] != 2 {
		t.Fatalf("the verifier was asked for %v envelopes, want 2 at once", asked)
	}
	c.want(out.Results[0], accepted)
	c.want(out.Results[1], ledger.CodeMalformed)
	c.want(out.Results[2], ledger.CodeBadSignature)
}

func TestRulesAreToldWhichVersionIsInForce(t *testing.T) {
	for given, want := range map[uint64]uint64{0: ledger.FirstVersion, ledger.FirstVersion: ledger.FirstVersion, 7: 7} {
		c := newToy(t)
		info := ledger.BlockInfo{Height: 1, Time: c.Time, Version: given}
		out := c.Runtime.ExecuteBlock(info, [][]byte{c.Envelope(c.by("ann", []act{{Do: "version", Name: "seen"}}))}, c.State)
		c.want(out.Results[0], accepted)
		c.State.Apply(out.Changes)
		if got, _ := numbers.Get(ledger.View(c.State), "seen"); got != want {
			t.Errorf("a block of version %d is executed with version %d, want %d", given, got, want)
		}
	}
}
