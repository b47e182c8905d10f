package crash_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/crash"
)

func TestEveryNamedPointIsInTheTableOnce(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "points.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			if v := s.(*ast.ValueSpec); v.Type != nil && v.Type.(*ast.Ident).Name == "Point" {
				named = append(named, strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`))
			}
		}
	}
	table := crash.Points()
	for _, name := range named {
		if !slices.Contains(table, crash.Point(name)) {
			t.Errorf("%s is named and not in the table", name)
		}
	}
	if slices.Sort(table); len(table) != len(named) || len(slices.Compact(table)) != len(named) {
		t.Errorf("the table has %d points, %d are named", len(table), len(named))
	}
}

// TestTheShippedProgramHasNone builds the program as it is shipped, and with the tag.
// The table of functions, which no linker flag removes, names what is called in it.
func TestTheShippedProgramHasNone(t *testing.T) {
	for _, flags := range [][]string{nil, {"-tags", "crashpoints"}} {
		raw, err := os.ReadFile(build(t, "pedigree/cmd/pedigree", append(flags, "-ldflags", "-s -w")...))
		if err != nil {
			t.Fatal(err)
		}
		there := bytes.Contains(raw, []byte("pedigree/internal/crash.")) || bytes.Contains(raw, []byte(crash.Variable))
		if there != (flags != nil) {
			t.Errorf("built with %q, the program has crash points: %v", flags, there)
		}
	}
}

// build builds a program of this repository. What the build reads a kept result of
// the test does not notice, so main is read here.
func build(t *testing.T, of string, flags ...string) string {
	t.Helper()
	for _, file := range []string{"start.go", "main.go"} {
		if _, err := os.ReadFile(filepath.Join("..", "..", "cmd", "pedigree", file)); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", slices.Concat([]string{"build"}, flags, []string{"-o", program, of})...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// TestAProcessEndsAtTheArrivalThatIsArmed runs testdata/arrive, which arrives at one
// point five times and writes a line after each.
func TestAProcessEndsAtTheArrivalThatIsArmed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs signals")
	}
	program := build(t, "./testdata/arrive", "-tags", "crashpoints")
	for _, c := range []struct {
		name   string
		armed  []byte
		passed int
		killed bool
	}{
		{"nothing is armed", nil, 5, false},
		{"the first arrival", crash.Arm(crash.Folded, 1), 0, true},
		{"the third", crash.Arm(crash.Folded, 3), 2, true},
		{"one more than there are", crash.Arm(crash.Folded, 6), 5, false},
		{"another point", crash.Arm(crash.FoldBefore, 1), 5, false},
		{"a file that is not written whole", []byte("fold/folded 1"), 5, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			armed := filepath.Join(t.TempDir(), "armed")
			if c.armed != nil {
				if err := os.WriteFile(armed, c.armed, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command(program)
			cmd.Env = append(os.Environ(), crash.Variable+"="+armed)
			out, err := cmd.Output()
			var ended *exec.ExitError
			killed := errors.As(err, &ended) && ended.ExitCode() == -1
			if n := bytes.Count(out, []byte("\n")); n != c.passed || killed != c.killed || err != nil && !killed {
				t.Errorf("it passed %d times and was killed: %v (%v)", n, killed, err)
			}
		})
	}
}
