package engine

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
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

func TestMessagesThatMeanTheEnd(t *testing.T) {
	cases := []struct {
		msg  string
		err  error
		want string
	}{
		{"something else", errors.New("trouble"), ""},
		{consensusFailure, errors.New("trouble"), "consensus stopped: trouble"},
		{logWriteFailed, errors.New("trouble"), "consensus can't write its log: trouble"},
		{logFlushFailed, errors.New("trouble"), "consensus can't write its log: trouble"},
		{logPeriodicFailed, errors.New("trouble"), "consensus can't write its log: trouble"},
		{voteFailed, errors.New("trouble"), "consensus can't vote: trouble"},
		{voteFailed, fmt.Errorf("%w at height 5", ErrWouldDoubleSign), ""},
		{voteFailed, fmt.Errorf("%w at height 5", ErrHeld), ""},
	}
	for _, tc := range cases {
		said := ""
		log := newLogger(slog.New(slog.DiscardHandler), func(err error) { said = err.Error() }).With("module", "consensus")
		log.Error(tc.msg, "height", 5, "err", tc.err)
		if said != tc.want {
			t.Errorf("%s, %v: %q, want %q", tc.msg, tc.err, said, tc.want)
		}
	}
}

// TestTheEngineStillSaysTheMessages looks for them in the engine's source: with
// another version of it they may be worded anew, and would not be noticed.
func TestTheEngineStillSaysTheMessages(t *testing.T) {
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/cometbft/cometbft/consensus").Output()
	must(t, err)
	var source []byte
	for _, name := range []string{"state.go", "wal.go"} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), name))
		must(t, err)
		source = append(source, text...)
	}
	for _, msg := range []string{consensusFailure, logWriteFailed, logFlushFailed, logPeriodicFailed, voteFailed, proposalFailed} {
		if !bytes.Contains(source, []byte(`Logger.Error("`+msg+`"`)) {
			t.Errorf("the engine doesn't say %q any more", msg)
		}
	}
}

func TestAValueOfAMessageIsLoggedInPart(t *testing.T) {
	var out bytes.Buffer
	log := newLogger(slog.New(slog.NewTextHandler(&out, nil)), func(error) {})
	whole := strings.Repeat("a", logValueBytesMax)
	for name, v := range map[string]any{
		"text": whole + "bb", "an error": errors.New(whole + "bb"), "a list": []string{whole + "bb"}, "a half letter": whole[1:] + "éb",
	} {
		out.Reset()
		log.Error("yes", "v", v)
		if text := out.String(); len(text) > logValueBytesMax+200 || !strings.Contains(text, "bytes more") {
			t.Errorf("%s: %d bytes are logged: %.100s", name, len(text), text[max(0, len(text)-100):])
		}
	}
	out.Reset()
	if log.Error("yes", "v", whole, "n", 5); !strings.Contains(out.String(), whole) || !strings.Contains(out.String(), "n=5") {
		t.Error("a value at the limit is cut")
	}
}
