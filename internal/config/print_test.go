package config_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/config"
)

func manual(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := config.Print(&b, config.Default()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPrintExplainsEveryKey(t *testing.T) {
	var above string
	keys := 0
	for line := range strings.Lines(manual(t)) {
		if line == "\n" {
			continue
		}
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			keys++
			if !strings.HasPrefix(strings.TrimSpace(above), "# ") {
				t.Errorf("no explanation above %q", line)
			}
		}
		above = line
	}
	if want := 79; keys != want {
		t.Errorf("the manual has %d keys, want %d", keys, want)
	}
}

func TestTheManualNamesTheDefaultsThatHold(t *testing.T) {
	entries := regexp.MustCompile(`(?m)# Default: ([^,\n]*?)[.,](?: .*)?\n\s*(\w+): (.*)$`).FindAllStringSubmatch(manual(t), -1)
	if want := 58; len(entries) != want {
		t.Errorf("found %d defaults in the manual, want %d", len(entries), want)
	}
	for _, e := range entries {
		said, key, value := e[1], e[2], e[3]
		if said == "none" {
			said = "[]"
		}
		if said == "empty" {
			said = `""`
		}
		if said != value {
			t.Errorf("%s: the manual says %q, the default is %q", key, said, value)
		}
	}
}

func TestWhatPrintWritesParseReads(t *testing.T) {
	want := valid()
	want.Home = "/data/${NOT_A_VARIABLE}"
	want.Ways = server()
	want.Ways.Outlets = []config.Outlet{}
	var b strings.Builder
	if err := config.Print(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := config.Parse("printed.yaml", []byte(b.String()), environment)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, b.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what came back differs (-want +got):\n%s", diff)
	}
}

func ExampleParse() {
	c, err := config.Parse("node.yaml", []byte("chain_id: trial-1\nlog: {level: warn}\n"), os.LookupEnv)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.ChainID, c.Log.Level, c.API.Listen)
	// Output: trial-1 warn 127.0.0.1:8480
}

func ExampleParse_misspelled() {
	_, err := config.Parse("node.yaml", []byte("chain_id: trial-1\nlog: {levle: warn}\n"), os.LookupEnv)
	fmt.Println(err)
	// Output: node.yaml:2:7: unknown key "levle"; `pedigree config print --defaults` lists all keys
}
