package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// exile keeps peers away for a while that sent what no node sends, or promised what
// they didn't have. The engine ends the connection of such a peer and takes the next
// one at once: a peer that is let in could flood a node so, or name heights that
// nobody has, again and again, and a node that catches up would never vote.
type exile struct {
	log *slog.Logger
	now func() time.Time

	mu   sync.Mutex
	list map[string]offence
}

// offence is how often a peer did so, when it did last, and until when it is refused.
type offence struct {
	times       int
	last, until time.Time
}

func newExile(log *slog.Logger) *exile {
	return &exile{log: log, now: time.Now, list: map[string]offence{}}
}

// left is told why the engine ended a connection; nil means that nobody is to blame.
func (e *exile) left(id string, reason any) {
	if reason == nil || ordinaryEnd(reason) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	e.forget(now)
	o, known := e.list[id]
	if !known && len(e.list) >= exiledMax {
		return
	}
	pause := min(exilePause<<min(o.times, exileDoublings), exilePauseMax)
	o.times, o.last, o.until = o.times+1, now, now.Add(pause)
	e.list[id] = o
	e.log.Warn("a node is refused for a while, for what it sent", "node", id, "for", pause, "why", shortened(fmt.Sprint(reason)))
}

// lets says whether a peer may connect again.
func (e *exile) lets(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.now().Before(e.list[id].until)
}

// forget forgives those that have done nothing for long.
func (e *exile) forget(now time.Time) {
	for id, o := range e.list {
		if now.Sub(o.last) > exileForgotten {
			delete(e.list, id)
		}
	}
}

// ordinaryEnd tells a connection that broke, as when the other end stopped, from one
// that was ended for what came over it.
func ordinaryEnd(reason any) bool {
	err, ok := reason.(error)
	if !ok {
		return false
	}
	var broke net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.Canceled) || errors.As(err, &broke) || err.Error() == pongMissed
}
