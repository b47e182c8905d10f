package ledger_test

import (
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// The toy module counts: one message with a few acts, done in order.
type script struct {
	_    struct{} `cbor:",toarray"`
	Acts []act    `json:"acts"`
}

type act struct {
	_    struct{} `cbor:",toarray"`
	Do   string   `json:"do"`
	Name string   `json:"name"`
	N    uint64   `json:"n"`
	// Entry is carried out as the council's decision.
	Entry []byte `json:"entry"`
}

var numbers = ledger.Map[string, uint64]{Prefix: 0x72, Name: "toy/number", Key: ledger.TextKey, Value: ledger.CBORValue[uint64]()}

var (
	codeToy    = ledger.Code{Number: 9001, Name: "toy/refused", Kind: ledger.Conflict}
	codeNoActs = ledger.Code{Number: 9002, Name: "toy/no-acts", Kind: ledger.Invalid}
)

func (s *script) Validate() error {
	if len(s.Acts) == 0 {
		return codeNoActs.Errorf("name an act")
	}
	return nil
}

func (s *script) Apply(b *ledger.Block, st ledger.State) error {
	for _, a := range s.Acts {
		if err := a.apply(b, st); err != nil {
			return err
		}
	}
	return nil
}

func (a act) apply(b *ledger.Block, s ledger.State) error {
	switch a.Do {
	case "add":
		n, _ := numbers.Get(s, a.Name)
		numbers.Set(s, a.Name, n+a.N)
		return b.Emit("added", []uint64{n + a.N})
	case "emit":
		return b.Emit("said", strings.Repeat("x", int(a.N)))
	case "write":
		return b.CountWrite(int(a.N))
	case "validator":
		b.SetValidator(ledgertest.Key(a.Name), a.N)
		return nil
	case "council":
		return b.RunAsCouncil(s, proof.Entry{Module: "toy", Kind: "script", Message: a.Entry})
	case "only council":
		if !b.Council() {
			return codeToy.Errorf("no decision of the council")
		}
		return nil
	case "signed":
		if !b.Signed(ledgertest.Key(a.Name)) {
			return codeToy.Errorf("%s did not sign", a.Name)
		}
		return nil
	case "limit entries", "limit writes":
		p := ledger.ReadParams(s)
		if a.Do == "limit entries" {
			p.EntriesEpoch = a.N
		} else {
			p.WritesEpoch = a.N
		}
		ledger.SetParams(s, p)
		return nil
	case "version":
		numbers.Set(s, a.Name, b.Version)
		return nil
	case "suspend":
		numbers.Set(s, "suspended "+a.Name, 1)
		return nil
	}
	return codeToy.Errorf("%s", a.Do)
}

// toyGovernor admits everybody who isn't suspended by name.
type toyGovernor struct{}

func (toyGovernor) AdmissionKey(_ *ledger.Block, s ledger.State, a proof.Admission) (proof.Key, error) {
	if numbers.Has(s, "suspended "+a.Org) {
		return proof.Key{}, ledger.CodeNotAdmitted.Errorf("%s is suspended", a.Org)
	}
	return ledgertest.Key(a.Org), nil
}

func toyModule() ledger.Module {
	return ledger.Module{Name: "toy", Entries: []ledger.EntryKind{ledger.Entry[script]("script")}, Maps: []ledger.MapInfo{numbers.Info()}, Codes: []ledger.Code{codeToy, codeNoActs}}
}

type toy struct{ *ledgertest.Chain }

func newToy(t testing.TB) toy {
	t.Helper()
	return toy{ledgertest.NewChain(t, toyGovernor{}, nil, toyModule())}
}

func (c toy) entry(acts ...act) proof.Entry {
	c.T.Helper()
	return ledgertest.Entry(c.T, "toy", "script", &script{Acts: acts})
}

// by is an envelope of one organisation with one entry for each list of acts.
func (c toy) by(org string, lists ...[]act) ledgertest.Act {
	c.T.Helper()
	a := ledgertest.Act{As: org}
	for _, acts := range lists {
		a.Entries = append(a.Entries, c.entry(acts...))
	}
	return a
}

func add(name string, n uint64) []act { return []act{{Do: "add", Name: name, N: n}} }

func (c toy) number(name string) uint64 {
	n, _ := numbers.Get(c.View(), name)
	return n
}

// want fails unless a result has the code, the zero code being "accepted".
func (c toy) want(res ledger.TxResult, code ledger.Code) {
	c.T.Helper()
	if res.Code != code.Number {
		c.T.Fatalf("got %d (%s), want %d %s", res.Code, res.Log, code.Number, code.Name)
	}
}

var accepted ledger.Code
