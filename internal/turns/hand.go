package turns

import (
	"io"
	"time"
)

// Hand is one goroutine that works in turns.
type Hand struct {
	gate *Gate
	org  string
	took time.Time
}

// Hand makes a hand that works for an organisation. It has no turn yet.
func (g *Gate) Hand(org string) *Hand {
	if g == nil {
		return nil
	}
	return &Hand{gate: g, org: org}
}

// Take waits for a turn.
func (h *Hand) Take() {
	if h == nil {
		return
	}
	h.gate.take(h.org)
	h.took = time.Now()
}

// Give gives the turn back. Do so before anything that waits.
func (h *Hand) Give() {
	if h != nil {
		h.gate.give()
	}
}

// Do does one thing in a turn.
func (h *Hand) Do(what func() error) error {
	h.Take()
	defer h.Give()
	return what()
}

// Pause lets others go first when a piece of work is done, and goes on.
func (h *Hand) Pause() {
	if h == nil || time.Since(h.took) < piece {
		return
	}
	h.gate.rest()
	h.Give()
	h.Take()
}

// Reader reads without a turn, which its caller has before and after.
func (h *Hand) Reader(r io.Reader) io.Reader {
	if h == nil {
		return r
	}
	return handReader{h, r}
}

type handReader struct {
	hand *Hand
	from io.Reader
}

// Read implements io.Reader.
func (r handReader) Read(p []byte) (int, error) {
	if time.Since(r.hand.took) >= piece {
		r.hand.gate.rest()
	}
	r.hand.Give()
	n, err := r.from.Read(p)
	r.hand.Take()
	return n, err
}
