package engine

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// slowText counts how often it is formatted.
type slowText struct{ times *int }

func (s slowText) String() string {
	*s.times++
	return "formatted"
}

func TestOnlyWhatIsReadIsFormatted(t *testing.T) {
	var out bytes.Buffer
	times := 0
	log := newLogger(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn})), func(error) {})
	child := log.With("module", "test")
	child.Debug("no", "v", slowText{&times})
	child.Info("no", "v", slowText{&times})
	if times != 0 || out.Len() != 0 {
		t.Fatalf("formatted %d times: %s", times, out.String())
	}
	child.Error("yes", "v", slowText{&times}, "err", errors.New("reason"))
	for _, part := range []string{`msg="engine: yes"`, "module=test", "v=formatted", "err=reason", "level=ERROR"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%s is missing in %s", part, out.String())
		}
	}
	if times != 1 {
		t.Errorf("formatted %d times", times)
	}
}

func TestOnlyTheEndOfConsensusIsAFailure(t *testing.T) {
	var failed error
	log := newLogger(slog.New(slog.DiscardHandler), func(err error) { failed = err }).With("module", "consensus")
	log.Error("something else", "err", "trouble")
	if failed != nil {
		t.Fatalf("got %v", failed)
	}
	log.Error(consensusFailure, "err", "trouble", "stack", "...")
	if failed == nil || failed.Error() != "consensus stopped: trouble" {
		t.Errorf("got %v", failed)
	}
}
