package trace_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// modelRun plays random acts on a chain and on the model beside it.
type modelRun struct {
	*network
	t     *rapid.T
	model *custody
	pool  []*goods // what each commission is of; lots are named after their place
	tally map[string]*[2]int
	draws uint64
	sure  bool // makes no mistakes
}

// modelKeys are all keys that ever own or hold: few, so that mistakes hit.
var modelKeys = []string{"t0", "t1", "t2", "c0", "c1", "c2"}

const (
	modelLots  = 12 // commissions that there can be
	modelBoxes = 9
	modelOuts  = 6 // outputs of transformations
)

func newModelRun(rt *rapid.T, tb testing.TB, pool []*goods, tally map[string]*[2]int) *modelRun {
	m := &modelRun{network: newNetwork(tb), t: rt, pool: pool, tally: tally}
	m.model = &custody{things: map[trace.Name]*thing{}, lots: map[proof.Hash]*lot{}, recoveries: map[trace.Name]recovery{}}
	return m
}

// modelPool makes the goods of every lot: pallets, cases and single units.
func modelPool() []*goods {
	var pool []*goods
	for i := range modelLots + modelOuts {
		label := fmt.Sprint("lot", i)
		switch i % 3 {
		case 0:
			pool = append(pool, palletOf(label, 2, 2))
		case 1:
			pool = append(pool, grow(label, container("C", units("u", 3)...)))
		default:
			pool = append(pool, unitGrown(label))
		}
	}
	return pool
}

func pick[T any](m *modelRun, what string, from []T) T {
	return from[m.below(len(from), what)]
}

// below draws a number below n, each as likely as any other: rapid prefers small
// numbers, so what it draws is mixed with how much was drawn before.
func (m *modelRun) below(n int, what string) int {
	m.draws += 0x9e3779b97f4a7c15
	x := m.draws ^ rapid.Uint64().Draw(m.t, what)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return int((x ^ x>>31) % uint64(n))
}

func (m *modelRun) chance(percent int, what string) bool {
	if m.sure {
		return percent >= 50
	}
	return m.below(100, what) < percent
}

// some picks a thing that suits, mostly, and any other now and then.
func (m *modelRun) some(what string, suits func(n trace.Name, t *thing) bool) trace.Name {
	all := m.model.names()
	fitting := slices.DeleteFunc(slices.Clone(all), func(n trace.Name) bool { return !suits(n, m.model.things[n]) })
	switch {
	case len(fitting) > 0 && m.chance(90, what+" that suits"):
		return pick(m, what, fitting)
	case len(all) > 0 && m.chance(90, what+" that exists"):
		return pick(m, what, all)
	}
	g := pick(m, what+" that may not", m.pool)
	return g.in(fmt.Sprint("lot", slices.Index(m.pool, g)))
}

func (m *modelRun) live(what string) trace.Name {
	return m.some(what, func(_ trace.Name, t *thing) bool { return t.state == proof.StateLive })
}

func (m *modelRun) several(what string, most int, suits func(n trace.Name, t *thing) bool) []trace.Name {
	var out []trace.Name
	for range 1 + m.below(most, "how many") {
		if n := m.some(what, suits); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func (m *modelRun) key() string { return pick(m, "key", modelKeys) }

// send runs one message on the chain and in the model. needs are the keys that
// should sign; mostly they do.
func (m *modelRun) send(kind string, message ledger.Message, needs []string, act func(a *attempt)) {
	m.t.Helper()
	sender := ledgertest.Act{As: "maker", Entries: []proof.Entry{m.entry(message)}}
	if m.chance(40, "another organisation") {
		sender.As = pick(m, "organisation", []string{"repacker", "wholesaler", "pharmacy"})
	}
	if needs == nil && m.chance(80, "as the council") {
		sender.As, sender.Also = council[0], council[1:]
	}
	for _, k := range needs {
		if k != "" && !slices.Contains(sender.Signers, k) && m.chance(96, "signs") {
			sender.Signers = append(sender.Signers, k)
		}
	}
	if k := m.key(); m.chance(5, "another key signs") && !slices.Contains(sender.Signers, k) {
		sender.Signers = append(sender.Signers, k)
	}
	a := &attempt{custody: m.model.clone(), now: m.Time + 10, height: m.Height + 1, signers: map[string]bool{}, org: sender.As, council: len(sender.Also) > 0}
	for _, k := range sender.Signers {
		a.signers[k] = true
	}
	act(a)
	a.settle()
	err := m.network.send(sender)
	count := m.tally[kind]
	if count == nil {
		count = new([2]int)
		m.tally[kind] = count
	}
	switch {
	case err == nil && len(a.reasons) == 0:
		m.model = a.custody
		count[0]++
	case err == nil:
		m.t.Fatalf("%s is accepted, the model refuses it for %v", kind, a.reasons)
	case !slices.Contains(a.reasons, ledger.CodeOf(err)):
		m.t.Fatalf("%s is refused with %v, the model says %v", kind, err, a.reasons)
	default:
		count[1]++
	}
	m.model.prune(m.Time / days)
	m.compare()
}

// compare holds the whole custody state against the model.
func (m *modelRun) compare() {
	rows := map[byte]int{}
	for _, k := range m.State.Keys() {
		rows[k[0]]++
	}
	if rows[proof.PrefixRecord] != len(m.model.things) || rows[proof.PrefixOrigin] != len(m.model.lots) || rows[proof.PrefixRecovery] != len(m.model.recoveries) || rows[proof.PrefixRecall] != len(m.model.recalls) {
		m.t.Fatalf("the state has %v rows; the model %d things, %d lots, %d recoveries and %d recalls", rows, len(m.model.things), len(m.model.lots), len(m.model.recoveries), len(m.model.recalls))
	}
	for n, t := range m.model.things {
		if got, want := m.record(n), m.recordOf(n, t); got != want {
			m.t.Fatalf("record %s is\n%+v, the model says\n%+v", n.Leaf, got, want)
		}
	}
	for h, l := range m.model.lots {
		got := m.origin(h)
		live, acked := m.model.live(h)
		if got.Class != l.class || got.Live != live || got.Acked != acked || got.Recall != l.recall || got.Ended != l.ended || got.Closed != l.closed || !slices.Equal(got.Parents, l.parents) {
			m.t.Fatalf("origin %s is\n%+v, the model says %d live, %d answered and\n%+v", h, got, live, acked, *l)
		}
	}
	for i, r := range m.model.recalls {
		if got, _ := trace.GetRecall(m.View(), uint64(i+1)); got.Count != r.count {
			m.t.Fatalf("recall %d counts %d origins, the model %d", i+1, got.Count, r.count)
		}
	}
}

func keyOrNone(name string) proof.Key {
	if name == "" {
		return proof.Key{}
	}
	return ledgertest.Key(name)
}

// recordOf is the record that the model expects. A freeze that lapsed may still
// stand in it, until something changes.
func (m *modelRun) recordOf(n trace.Name, t *thing) proof.Record {
	r := proof.Record{
		State: t.state, Flags: t.flags, Owner: keyOrNone(t.owner), Holder: keyOrNone(t.holder), Out: t.out, Kids: m.model.kids(n), Ack: t.ack, At: t.at,
		Nest: t.nest, Parent: proof.Parent(t.parent), End: t.end,
		Transit: proof.Transit{To: keyOrNone(t.offer.to), ToHolder: keyOrNone(t.offer.toHolder), Back: keyOrNone(t.offer.back), Deadline: t.offer.deadline},
	}
	if t.goods != nil {
		r.Depth, r.Root = t.goods.depth, t.goods.root
	}
	if m.Time < t.frozenUntil {
		r.Flags |= proof.FlagFrozen
	} else {
		r.Flags |= m.record(n).Flags & proof.FlagFrozen
	}
	return r
}

func (m *modelRun) time() {
	m.pass(pick(m, "seconds", []uint64{600, 600, 600, 4000, 4000, 2 * days, 8 * days, 50 * days, 410 * days}))
}

// stocked begins with goods, boxes and goods made from others, without mistakes.
func (m *modelRun) stocked() {
	m.sure = true
	for i := range 7 {
		m.commissionLot(i, m.key(), m.key(), proof.ClassMade, 70)
	}
	for i := range 3 {
		m.boxOf(i, m.key(), m.key())
	}
	m.transformInto(modelLots, []trace.Name{m.pool[2].in("lot2")})
	m.transformInto(modelLots+1, []trace.Name{m.pool[5].in("lot5"), m.pool[6].in("lot6")})
	m.sure = false
}

func TestCustodyAgreesWithASmallModel(t *testing.T) {
	pool, tally := modelPool(), map[string]*[2]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := newModelRun(rt, t, pool, tally)
		m.stocked()
		acts := []func(){
			m.commission, m.box, m.flag, m.freeze, m.reject, m.reclaim, m.end, m.end, m.reenter, m.transform, m.transform, m.recall, m.extend, m.answer, m.answer,
			m.recover, m.finish, m.veto, m.time, m.open, m.open, m.open, m.pack, m.pack, m.pack, m.unpack, m.ship, m.ship, m.ship, m.ship, m.receive, m.receive, m.receive, m.receive,
		}
		for range modelSteps {
			pick(m, "act", acts)()
		}
	})
	steps, taken := 0, 0
	for kind, n := range tally {
		steps, taken = steps+n[0]+n[1], taken+n[0]
		t.Logf("%s: %d accepted, %d refused", kind, n[0], n[1])
		if n[0] == 0 && n[1] > 1000 {
			t.Errorf("none of %d tries to %s was accepted", n[1], kind)
		}
	}
	if !t.Failed() && (steps < 2000 || taken < 500 || steps-taken < 500) {
		t.Errorf("%d of %d acts were accepted: want 2,000 acts, of which 500 each way", taken, steps)
	}
}
