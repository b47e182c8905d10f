package gs1

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"
)

// readSource parses the package's own files, tests left out.
func readSource(t *testing.T) map[string]*ast.File {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// ruleConstants are the Rule… constants of a file with the codes they hold.
func ruleConstants(f *ast.File) map[string]string {
	found := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != len(spec.Names) {
			return true
		}
		for i, name := range spec.Names {
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok && strings.HasPrefix(name.Name, "Rule") {
				code, err := strconv.Unquote(lit.Value)
				if err == nil {
					found[name.Name] = code
				}
			}
		}
		return true
	})
	return found
}

func TestEveryCodeIsAConstantAndEveryConstantARule(t *testing.T) {
	files := readSource(t)
	constants := ruleConstants(files["rules.go"])
	if len(constants) != len(Rules) {
		t.Errorf("there are %d codes and %d rules", len(constants), len(Rules))
	}
	for name, code := range constants {
		if remedyOf(code) == "" {
			t.Errorf("%s, %s, is not among Rules", name, code)
		}
	}
	used := map[string]bool{}
	for name, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if code, err := strconv.Unquote(n.Value); err == nil && strings.HasPrefix(code, "gs1/") && name != "rules.go" {
					t.Errorf("%s holds the code %s, which belongs in rules.go", name, code)
				}
			case *ast.Ident:
				used[n.Name] = used[n.Name] || name != "rules.go"
			case *ast.CallExpr:
				if fun, ok := n.Fun.(*ast.Ident); ok && fun.Name == "refuse" {
					checkRefusal(t, name, constants, n)
				}
			}
			return true
		})
	}
	for name := range constants {
		if !used[name] {
			t.Errorf("%s is emitted nowhere", name)
		}
	}
}

// checkRefusal says whether a refusal names a constant, or a variable that is
// given one.
func checkRefusal(t *testing.T, file string, constants map[string]string, call *ast.CallExpr) {
	t.Helper()
	switch rule := call.Args[0].(type) {
	case *ast.Ident:
		if _, ok := constants[rule.Name]; !ok && rule.Name != "rule" {
			t.Errorf("%s refuses by %s, which isn't in rules.go", file, rule.Name)
		}
	default:
		t.Errorf("%s refuses by something that is no name", file)
	}
}
