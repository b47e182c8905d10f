package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"pedigree/format/epcis"
	"pedigree/internal/tryfile"
)

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		write func(path string) func(io.Writer) error
		want  string // what is in the folder behind it
		fails bool
	}{
		"whole": {func(string) func(io.Writer) error {
			return func(w io.Writer) error { _, err := fmt.Fprint(w, "all"); return err }
		}, "out: all", false},
		"cut short": {func(string) func(io.Writer) error {
			return func(w io.Writer) error { _, err := fmt.Fprint(w, "half"); return errors.Join(err, broken) }
		}, "", true},
		"under a name that is taken meanwhile": {func(path string) func(io.Writer) error {
			return func(io.Writer) error { return os.WriteFile(path, []byte("another's"), 0o600) }
		}, "out: another's", true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "out")
			err := writeWhole(path, c.write(path))
			if (err != nil) != c.fails {
				t.Errorf("the error is %v", err)
			}
			entries, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			found := ""
			for _, e := range entries {
				raw, err := os.ReadFile(filepath.Join(folder, e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				found += e.Name() + ": " + string(raw)
			}
			if found != c.want {
				t.Errorf("the folder holds %q", found)
			}
		})
	}
}

// TestAnInterruptEndsEachVerbOnDocuments runs the verbs with an interrupt that came already.
func TestAnInterruptEndsEachVerbOnDocuments(t *testing.T) {
	sent := filepath.Join("..", "..", filepath.FromSlash(guideFolder), "sent.xml")
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	out := filepath.Join(t.TempDir(), "out.jsonld")
	for _, args := range [][]string{
		{"epcis", "check", sent, sent},
		{"epcis", "hash", sent, sent},
		{"epcis", "diff", sent, sent},
		{"epcis", "convert", sent, "--out", out},
	} {
		if code := run(ctx, args, silentOutput()); code != exitInterrupted {
			t.Errorf("%v ended with %d", args[1], code)
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an interrupted conversion left a file: %v", err)
	}
}

func TestTheNamesOfIdentifierStylesAreInTheOrderOfThePackage(t *testing.T) {
	for name, want := range map[string]epcis.IDStyle{"keep": epcis.KeepIDs, "urn": epcis.AsEPCURN, "link": epcis.AsDigitalLink} {
		o, err := convertFlags{to: "json", ids: name}.options(false)
		if err != nil || o.IDs != want {
			t.Errorf("%s: style %d, %v", name, o.IDs, err)
		}
	}
	if len(tryfile.Targets) != len(tryfile.TargetNames) {
		t.Errorf("%d targets, %d names", len(tryfile.Targets), len(tryfile.TargetNames))
	}
}
