package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

// indeterminate are the standard packages whose results differ from one
// machine, or one run, to the next; each holds for all below it too.
var indeterminate = []struct{ path, why string }{
	{"time", "block time comes with the block, as seconds in an int64"},
	{"context", "a rule has no deadline"},
	{"os", "a rule sees the block, the signers and state, nothing else"},
	{"io/fs", "a rule reads no files"},
	{"path/filepath", "its paths depend on the machine"},
	{"net", "a rule makes no connections"},
	{"syscall", "a rule sees the block, the signers and state, nothing else"},
	{"math/rand", "every validator must draw the same"},
	{"math/cmplx", "floats differ between processors"},
	{"crypto/rand", "every validator must draw the same"},
	{"hash/maphash", "its seed differs in every process"},
	{"sync", "a rule runs alone"},
	{"runtime", "a rule must not see the process it runs in"},
	{"unsafe", "addresses differ in every process"},
	{"log", "a rule emits events; the node logs"},
	{"database", "state is reached through typed maps only"},
	{"plugin", "rules are compiled in"},
	{"testing", "it belongs in _test.go files"},
}

// isDeterministic tells whether every validator executes the folder's code.
func isDeterministic(dir string) bool {
	l := layerOf(dir)
	return l != nil && (l.name == "ledger" || l.name == "domain/all" || l.name == "a domain's rules")
}

// Determinism checks the code that every validator executes: the kernel and
// the rules of each domain. root is a folder of a module in which the go
// command can find the packages that this code imports.
func Determinism(t *Tree, root string) ([]Fault, error) {
	var faults []Fault
	var dirs []string
	for dir, files := range t.goFiles() {
		if !isDeterministic(dir) {
			continue
		}
		dirs = append(dirs, dir)
		for _, f := range files {
			if !f.IsTest() {
				faults = append(faults, t.indeterminateSyntax(f)...)
			}
		}
	}
	typed, err := t.indeterminateTypes(dirs, root)
	if err != nil {
		return nil, fmt.Errorf("couldn't check the types of the deterministic code: %w", err)
	}
	return sorted(append(faults, typed...)), nil
}

// indeterminateSyntax finds what can be told without types.
func (t *Tree) indeterminateSyntax(f *File) []Fault {
	var faults []Fault
	for _, spec := range f.Go.Imports {
		name := importPath(spec)
		for _, bad := range indeterminate {
			if hasModule([]string{bad.path}, name) {
				faults = append(faults, t.fault(f, spec.Pos(), "deterministic code may not import %s: %s", name, bad.why))
			}
		}
	}
	ast.Inspect(f.Go, func(n ast.Node) bool {
		if why := syntaxFault(n); why != "" {
			faults = append(faults, t.fault(f, n.Pos(), "%s", why))
		}
		return true
	})
	return faults
}

// pointerVerb is a format verb that prints an address, with flags and width.
var pointerVerb = regexp.MustCompile(`%[-+# 0]*[0-9]*p`)

func printsAddress(format string) bool {
	return pointerVerb.MatchString(strings.ReplaceAll(format, "%%", ""))
}

func syntaxFault(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "deterministic code starts no goroutines"
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		return "deterministic code has no channels"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "deterministic code has no channels"
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT || n.Kind == token.IMAG {
			return "deterministic code has no floats: count in the smallest unit, as an integer"
		}
		if n.Kind == token.STRING && printsAddress(n.Value) {
			return "%p prints an address, which differs in every process"
		}
	}
	return ""
}
