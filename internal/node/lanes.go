package node

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// lanes are the envelopes that wait for a block, one lane for each organisation that
// pays for some. They hold what the engine's mempool does, and three things more:
//
//   - an organisation may have as much waiting as there is room left, so that alone
//     it takes half of all, and whatever one does, the next finds a place;
//   - a block takes from the lanes in turns, and while others wait a lane gives at
//     most as much as they do together, but at least laneFloor: a block that one
//     organisation fills takes long to pass on and to execute, for all;
//   - an entry waits once, whoever signs it again, and counts against the quota of
//     its day from the moment it waits.
//
// CheckTx and Propose come from many goroutines; leave is called while neither runs,
// so that an envelope is in a lane as long as it is in the mempool.
type lanes struct {
	mu       sync.Mutex
	txsMax   int
	bytesMax int64
	bytes    int64
	byOrg    map[string]*lane
	byBytes  map[[32]byte]*list.Element
	ids      map[proof.Hash]bool
	last     string // the organisation whose turn was the last one
}

// lane is what waits of one organisation, in order.
type lane struct {
	list.List
	bytes int64
}

// queued is an envelope in a lane.
type queued struct {
	raw []byte
	id  proof.Hash
	org string
}

func newLanes(txsMax int, bytesMax int64) *lanes {
	return &lanes{txsMax: txsMax, bytesMax: bytesMax, byOrg: map[string]*lane{}, byBytes: map[[32]byte]*list.Element{}, ids: map[proof.Hash]bool{}}
}

// errCrowded refuses an envelope that may be taken a moment later.
type errCrowded struct{ text string }

// Error says whose lane is full.
func (e errCrowded) Error() string { return e.text }

// Kind, Code and Hint make it a problem of the HTTP interface.
func (errCrowded) Kind() ledger.Kind { return ledger.Unavailable }

// Code names it.
func (errCrowded) Code() string { return "node/crowded" }

// Hint says what to do.
func (errCrowded) Hint() string { return "send it again when some of the others are in a block" }

// RetryAfter is about the time of a few blocks.
func (errCrowded) RetryAfter() time.Duration { return crowdedAgain }

// Unwrap makes it what the engine says when nothing more fits.
func (errCrowded) Unwrap() error { return engine.ErrMempoolFull }

// codeCrowded stands for errCrowded where the engine passes numbers on. No rule has it.
const codeCrowded uint32 = math.MaxUint32

// look says how many envelopes of an organisation wait, or why this one may not.
func (l *lanes) look(org string, id proof.Hash, size int) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids[id] {
		return 0, ledger.CodeReplayed.Errorf("entry %s waits for a block already, under other signatures; ask how it ends instead of sending it again", id)
	}
	return l.room(org, size)
}

func (l *lanes) room(org string, size int) (waiting uint64, err error) {
	own := l.byOrg[org]
	if own == nil {
		own = &lane{}
	}
	txsLeft, bytesLeft := l.txsMax-len(l.byBytes), l.bytesMax-l.bytes
	if own.Len()+1 > txsLeft || own.bytes+int64(size) > bytesLeft {
		return 0, errCrowded{"as many entries of " + org + " wait for a block as this node keeps of one organisation"}
	}
	return uint64(own.Len()), nil
}

// join puts an envelope at the end of its organisation's lane, unless it is there.
func (l *lanes) join(org string, id proof.Hash, raw []byte) error {
	key := sha256.Sum256(raw)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byBytes[key] != nil {
		return nil
	}
	if l.ids[id] { // came while this one's signatures were judged
		return ledger.CodeReplayed.Errorf("entry %s waits for a block already, under other signatures; ask how it ends instead of sending it again", id)
	}
	if _, err := l.room(org, len(raw)); err != nil {
		return err
	}
	if l.byOrg[org] == nil {
		l.byOrg[org] = &lane{}
	}
	own := l.byOrg[org]
	l.byBytes[key] = own.PushBack(queued{raw, id, org})
	l.ids[id] = true
	own.bytes += int64(len(raw))
	l.bytes += int64(len(raw))
	return nil
}

// leave removes what is in a block.
func (l *lanes) leave(txs [][]byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, raw := range txs {
		if len(l.byBytes) == 0 {
			return
		}
		key := sha256.Sum256(raw)
		at := l.byBytes[key]
		if at == nil {
			continue
		}
		q := at.Value.(queued)
		own := l.byOrg[q.org]
		own.Remove(at)
		own.bytes -= int64(len(raw))
		l.bytes -= int64(len(raw))
		delete(l.byBytes, key)
		delete(l.ids, q.id)
		if own.Len() == 0 {
			delete(l.byOrg, q.org)
		}
	}
}

// propose chooses what goes into a block of so many bytes.
func (l *lanes) propose(bytesMax int64) [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out [][]byte
	for turns := l.turns(); len(turns) > 0; {
		var more []*turn
		for _, t := range turns {
			out = append(out, t.take(&bytesMax)...)
			if t.next != nil {
				more = append(more, t)
			}
		}
		turns = more
	}
	return out
}

// turns are the lanes with what each may give, beginning after the one that began the
// block before.
func (l *lanes) turns() []*turn {
	orgs := slices.SortedFunc(maps.Keys(l.byOrg), func(a, b string) int {
		return cmp.Or(after(a, l.last)-after(b, l.last), cmp.Compare(a, b))
	})
	out := make([]*turn, len(orgs))
	for i, org := range orgs {
		own := l.byOrg[org]
		most := int64(math.MaxInt64)
		if len(orgs) > 1 {
			most = max(laneFloor, l.bytes-own.bytes)
		}
		out[i] = &turn{next: own.Front(), most: most}
	}
	if len(orgs) > 0 {
		l.last = orgs[0]
	}
	return out
}

// after is 0 for what comes after last in order, 1 for the others.
func after(org, last string) int {
	if org > last {
		return 0
	}
	return 1
}

// turn is one lane while a block is filled.
type turn struct {
	next *list.Element // nil: it gives no more
	most int64         // bytes that it may still give
}

// take takes up to laneStep bytes, at least one envelope, while they fit.
func (t *turn) take(left *int64) (out [][]byte) {
	for taken := int64(0); t.next != nil; t.next = t.next.Next() {
		raw := t.next.Value.(queued).raw
		size := int64(len(raw)) + engine.BlockTxOverhead
		if size > min(t.most, *left) {
			t.next = nil
			return out
		}
		if taken > 0 && taken+size > laneStep {
			return out
		}
		out, taken = append(out, raw), taken+size
		t.most, *left = t.most-size, *left-size
	}
	return out
}
