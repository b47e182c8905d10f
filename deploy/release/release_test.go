package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// built builds the program as `make build` does.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "pedigree")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=v1.2.3", "-o", program, "pedigree/cmd/pedigree")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not on this machine", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestThePackage(t *testing.T) {
	out := t.TempDir()
	r := release{root: filepath.Join("..", ".."), binary: built(t), version: "v1.2.3", arch: "amd64", made: time.Unix(1_790_000_000, 0), out: out}
	if err := r.make(); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(out, "pedigree_1.2.3_amd64.deb")

	t.Run("is the same when it is made again elsewhere", func(t *testing.T) {
		again := r
		again.out = filepath.Join(t.TempDir(), "another", "place")
		t.Setenv("TZ", "Asia/Tokyo")
		if err := again.make(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"SHA256SUMS", filepath.Base(deb), "pedigree_1.2.3_amd64.cdx.json"} {
			first, err := os.ReadFile(filepath.Join(out, name))
			second, wrong := os.ReadFile(filepath.Join(again.out, name))
			if err != nil || wrong != nil || !bytes.Equal(first, second) {
				t.Errorf("%s differs: %v, %v", name, err, wrong)
			}
		}
	})
	t.Run("is one that dpkg reads, of root's files with the modes they need", func(t *testing.T) {
		if got := tool(t, "dpkg-deb", "--field", deb, "Package", "Version", "Architecture"); got != "Package: pedigree\nVersion: 1.2.3\nArchitecture: amd64\n" {
			t.Errorf("its fields are %q", got)
		}
		for line := range strings.Lines(tool(t, "dpkg-deb", "--contents", deb)) {
			fields := strings.Fields(line)
			want := "-rw-r--r--"
			switch {
			case strings.HasSuffix(fields[5], "/"):
				want = "drwxr-xr-x"
			case fields[5] == "./usr/bin/pedigree":
				want = "-rwxr-xr-x"
			}
			if fields[0] != want || fields[1] != "root/root" || fields[3] != "2026-09-21" {
				t.Errorf("a file is %q", line)
			}
		}
	})
	t.Run("holds a program that runs", func(t *testing.T) {
		tree := t.TempDir()
		tool(t, "dpkg-deb", "--extract", deb, tree)
		if got := tool(t, filepath.Join(tree, "usr/bin/pedigree"), "version"); !strings.HasPrefix(got, "pedigree v1.2.3 ") {
			t.Errorf("it says %q", got)
		}
		want := filesOf(t, tree)
		tool(t, "dpkg-deb", "--control", deb, filepath.Join(tree, "DEBIAN"))
		sums, err := os.ReadFile(filepath.Join(tree, "DEBIAN", "md5sums"))
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		for line := range strings.Lines(string(sums)) {
			listed = append(listed, strings.Fields(line)[1])
		}
		if diff := cmp.Diff(want, listed); diff != "" {
			t.Errorf("md5sums lists others than are there:\n%s", diff)
		}
		cmd := exec.Command("md5sum", "--check", "--quiet", "DEBIAN/md5sums")
		cmd.Dir = tree
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("md5sums: %v: %s", err, out)
		}
	})
}

func filesOf(t *testing.T, tree string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(tree, path)
		list = append(list, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTheUnitIsRightAndKeepsTheNodeApart(t *testing.T) {
	raw, err := os.ReadFile("../debian/pedigree.service")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "pedigree")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(dir, "pedigree.service")
	// The program isn't installed where the test runs, and the user isn't made.
	text := strings.NewReplacer("/usr/bin/pedigree", program, "file:///usr/share/doc/pedigree/install.md", "file:///").Replace(string(raw))
	if err := os.WriteFile(unit, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := tool(t, "systemd-analyze", "verify", unit); strings.Contains(out, "pedigree.service:") {
		t.Errorf("the unit has faults:\n%s", out)
	}
	// 1.2 of 10 when this was written; a loosened line shows.
	tool(t, "systemd-analyze", "security", "--offline=true", "--threshold=15", "../debian/pedigree.service")
	for _, line := range []string{"User=pedigree", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=pedigree", "Restart=on-failure", "StartLimitBurst=5", "LimitNOFILE=65536", "LimitCORE=0"} {
		if !strings.Contains(string(raw), "\n"+line+"\n") {
			t.Errorf("the unit lacks %s", line)
		}
	}
}

func TestVersionsAreOrderedAsDebianOrdersThem(t *testing.T) {
	list := []string{"unknown", "abcdef0-dirty", "v0.9.0", "v1.2.3", "v1.2.3-4-gabcdef0", "v1.2.3-12-gabcdef0", "v1.2.4"}
	for i := range list[1:] {
		a, b := debianVersion(list[i]), debianVersion(list[i+1])
		if i == 0 {
			continue // both are nobody's release
		}
		tool(t, "dpkg", "--compare-versions", a, "lt", b)
	}
	for _, v := range list {
		tool(t, "dpkg", "--validate-version", debianVersion(v))
	}
}

func TestARefusedLicenceRefusesTheRelease(t *testing.T) {
	r := release{root: filepath.Join("..", "..")}
	if _, err := r.notices([]module{{Path: "example.org/nowhere", Version: "v1.0.0"}}); err == nil || !strings.Contains(err.Error(), "example.org/nowhere") {
		t.Errorf("a module that is not there: %v", err)
	}
	text, err := r.notices([]module{{Path: "golang.org/x/sys", Version: versionOf(t, "golang.org/x/sys")}})
	if err != nil || !bytes.Contains(text, []byte("(BSD-3-Clause)")) || !bytes.Contains(text, []byte("Neither the name of Google")) {
		t.Errorf("notices of one module: %.200s, %v", text, err)
	}
}

func versionOf(t *testing.T, path string) string {
	t.Helper()
	list, err := buildList(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.Path == path {
			return m.Version
		}
	}
	t.Fatalf("%s is not required", path)
	return ""
}
