package main

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/internal/config"
)

// TestTheWaysOfTheManualCanBeConfigured reads every configuration that
// docs/operate/ways.md shows as a node would.
func TestTheWaysOfTheManualCanBeConfigured(t *testing.T) {
	raw, err := os.ReadFile("../../docs/operate/ways.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(raw, -1)
	if len(blocks) == 0 {
		t.Fatal("the manual shows no configuration")
	}
	for _, block := range blocks {
		if _, err := config.Parse("ways.md", append([]byte("chain_id: trial-1\n"), block[1]...), os.LookupEnv); err != nil {
			t.Errorf("%v in:\n%s", err, block[1])
		}
	}
}

// scriptLeaveFile leaves a file at an inlet as a partner's program does, and expects a
// status: leave-file HOME KEY-FILE INLET FILE STATUS. The answer goes to answer.json.
func scriptLeaveFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: leave-file HOME KEY-FILE INLET FILE STATUS")
	}
	a := newTenant(ts, args[0])
	a.token = strings.TrimSpace(ts.ReadFile(args[1]))
	status, answer := a.ask(http.MethodPut, "/api/v1/deposits/"+args[2]+"/"+args[3], "application/octet-stream", []byte(ts.ReadFile(args[3])))
	if strconv.Itoa(status) != args[4] {
		ts.Fatalf("answered with %d: %s", status, answer)
	}
	ts.Check(os.WriteFile(ts.MkAbs("answer.json"), answer, 0o600))
}
