//go:build linux

package history

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"pedigree/e2e/cluster"
	"pedigree/proof"
)

// place is where an entry stands in the ledger.
type place struct {
	height uint64
	index  int
}

// taken is an operation, with the entry that it was.
type taken struct {
	porcupine.Operation
	id proof.Hash
	at place // none while it is not known
}

// glance is what a reader saw of a box.
type glance struct {
	key    int
	height uint64
	box
}

// world is the network, its boxes and what clients did.
type world struct {
	*cluster.Network
	seed   uint64
	crates []*crate
	began  time.Time
	left   atomic.Int64 // operations still to be recorded
	doors  atomic.Int64 // refused at the door

	mu      sync.Mutex
	hints   []box // where boxes may be
	custody []taken
	votes   []taken
	glances []glance
}

func (w *world) now() int64 { return int64(time.Since(w.began)) }

// do submits an entry and records it, unless a node's door refused it.
func (w *world) do(ctx context.Context, to *cluster.Member, client int, in input, env proof.Envelope, into *[]taken) output {
	t := taken{Operation: porcupine.Operation{ClientId: client, Input: in, Call: w.now()}, id: env.ID()}
	state, err := submit(ctx, to, env)
	if errors.Is(err, errDoor) {
		w.doors.Add(1)
		time.Sleep(readPause)
		return output{}
	}
	out := output{unknown: err != nil, done: state.State == "committed"}
	t.Output, t.Return = out, w.now()
	if out.unknown {
		t.Return = math.MaxInt64
	} else {
		t.at = place{state.Height, state.Index}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	*into = append(*into, t)
	w.left.Add(-1)
	return out
}

// trade is one client: it acts on boxes until enough is recorded.
func (w *world) trade(ctx context.Context, client int) error {
	r := rand.New(rand.NewPCG(w.seed, uint64(client)))
	for ctx.Err() == nil && w.left.Load() > 0 {
		key := r.IntN(len(w.crates))
		in, ok := w.choose(r, key)
		if !ok {
			continue
		}
		m := w.List[in.by]
		env, err := w.crates[key].act(w.ChainID, m, in)
		if err != nil {
			return err
		}
		out := w.do(ctx, m, client, in, env, &w.custody)
		if out.done {
			w.hint(key, func(b box) box { b, _ = b.after(in); return b })
		} else if g, err := w.glance(ctx, w.List[r.IntN(len(w.List))], key); err == nil {
			w.hint(key, func(box) box { return g.box })
		}
	}
	return nil
}

// choose picks what may well be allowed, and now and then what may not.
func (w *world) choose(r *rand.Rand, key int) (input, bool) {
	w.mu.Lock()
	b := w.hints[key]
	w.mu.Unlock()
	if b.ended && r.IntN(operationsEach) != 0 {
		return input{}, false
	}
	in := input{key: key, kind: ship, by: b.owner}
	switch {
	case r.IntN(wildEvery) == 0:
		in.kind, in.by = []string{ship, ship, receive, reject}[r.IntN(4)], r.IntN(parties)
	case b.to != nobody:
		in.kind, in.by = []string{receive, receive, reject}[r.IntN(3)], b.to
	case r.IntN(endEvery) == 0:
		in.kind = end
	}
	if in.kind == ship {
		in.to = (in.by + 1 + r.IntN(parties-1)) % parties
	}
	return in, true
}

func (w *world) hint(key int, change func(box) box) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hints[key] = change(w.hints[key])
}

// glance asks a node for a proof of where a box is.
func (w *world) glance(ctx context.Context, m *cluster.Member, key int) (glance, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	c, g := w.crates[key], glance{key: key}
	raw, err := m.Node.File(ctx, fmt.Sprintf("/api/v1/state/%x/proof", proof.RecordKey(c.origin, c.leaf)))
	if err != nil {
		return g, err
	}
	p, err := proof.DecodeStateProof(raw)
	if err != nil {
		return g, err
	}
	report, err := p.Verify(w.Trust)
	if err != nil {
		return g, err
	}
	g.height = uint64(report.Height)
	if p.Value == nil {
		g.box = gone
		return g, nil
	}
	record, err := proof.DecodeRecord(p.Value)
	if err != nil {
		return g, err
	}
	if g.box = (box{owner: c.party(record.Owner), to: nobody}); record.State == proof.StateEnded {
		g.box = gone
	}
	if record.State == proof.StateTransit {
		g.to = c.party(record.Transit.To)
	}
	return g, nil
}

// party is whose a key is.
func (c *crate) party(k proof.Key) int {
	for i, own := range c.keys {
		if public(own) == k {
			return i
		}
	}
	return nobody
}

// read is one reader, at one node: what it sees must not go back.
func (w *world) read(ctx context.Context, m *cluster.Member, n uint64) error {
	r := rand.New(rand.NewPCG(w.seed, 1<<32+n))
	for last := uint64(0); ctx.Err() == nil; time.Sleep(readPause) {
		g, err := w.glance(ctx, m, r.IntN(len(w.crates)))
		if err != nil {
			continue // the node is away
		}
		if g.height < last {
			return fmt.Errorf("%s showed height %d after it had shown %d", m.ID, g.height, last)
		}
		last = g.height
		w.mu.Lock()
		w.glances = append(w.glances, g)
		w.mu.Unlock()
	}
	return nil
}
