package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"pedigree/format/epcis"
)

func TestOfSeveralFilesTheGravestCodeCounts(t *testing.T) {
	for want, codes := range map[int][]int{
		exitDone:      {},
		exitUsage:     {exitDone, exitUsage},
		exitNotFound:  {exitNotFound, exitUsage, exitDone},
		exitUnchecked: {exitNotFound, exitUnchecked},
		exitNo:        {exitUnchecked, exitNo, exitNotFound, exitDone},
	} {
		code := exitDone
		for _, c := range codes {
			code = worseExit(code, c)
		}
		if code != want {
			t.Errorf("%v end with %d", codes, code)
		}
	}
}

func TestWhatGoesWrongWithADocumentHasItsExitCode(t *testing.T) {
	fault := &epcis.Error{File: "a.xml", Line: 3, Rule: "epcis/truncated", Text: "it ends"}
	for name, c := range map[string]struct {
		err  error
		code int
		hint bool
	}{
		"a fault in it":          {fmt.Errorf("couldn't convert: %w", fault), exitUnchecked, true},
		"a disk that fails":      {&epcis.Error{Rule: "epcis/read", Text: "input/output error"}, exitUnchecked, false},
		"another failure":        {fs.ErrClosed, exitUnchecked, false},
		"a code of its own":      {failWith(exitNotFound, "", fs.ErrNotExist), exitNotFound, false},
		"an interrupt":           {context.Canceled, exitInterrupted, false},
		"a file that isn't read": {errors.Join(failWith(exitUsage, "name one file", errors.New("it is a folder"))), exitUsage, true},
	} {
		t.Run(name, func(t *testing.T) {
			code, hint := exitOf(documentExit(c.err))
			if code != c.code || (hint != "") != c.hint {
				t.Errorf("code %d, hint %q", code, hint)
			}
		})
	}
}

// failingWriter takes some bytes and no more.
type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("no space is left")
	}
	return len(p), nil
}

func TestHashesThatCannotBePrintedAreAnError(t *testing.T) {
	for _, args := range [][]string{{"epcis", "hash"}, {"epcis", "hash", "--json"}} {
		var words bytes.Buffer
		code := run(t.Context(), append(args, "../../docs/guide/sent.xml"), &output{data: &failingWriter{}, words: &words})
		if code != exitUnchecked || len(args) == 2 && !strings.Contains(words.String(), "couldn't print the hashes: no space is left") {
			t.Errorf("%v: exit code %d, %s", args, code, words.String())
		}
	}
}
