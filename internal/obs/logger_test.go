package obs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"pedigree/internal/obs"
)

func TestNewLoggerWritesJSONWhereNobodyReads(t *testing.T) {
	for _, format := range []string{"", "auto", "json"} {
		var b bytes.Buffer
		newLogger(t, &b, obs.Options{Format: format}).Info("applied", obs.KeyHeight, 7)
		var line struct {
			Msg    string `json:"msg"`
			Height int    `json:"height"`
		}
		if err := json.Unmarshal(b.Bytes(), &line); err != nil {
			t.Fatalf("format %q is not JSON: %v: %s", format, err, b.String())
		}
		if line.Msg != "applied" || line.Height != 7 {
			t.Errorf("format %q wrote %s", format, b.String())
		}
	}
}

func TestNewLoggerWritesTextToATerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/null", os.O_WRONLY, 0) // a character device, as a terminal is
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	if _, ok := newLogger(t, terminal, obs.Options{}).Handler().(*slog.TextHandler); !ok {
		t.Error("a terminal got JSON")
	}
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, ok := newLogger(t, file, obs.Options{}).Handler().(*slog.JSONHandler); !ok {
		t.Error("a file got text")
	}
}

func TestNewLoggerKeepsLinesFromTheLevelUp(t *testing.T) {
	tests := []struct {
		level string
		want  string
	}{{"", "info warn error"}, {"debug", "debug info warn error"}, {"info", "info warn error"}, {"warn", "warn error"}, {"error", "error"}}
	for _, test := range tests {
		var b bytes.Buffer
		log := newLogger(t, &b, obs.Options{Level: test.level, Format: "text"})
		log.Debug("debug")
		log.Info("info")
		log.Warn("warn")
		log.Error("error")
		var got []string
		for line := range strings.Lines(b.String()) {
			_, message, _ := strings.Cut(strings.TrimSpace(line), "msg=")
			got = append(got, message)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("level %q wrote %q, want %q", test.level, got, test.want)
		}
	}
}

func TestNewLoggerRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, o := range []obs.Options{{Level: "loud"}, {Format: "xml"}} {
		if _, err := obs.NewLogger(io.Discard, o); err == nil {
			t.Errorf("accepted %+v", o)
		}
	}
}

type sealed struct{ Diagnosis string }

type height int

func (height) String() string { return "seven" }

func TestLogsTellOfNoPerson(t *testing.T) {
	tests := []struct {
		name string
		key  string
		// value is logged; the line must have shown, or, where shown is "",
		// the word withheld and nothing of the value.
		value any
		shown string
	}{
		{"an organisation is shown", obs.KeyOrg, "north", "org=north"},
		{"a number is shown", obs.KeyHeight, 7, "height=7"},
		{"a duration is shown", "took", time.Second, "took=1s"},
		{"an error is shown", obs.KeyError, errors.New("disk full"), `error="disk full"`},
		{"what prints itself is shown", "at", height(7), "at=seven"},
		{"nothing is shown as nothing", "at", nil, "at=<nil>"},
		{"a patient is withheld", "patient", "Sensitive", ""},
		{"a patient's id is withheld", "patient_id", "Sensitive", ""},
		{"capitals change nothing", "Patient-ID", "Sensitive", ""},
		{"nor do several", "patients", "Sensitive", ""},
		{"a holder's name is withheld", "holder.name", "Sensitive", ""},
		{"a word that only contains one is shown", "filename", "a.txt", "filename=a.txt"},
		{"a payload is withheld", "payload", "Sensitive", ""},
		{"a struct is withheld", "entry", sealed{"Sensitive"}, ""},
		{"a pointer is withheld", "entry", &sealed{"Sensitive"}, ""},
		{"bytes are withheld", "entry", []byte("Sensitive"), ""},
		{"a map is withheld", "entry", map[string]string{"a": "Sensitive"}, ""},
		{"a group's values are looked at", "entry", slog.GroupValue(slog.String("email", "Sensitive")), ""},
		{"all of a patient's group is withheld", "patient", slog.GroupValue(slog.String("city", "Sensitive")), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			newLogger(t, &b, obs.Options{Format: "text"}).Info("seen", test.key, test.value)
			line := b.String()
			switch {
			case test.shown != "" && !strings.Contains(line, test.shown):
				t.Errorf("the line lacks %s: %s", test.shown, line)
			case test.shown == "" && (strings.Contains(line, "Sensitive") || !strings.Contains(line, "withheld")):
				t.Errorf("the line doesn't withhold: %s", line)
			}
		})
	}
}

func newLogger(t *testing.T, w io.Writer, o obs.Options) *slog.Logger {
	t.Helper()
	log, err := obs.NewLogger(w, o)
	if err != nil {
		t.Fatal(err)
	}
	return log
}
