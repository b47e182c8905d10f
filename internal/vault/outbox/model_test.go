package outbox_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/internal/vault/outbox"
)

// known is what the model holds of one envelope.
type known struct {
	job    int64
	seq    int
	number int
	state  outbox.State
	height int64
}

// model is the outbox as one map, without SQL.
type model map[[32]byte]*known

// counts counts the envelopes of a job anew.
func (m model) counts(job int64) (c outbox.Counts) {
	for _, k := range m {
		if k.job == job {
			*[]*int64{&c.Pending, &c.Submitted, &c.Committed, &c.Refused, &c.Expired}[k.state]++
		}
	}
	return c
}

// inState lists the ids in a state in the outbox's order.
func (m model) inState(s outbox.State) (ids [][32]byte) {
	for id, k := range m {
		if k.state == s {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b [32]byte) int {
		x, y := m[a], m[b]
		return slices.Compare([]int{int(x.job), x.seq, x.number}, []int{int(y.job), y.seq, y.number})
	})
	return ids
}

func TestTheOutboxAgreesWithAMap(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	empty := func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM outbox_envelope; DELETE FROM outbox_job`)
		return err
	}
	rapid.Check(t, func(rt *rapid.T) {
		if err := v.Update(ctx, empty); err != nil {
			rt.Fatal(err)
		}
		m := model{}
		drawID := rapid.Custom(func(rt *rapid.T) [32]byte {
			return sha256.Sum256(fmt.Append(nil, rapid.IntRange(0, 30).Draw(rt, "id")))
		})
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				job := rapid.Int64Range(0, 3).Draw(rt, "job")
				var list []outbox.Envelope
				want := 0
				for _, id := range rapid.SliceOfN(drawID, 0, 8).Draw(rt, "ids") {
					seq := rapid.IntRange(0, 5).Draw(rt, "seq")
					list = append(list, outbox.Envelope{ID: id, Seq: seq, Raw: id[:]})
					if m[id] == nil {
						m[id] = &known{job: job, seq: seq, number: len(m)}
						want++
					}
				}
				if n, err := add(v, o, job, list...); err != nil || n != want {
					rt.Fatalf("%d were added, want %d, %v", n, want, err)
				}
			},
			"mark": func(rt *rapid.T) {
				var list []outbox.Outcome
				want := 0
				for _, id := range rapid.SliceOfN(drawID, 1, 8).Draw(rt, "ids") {
					to := outbox.Outcome{ID: id, State: rapid.SampledFrom([]outbox.State{outbox.Submitted, outbox.Committed, outbox.Refused, outbox.Expired}).Draw(rt, "state")}
					to.Code = map[bool]string{true: "no"}[to.State == outbox.Refused]
					k := m[id]
					if to.State == outbox.Committed {
						to.Height = 1
					}
					list = append(list, to)
					if k != nil && k.height == 0 && (to.Height > 0 || k.state < outbox.Committed && to.State > k.state) {
						k.state, k.height = to.State, to.Height
						want++
					}
				}
				if n, err := mark(v, o, list...); err != nil || n != want {
					rt.Fatalf("%d changed, want %d, %v", n, want, err)
				}
			},
			"": func(rt *rapid.T) { // one job and one state each time, for there are many times
				job := rapid.Int64Range(0, 3).Draw(rt, "job")
				if got, err := o.Job(ctx, job); err != nil || got != m.counts(job) {
					rt.Fatalf("job %d has %+v, want %+v, %v", job, got, m.counts(job), err)
				}
				s := rapid.SampledFrom([]outbox.State{outbox.Pending, outbox.Submitted, outbox.Refused, outbox.Expired}).Draw(rt, "state")
				list, err := o.InState(ctx, s, outbox.Position{}, 100)
				var got [][32]byte
				for _, i := range list {
					got = append(got, i.ID)
				}
				if diff := cmp.Diff(m.inState(s), got); diff != "" || err != nil {
					rt.Fatalf("those %s: %s %v", s, diff, err)
				}
			},
		})
	})
}
