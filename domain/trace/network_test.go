package trace_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// council are the founders whose admission makes a quorum of the five.
var council = []string{"board", "maker", "pharmacy", "wholesaler"}

// founding is the network of these tests. Its licences run through 2030.
func founding() org.Founding {
	member := func(id string, roles org.Roles) org.FoundingMember {
		return org.FoundingMember{Admit: org.Admit{ID: id, Name: "Test member " + id, Roles: roles, Key: ledgertest.Key(id)}}
	}
	licence := func(role org.Roles, number string) []org.LicenceTerms {
		return []org.LicenceTerms{{Role: role, Place: "US", Number: number, From: day("2026-01-01"), To: day("2030-12-31")}}
	}
	f := org.Founding{Members: []org.FoundingMember{
		member("maker", proof.RoleManufacturer), member("repacker", proof.RoleRepackager), member("wholesaler", proof.RoleWholesaler),
		member("pharmacy", proof.RoleDispenser), member("board", proof.RoleBoard),
	}}
	f.Members[0].Prefixes = []string{"0614141"}
	f.Members[0].Licences = licence(proof.RoleManufacturer, "M-1")
	f.Members[1].Licences = licence(proof.RoleRepackager, "R-1")
	f.Members[0].Validator = ledgertest.Key("maker-node")
	return f
}

func day(text string) org.Day {
	var d org.Day
	if err := d.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return d
}

func encodedFounding() map[string][]byte {
	b, err := json.Marshal(founding())
	if err != nil {
		panic(err)
	}
	return map[string][]byte{"org": b}
}

func modules() []ledger.Module { return []ledger.Module{org.Module(), trace.Module()} }

// network is a chain with the members above.
type network struct{ *ledgertest.Chain }

func newNetwork(t testing.TB) *network {
	t.Helper()
	return &network{ledgertest.NewChain(t, org.Governor{}, encodedFounding(), modules()...)}
}

// kinds maps the type of a message to the name of its entry kind.
var kinds = func() map[reflect.Type]string {
	out := map[reflect.Type]string{}
	for _, k := range trace.Module().Entries {
		out[reflect.TypeOf(k.New())] = k.Name
	}
	return out
}()

func (n *network) entry(m ledger.Message) proof.Entry {
	n.T.Helper()
	kind, ok := kinds[reflect.TypeOf(m)]
	if !ok {
		n.T.Fatalf("%T is no message of the custody rules", m)
	}
	return ledgertest.Entry(n.T, "trace", kind, m)
}

// send runs an act in a block of its own and returns why it was refused.
func (n *network) send(a ledgertest.Act) error {
	n.T.Helper()
	return n.refusal(n.Do(a))
}

var allCodes = append(append(ledger.Codes(), org.Codes()...), trace.Codes()...)

func (n *network) refusal(res ledger.TxResult) error {
	n.T.Helper()
	if res.Code == 0 {
		return nil
	}
	for _, c := range allCodes {
		if c.Number == res.Code {
			return c.Errorf("%s", strings.TrimPrefix(res.Log, c.Name+": "))
		}
	}
	n.T.Fatalf("unknown code %d: %s", res.Code, res.Log)
	return nil
}

// byCouncil sends messages with the admission of a quorum.
func (n *network) byCouncil(messages ...ledger.Message) error {
	n.T.Helper()
	a := ledgertest.Act{As: council[0], Also: council[1:]}
	for _, m := range messages {
		a.Entries = append(a.Entries, n.entry(m))
	}
	return n.send(a)
}

// pass moves block time on before the next block.
func (n *network) pass(seconds uint64) { n.Time += seconds - 10 }

// record returns a record that must exist.
func (n *network) record(name trace.Name) proof.Record {
	n.T.Helper()
	r, ok := trace.GetRecord(n.View(), name)
	if !ok {
		n.T.Fatalf("there is no record %s of origin %s", name.Leaf, name.Origin)
	}
	return r
}

func (n *network) origin(h proof.Hash) proof.OriginState {
	n.T.Helper()
	c, ok := trace.GetOrigin(n.View(), h)
	if !ok {
		n.T.Fatalf("there is no origin %s", h)
	}
	return c
}

func (n *network) wantNoRecord(name trace.Name) {
	n.T.Helper()
	if r, ok := trace.GetRecord(n.View(), name); ok {
		n.T.Fatalf("record %s exists: %+v", name.Leaf, r)
	}
}

// wantLive fails unless a record is live in these hands.
func (n *network) wantLive(name trace.Name, owner, holder string) {
	n.T.Helper()
	r := n.record(name)
	if r.State != proof.StateLive || r.Owner != ledgertest.Key(owner) || r.Holder != ledgertest.Key(holder) {
		n.T.Fatalf("record %s is in state %d with keys %s and %s, want live with those of %s and %s", name.Leaf, r.State, r.Owner, r.Holder, owner, holder)
	}
}

// want fails the test unless an error has the code; the zero code means none.
func want(t testing.TB, err error, code ledger.Code) {
	t.Helper()
	switch {
	case err == nil && code.Number != 0:
		t.Fatalf("accepted, want %s", code.Name)
	case err != nil && ledger.CodeOf(err) != code:
		t.Fatalf("refused with %v, want %q", err, code.Name)
	}
}

var accepted ledger.Code

// ok fails the test unless all of this was accepted.
func ok(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		want(t, err, accepted)
	}
}
