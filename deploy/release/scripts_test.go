package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stubs are the commands that the package's scripts may call. Each notes its name
// and arguments, and says that nothing is there yet.
var stubs = map[string]int{"getent": 2, "adduser": 0, "deluser": 0, "install": 0, "systemctl": 1, "rm": 0}

// script runs one of the package's scripts among stubs and returns what it called.
func script(t *testing.T, name, arg string, change func(text string) string) ([]string, string) {
	t.Helper()
	dir := t.TempDir()
	noted := filepath.Join(dir, "noted")
	for stub, exit := range stubs {
		text := fmt.Sprintf("#!/bin/sh\necho %s \"$@\" >>%s\nexit %d\n", stub, noted, exit)
		if err := os.WriteFile(filepath.Join(dir, stub), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile("../debian/" + name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(change(string(raw))), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", path, arg)
	cmd.Env = []string{"PATH=" + dir}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, arg, err, out)
	}
	calls, err := os.ReadFile(noted)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(calls)), "\n"), string(out)
}

func TestThePackagesScripts(t *testing.T) {
	home := t.TempDir()
	running := t.TempDir()
	// at puts the node's folder and systemd's where the test has them.
	at := func(data string) func(string) string {
		return func(text string) string {
			return strings.NewReplacer("/var/lib/pedigree", data, "/run/systemd/system", running).Replace(text)
		}
	}
	missing := filepath.Join(home, "missing")
	marked := t.TempDir()
	if err := os.WriteFile(filepath.Join(marked, "REMOVE-ALL-DATA"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, script, arg, data string
		calls                   []string
		says                    string
	}{
		{"installing makes a user and a folder, and starts nothing", "postinst", "configure", missing, []string{
			"getent passwd pedigree",
			"adduser --system --group --quiet --home " + missing + " --no-create-home --gecos pedigree node --shell /usr/sbin/nologin pedigree",
			"install -d -m 0700 -o pedigree -g pedigree " + missing,
			"systemctl daemon-reload",
			"systemctl --quiet is-active pedigree.service", // a question: only the answer tells the operator
		}, ""},
		{"removing stops the node", "prerm", "remove", home, []string{"systemctl --quiet stop pedigree.service", "systemctl --quiet disable pedigree.service"}, ""},
		{"an upgrade leaves it running", "prerm", "upgrade", home, []string{""}, ""},
		{"removing leaves the data", "postrm", "remove", home, []string{"systemctl daemon-reload"}, ""},
		{"a purge leaves the data too", "postrm", "purge", home, []string{"systemctl daemon-reload"}, "is left as it is"},
		{"a purge removes the data when it was asked to", "postrm", "purge", marked, []string{"rm -rf " + marked, "deluser --quiet --system pedigree", "systemctl daemon-reload"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := at(c.data)
			calls, out := script(t, c.script, c.arg, func(text string) string {
				// The stub of systemctl fails, which daemon-reload in postinst must not.
				return strings.Replace(change(text), "\t\tsystemctl daemon-reload\n", "\t\tsystemctl daemon-reload || true\n", 1)
			})
			if diff := cmp.Diff(c.calls, calls); diff != "" {
				t.Errorf("it calls others:\n%s", diff)
			}
			if !strings.Contains(out, c.says) {
				t.Errorf("it says %q", out)
			}
		})
	}
}
