package vault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Every statement has a deadline. What a caller does between two rows of a result
// doesn't count: a statement is stopped for what the database makes of it, not for
// whom its rows are read by.

// patienceKey is under which a context says how long each statement may take.
type patienceKey struct{}

// patient gives each statement the time of a copy, a check or a change of tables.
func patient(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, statementTimeoutLong)
}

// patience is how long a statement of ctx may take where usual ones may take usual.
func patience(ctx context.Context, usual time.Duration) time.Duration {
	if long, ok := ctx.Value(patienceKey{}).(time.Duration); ok {
		return max(long, usual)
	}
	return usual
}

// errOverdue is the cause of a context that ended because a statement took too long.
var errOverdue = errors.New("the statement's time is up")

// stopwatch ends a context when a statement was at work for too long.
type stopwatch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	left   time.Duration
	begun  time.Time
}

// watch begins to count.
func watch(ctx context.Context, most time.Duration) *stopwatch {
	w := &stopwatch{left: most, begun: time.Now()}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(most, func() { w.cancel(errOverdue) })
	return w
}

// pause stops counting while the caller is at work.
func (w *stopwatch) pause() {
	w.timer.Stop()
	w.left -= time.Since(w.begun)
}

// resume counts on.
func (w *stopwatch) resume() {
	w.begun = time.Now()
	w.timer.Reset(w.left)
}

// end lets the context go.
func (w *stopwatch) end() {
	w.timer.Stop()
	w.cancel(nil)
}

// overdue tells whether the time was up before the caller's own context ended.
func (w *stopwatch) overdue() bool { return errors.Is(context.Cause(w.ctx), errOverdue) }

// slow says that a statement was stopped: where, which, and what to do. Values are
// arguments, so the text names nobody.
func slow(where, text string, most time.Duration, do string) error {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > statementShown {
		text = string(r[:statementShown]) + "..."
	}
	return fmt.Errorf("%w: in the private store %s, a statement was stopped after %v (%s): nothing of it was kept: %s, then try again", ErrSlow, where, most, text, do)
}
