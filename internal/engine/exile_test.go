package engine

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"syscall"
	"testing"
	"time"
)

func exileAt(now *time.Time) *exile {
	e := newExile(slog.New(slog.DiscardHandler))
	e.now = func() time.Time { return *now }
	return e
}

func TestAPeerThatSentNonsenseIsRefusedLongerEachTime(t *testing.T) {
	now := testTime
	e := exileAt(&now)
	for times, want := range []time.Duration{exilePause, 2 * exilePause, 4 * exilePause, 8 * exilePause, 16 * exilePause, exilePauseMax, exilePauseMax} {
		e.left("bad", errors.New("negative Height"))
		if now = now.Add(want - 1); e.lets("bad") {
			t.Errorf("after %d times it is let in before %v are over", times+1, want)
		}
		if now = now.Add(1); !e.lets("bad") || !e.lets("another") {
			t.Errorf("after %d times it, or another, isn't let in after %v", times+1, want)
		}
	}
	now = now.Add(exileForgotten)
	e.left("bad", "a reason that is no error")
	if now = now.Add(exilePause); !e.lets("bad") {
		t.Error("what it did long ago is held against it")
	}
}

func TestAConnectionThatBrokeIsHeldAgainstNobody(t *testing.T) {
	now := testTime
	for _, reason := range []any{
		nil, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, errors.New(pongMissed), fmt.Errorf("couldn't read: %w", io.EOF),
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}, &net.OpError{Op: "write", Err: syscall.EPIPE},
	} {
		e := exileAt(&now)
		if e.left("peer", reason); !e.lets("peer") {
			t.Errorf("refused for %v", reason)
		}
	}
}

func TestOnlySoManyPeersAreRefused(t *testing.T) {
	now := testTime
	e := exileAt(&now)
	for i := range exiledMax + 1 {
		e.left(fmt.Sprint(i), errors.New("nonsense"))
	}
	if len(e.list) != exiledMax || e.lets("0") || !e.lets(fmt.Sprint(exiledMax)) {
		t.Errorf("%d are remembered", len(e.list))
	}
}
