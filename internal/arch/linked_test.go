package arch_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/arch"
)

var update = flag.Bool("update", false, "write docs/internals/dependencies.txt anew")

const (
	program  = "./cmd/pedigree"
	listPath = "docs/internals/dependencies.txt"
)

// TestTheDependencyListIsTheProgramsOwn holds the committed list of all that
// the program links, so that a new package shows up in review. Without a
// program there must be no list.
func TestTheDependencyListIsTheProgramsOwn(t *testing.T) {
	list := filepath.Join(root, filepath.FromSlash(listPath))
	committed, err := os.ReadFile(list)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	sources, err := filepath.Glob(filepath.Join(root, "cmd", "pedigree", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) == 0 {
		if len(committed) > 0 {
			t.Fatalf("%s lists what %s links, but that folder has no Go files", listPath, program)
		}
		return
	}
	linked, err := arch.Linked(root, program)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(list), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(list, []byte(linked), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(string(committed), "\n"), strings.Split(linked, "\n")); diff != "" {
		t.Errorf("%s is not what %s links (-committed +linked); if each new package is wanted, run make depaware and commit the list:\n%s", listPath, program, diff)
	}
}

func TestLinkedListsAProgramsPackagesByModule(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":         "module example\n\ngo 1.26\n\nrequire example.org/lib v1.2.3\n\nreplace example.org/lib => ./lib\n",
		"cmd/p/main.go":  "package main\n\nimport (\n\t\"example.org/lib\"\n\t\"example/own\"\n)\n\nfunc main() { lib.F(); own.F() }\n",
		"own/own.go":     "package own\n\nimport \"cmp\"\n\n// F uses cmp.\nfunc F() { cmp.Compare(1, 2) }\n",
		"unused/used.go": "package unused\n",
		"lib/go.mod":     "module example.org/lib\n",
		"lib/lib.go":     "package lib\n\nfunc F() {}\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := arch.Linked(dir, "./cmd/p")
	if err != nil {
		t.Fatal(err)
	}
	title, rest, _ := strings.Cut(got, "\nstandard library (")
	standard, others, _ := strings.Cut(rest, "\n\n")
	if want := "# Every package that ./cmd/p links on linux/amd64. Refresh: make depaware\n"; title != want {
		t.Errorf("the title is %q, want %q", title, want)
	}
	if !strings.Contains(standard, "\n\tcmp") || strings.Contains(standard, "internal") {
		t.Errorf("the standard library's part should have cmp and no internal package:\n%s", standard)
	}
	want := `example (2)
	example/cmd/p
	example/own

example.org/lib v1.2.3 => ./lib (1)
	example.org/lib
`
	if diff := cmp.Diff(want, others); diff != "" {
		t.Errorf("the list differs (-want +got):\n%s", diff)
	}
}

func TestLinkedTellsWhatIsWrongWithoutAProgram(t *testing.T) {
	if list, err := arch.Linked(root, "./cmd/no-such-program"); err == nil {
		t.Errorf("listed a program that doesn't exist:\n%s", list)
	}
}
