package main

import (
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptUntil runs a command until it prints what a pattern matches, for what nodes
// do between themselves: until PATTERN program args...
func scriptUntil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN program args...")
	}
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for end := time.Now().Add(nodeWait); ; time.Sleep(50 * time.Millisecond) {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && re.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("within %s %q did not print %q; the last time:\n%s%s%v", nodeWait, args[1:], args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"), err)
		}
	}
}
