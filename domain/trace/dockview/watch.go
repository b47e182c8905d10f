package dockview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pedigree/internal/api"
)

// What happened in a session, as those who watch it are told.
const (
	ChangeNow      = "now"      // how things stand, at the beginning or where something was missed
	ChangeScan     = "scan"     // something was scanned
	ChangeUndo     = "undo"     // a scan was taken back
	ChangeDecision = "decision" // a person decided about a thing, or took that back
	ChangeDocument = "document" // another document says what to expect
	ChangeState    = "state"    // the session is in another state; done and dropped are the last
)

// Change is one thing that happened in a session.
type Change struct {
	What     string    `json:"what" enum:"now,scan,undo,decision,document,state"`
	State    State     `json:"state" doc:"Of the session: open, finishing, done or dropped"`
	Counts   Counts    `json:"counts" doc:"After it; of a session that ended all are 0"`
	Missed   bool      `json:"missed,omitempty" doc:"Changes before this one can't be told any more: ask for the session and its tree again"`
	Number   int       `json:"number,omitempty" doc:"Of the scan"`
	Path     string    `json:"path,omitempty"`
	Beep     Beep      `json:"beep,omitempty" doc:"ok, again, unexpected or stop"`
	Rule     string    `json:"rule,omitempty" doc:"What is the matter, as in docs/guide/receive.md"`
	Text     string    `json:"text,omitempty"`
	Device   string    `json:"device,omitempty"`
	Decision string    `json:"decision,omitempty"`
	Document int64     `json:"document,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// last tells whether nothing can come after it.
func (c *Change) last() bool { return c.State == Done || c.State == Dropped }

// told is a change with its place among all of this program's run.
type told struct {
	n uint64
	Change
}

// board has what happened in one session of late, and who watches it.
type board struct {
	list    []told
	since   uint64        // everything after this place is in the list
	more    chan struct{} // closed when something is added
	clients map[*Watch]string
	used    time.Time
}

// boards are those of an organisation's sessions, under the lock of Docks.
type boards struct {
	run  string // differs from one start of the program to the next
	n    uint64 // place of the last change
	list map[int64]*board
}

func newBoards() boards {
	var run [4]byte
	rand.Read(run[:])
	return boards{run: hex.EncodeToString(run[:]), list: map[int64]*board{}}
}

// Watch tells one client what happens in a session.
type Watch struct {
	docks   *Docks
	session int64
	board   *board
	at      uint64   // place of the last change that was told
	first   []Change // told before all else
}

// Watch begins to tell a client what happens in a session: after the change that it names
// last, or from now on. Where changes since can't be told any more, the first one says so.
// Close it when nobody listens.
func (d *Docks) Watch(ctx context.Context, id int64, after, client string) (*Watch, error) {
	w, err := d.watch(ctx, id, after, client)
	if err != nil {
		return nil, fmt.Errorf("couldn't watch receiving session %d: %w", id, err)
	}
	return w, nil
}

func (d *Docks) watch(ctx context.Context, id int64, after, client string) (*Watch, error) {
	var s Session
	err := d.Vault.View(ctx, func(tx *sql.Tx) (err error) {
		s, err = d.session(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := Change{What: ChangeNow, State: s.State, At: d.Now().UTC()}
	if s.State != Open { // a finish holds it for long
		return d.listen(id, after, client, now)
	}
	l, err := d.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer d.release(l)
	now.State, now.Counts = l.session.State, l.tally.counts
	return d.listen(id, after, client, now)
}

// listen gives a client its place at a session's board.
func (d *Docks) listen(id int64, after, client string, now Change) (*Watch, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := d.board(id)
	if err := d.places(b, id, client); err != nil {
		return nil, err
	}
	if n := len(b.list); n > 0 {
		now.State = max(now.State, b.list[n-1].State) // it went on meanwhile
	}
	w := &Watch{docks: d, session: id, board: b, at: d.boards.n}
	b.clients[w] = client
	if at, ok := d.boards.place(after); ok && at >= b.since {
		w.at = at // what was missed is all there
		if now.last() && (len(b.list) == 0 || !b.list[len(b.list)-1].last()) {
			w.first = []Change{now}
		}
		return w, nil
	}
	now.Missed = after != ""
	w.first = []Change{now}
	return w, nil
}

// places refuses a client more than its share.
func (d *Docks) places(b *board, id int64, client string) error {
	own, all := 0, 0
	for _, other := range d.boards.list {
		all += len(other.clients)
		for _, c := range other.clients {
			if c == client {
				own++
			}
		}
	}
	text := ""
	switch {
	case own >= WatchesOfClientMax:
		text = fmt.Sprintf("you watch %d sessions already; close one", own)
	case len(b.clients) >= WatchesOfSessionMax:
		text = fmt.Sprintf("%d watch session %d already", len(b.clients), id)
	case all >= WatchesMax:
		text = fmt.Sprintf("%d watch receiving sessions already", all)
	default:
		return nil
	}
	return api.Coded(errors.New(text), kindLimit, "dock/too-many-watch", "close a screen that nobody reads, or ask for the session now and then instead")
}

// board is a session's board, under the lock of Docks. The one that nobody watches and that
// was used longest ago makes room.
func (d *Docks) board(id int64) *board {
	if b := d.boards.list[id]; b != nil {
		b.used = d.Now()
		return b
	}
	if len(d.boards.list) >= boardsMax {
		oldest := int64(0)
		for n, b := range d.boards.list {
			if len(b.clients) == 0 && (oldest == 0 || b.used.Before(d.boards.list[oldest].used)) {
				oldest = n
			}
		}
		delete(d.boards.list, oldest)
	}
	b := &board{since: d.boards.n, more: make(chan struct{}), clients: map[*Watch]string{}, used: d.Now()}
	d.boards.list[id] = b
	return b
}

// place reads the place that a client names last; none where another run gave it.
func (b *boards) place(id string) (uint64, bool) {
	run, n, ok := strings.Cut(id, "-")
	if !ok || run != b.run {
		return 0, false
	}
	at, err := strconv.ParseUint(n, 10, 64)
	return at, err == nil && at <= b.n
}

// tell lets those who watch a session know what happened. The session is held, so that
// changes come in their order.
func (d *Docks) tell(l *live, c Change) {
	c.State, c.At = l.session.State, d.Now().UTC()
	if l.tally != nil && !c.last() {
		c.Counts = l.tally.counts
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	b := d.board(l.session.ID)
	d.boards.n++
	if len(b.list) == ChangesKept {
		b.since = b.list[0].n
		b.list = append(b.list[:0], b.list[1:]...)
	}
	b.list = append(b.list, told{d.boards.n, c})
	close(b.more)
	b.more = make(chan struct{})
}

// Next implements api.Feed.
func (w *Watch) Next() (events []api.StreamEvent, last bool, more <-chan struct{}) {
	d := w.docks
	d.mu.Lock()
	defer d.mu.Unlock()
	b := w.board
	if b.since > w.at { // it was not asked for long
		now := b.list[len(b.list)-1]
		w.at, w.first = now.n, []Change{{What: ChangeNow, State: now.State, Counts: now.Counts, Missed: true, At: now.At}}
	}
	for i := range w.first {
		events = append(events, d.boards.event(w.at, &w.first[i]))
		last = last || w.first[i].last()
	}
	w.first = nil
	for i := range b.list {
		if b.list[i].n > w.at {
			w.at = b.list[i].n
			events = append(events, d.boards.event(w.at, &b.list[i].Change))
			last = last || b.list[i].last()
		}
	}
	return events, last, b.more
}

func (b *boards) event(n uint64, c *Change) api.StreamEvent {
	return api.StreamEvent{ID: fmt.Sprintf("%s-%d", b.run, n), Name: c.What, Data: c}
}

// Close implements api.Feed.
func (w *Watch) Close() {
	w.docks.mu.Lock()
	defer w.docks.mu.Unlock()
	delete(w.board.clients, w)
}

var _ api.Feed = (*Watch)(nil)
