package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/client"
	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/internal/keys"
	"pedigree/ledger"
	"pedigree/proof"
)

func TestEachErrorHasItsExitCode(t *testing.T) {
	problem := func(status int, kind string) error {
		return &client.Problem{Status: status, Kind: kind, Detail: "x", Hint: "do y"}
	}
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"no error":                        {nil, 0},
		"an error of no known kind":       {errors.New("x"), 1},
		"an error with a code of its own": {failWith(exitNo, "", errors.New("x")), 4},
		"an interrupt":                    {fmt.Errorf("couldn't ask: %w", context.Canceled), 130},
		"a proof that does not hold":      {fmt.Errorf("x: %w", proof.ErrProof), 4},
		"no node":                         {fmt.Errorf("x: %w", client.ErrNoNode), 5},
		"no answer in time":               {context.DeadlineExceeded, 5},
		"a rule that says no such thing":  {org.CodeUnknownMember.Errorf("x"), 3},
		"a rule that refuses":             {trace.CodeNotHolder.Errorf("x"), 6},
		"a rule that broke":               {ledger.CodeInternal.Errorf("x"), 1},
		"a problem of kind invalid":       {problem(422, "invalid"), 6},
		"a problem of kind denied":        {problem(403, "denied"), 6},
		"a problem of kind not_found":     {problem(404, "not_found"), 3},
		"a problem of kind conflict":      {problem(409, "conflict"), 6},
		"a problem of kind expired":       {problem(410, "expired"), 6},
		"a problem of kind limit":         {problem(429, "limit"), 6},
		"a problem of kind unavailable":   {problem(503, "unavailable"), 5},
		"a problem of kind internal":      {problem(500, "internal"), 1},
		"a problem 404 without a kind":    {problem(404, ""), 3},
		"a problem 422 without a kind":    {problem(422, ""), 2},
		"a problem 403 without a kind":    {problem(403, ""), 6},
		"a problem 503 without a kind":    {problem(503, ""), 5},
		"a problem 500 without a kind":    {problem(500, ""), 1},
	} {
		t.Run(name, func(t *testing.T) {
			code, hint := exitOf(c.err)
			if code != c.want {
				t.Errorf("exit code %d, want %d", code, c.want)
			}
			if _, isProblem := c.err.(*client.Problem); isProblem && hint != "do y" {
				t.Errorf("the node's hint became %q", hint)
			}
		})
	}
}

// TestAnInterruptedVerbSaysSo asks a node that never answers.
func TestAnInterruptedVerbSaysSo(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	dir := t.TempDir()
	if _, err := (home{dir}).keyStore().obtain(keys.Token); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		if c, err := silent.Accept(); err == nil {
			interrupt()
			c.Close()
		}
	}()
	var data, words bytes.Buffer
	code := run(ctx, []string{"status", "--home", dir, "--api", silent.Addr().String()}, &output{data: &data, words: &words})
	if code != exitInterrupted || data.Len() > 0 || !strings.HasPrefix(words.String(), "error: ") {
		t.Errorf("exit code %d, %q, %q", code, data.String(), words.String())
	}
}

func TestASecretThatOthersCanReadIsNotUsed(t *testing.T) {
	made := map[[32]byte]bool{}
	for name, change := range map[string]func(path string) error{
		"as it was made":        func(string) error { return nil },
		"readable by the group": func(path string) error { return os.Chmod(path, 0o640) },
		"cut short":             func(path string) error { return os.WriteFile(path, []byte("# custody seed\nabc\n"), 0o600) },
		"empty":                 func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"gone":                  os.Remove,
	} {
		s := home{t.TempDir()}.keyStore()
		seed, err := s.obtain(keys.Custody)
		if err != nil || made[seed] {
			t.Fatalf("a seed that was there before, or none: %v", err)
		}
		made[seed] = true
		if err := change(filepath.Join(s.Dir(), keys.Custody.PlainFile())); err != nil {
			t.Fatal(err)
		}
		got, err := s.bytes(keys.Custody)
		if whole := name == "as it was made"; whole != (err == nil) || whole && got != seed {
			t.Errorf("a secret that is %s: %v", name, err)
		}
	}
}
