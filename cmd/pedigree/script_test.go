package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/client"
	"pedigree/internal/admissiontest"
	"pedigree/internal/freeport"
	"pedigree/web/verify"
)

// The scripts run this test binary as the program pedigree.
func TestMain(m *testing.M) {
	if _, err := admissiontest.OfRun(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	passphraseCost = 10 // the scripts' passphrases protect nothing
	testscript.Main(m, map[string]func(){"pedigree": main})
}

// nodeWait is how long a script waits for a node to take work.
const nodeWait = 2 * time.Minute

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		Setup:               scriptSetup,
		Condition:           scriptCondition,
		Cmds:                scriptCommands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits": scriptExits, "wait-node": scriptWaitNode, "keep": scriptKeep, "flip": scriptFlip, "change": scriptChange, "epcis-file": scriptEPCIS, "flip-each": scriptFlipEach,
		"export-canaries": scriptExportCanaries, "export-damage": scriptExportDamage, "export-tables": scriptExportTables, "export-same": scriptExportSame, "leak-scan": scriptLeakScan, "sheet-lines": scriptSheetLines, "wait-gone": scriptWaitGone,
		"wait-served": scriptWaitServed, "until": scriptUntil, "metric": scriptMetric, "postgres": scriptPostgres, "token": scriptToken, "read-across": scriptReadAcross, "leave-file": scriptLeaveFile, "zip-files": scriptZip, "stranger": scriptStranger,
	}
}

// scriptSetup gives each script free ports and days around the present.
func scriptSetup(env *testscript.Env) error {
	for _, name := range []string{"API_A", "P2P_A", "API_B", "P2P_B", "MAIL_A", "MAIL_B", "API_C", "P2P_C", "API_D", "P2P_D", "API_E", "P2P_E"} {
		address, err := freeport.Address()
		if err != nil {
			return err
		}
		env.Setenv(name, address)
	}
	now := time.Now().UTC()
	env.Setenv("LAST_YEAR", now.AddDate(-1, 0, 0).Format(time.DateOnly))
	env.Setenv("TODAY", now.UTC().Format(time.DateOnly))
	env.Setenv("NEXT_YEAR", now.AddDate(1, 0, 0).Format(time.DateOnly))
	env.Setenv("HOME", env.WorkDir)
	return nil
}

// scriptCondition knows [verifier]: the program was built with the verifier for
// browsers.
func scriptCondition(name string) (bool, error) {
	if name != "verifier" {
		return false, fmt.Errorf("there is no condition %s", name)
	}
	return verify.Ready(), nil
}

// scriptExits runs a command and checks its exit code: exits CODE program args...
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, not %d", args[1], got, want)
	}
}

// scriptWaitNode waits until the node of a home takes work: wait-node HOME
func scriptWaitNode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: wait-node HOME")
	}
	ctx, cancel := context.WithTimeout(context.Background(), nodeWait)
	defer cancel()
	h := home{ts.MkAbs(args[0])}
	for ctx.Err() == nil {
		if addr, err := os.ReadFile(h.address()); err == nil {
			if _, err := client.New("http://"+strings.TrimSpace(string(addr)), "").File(ctx, "/readyz"); err == nil {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("the node in %s did not get ready within %s", args[0], nodeWait)
}

// scriptKeep keeps a part of what the last command printed: keep NAME PATTERN,
// where the pattern has one group.
func scriptKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := re.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("%q has no match with one group in:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}

// scriptFlip copies a file with one bit changed: flip FROM TO OFFSET, where a
// negative offset counts from the end.
func scriptFlip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: flip FROM TO OFFSET")
	}
	raw := []byte(ts.ReadFile(args[0]))
	at, err := strconv.Atoi(args[2])
	ts.Check(err)
	if at < 0 {
		at += len(raw)
	}
	raw[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), raw, 0o600))
}

// scriptChange copies a file with one text in place of another of its length:
// change FROM TO OLD NEW
func scriptChange(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || len(args[2]) != len(args[3]) {
		ts.Fatalf("usage: change FROM TO OLD NEW")
	}
	raw := ts.ReadFile(args[0])
	if !strings.Contains(raw, args[2]) {
		ts.Fatalf("%s does not hold %q", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.ReplaceAll(raw, args[2], args[3])), 0o600))
}
