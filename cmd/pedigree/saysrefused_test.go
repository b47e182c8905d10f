package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pedigree/format/gs1"
)

// refusalCode is the form of the code of a refusal.
var refusalCode = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9-]+$`)

// refusals are the codes of all refusals that the HTTP interface can answer with: those of
// the ledger's registries, those of identifiers, and those that the source names where a
// refusal is made. Findings in documents stand in a list of their own.
func refusals(t *testing.T) map[string]nodeSaying {
	t.Helper()
	all := map[string]nodeSaying{}
	for _, codes := range codeOwners() {
		for _, c := range codes {
			all[c.Name] = nodeSaying{}
		}
	}
	for _, r := range gs1.Rules {
		all[r.Code] = nodeSaying{Text: r.Meaning, Next: r.Remedy}
	}
	named := 0
	for _, folder := range []string{"internal", "domain", "cmd/pedigree"} {
		for code := range codesIn(t, folder) {
			if _, known := all[code]; !known {
				all[code] = nodeSaying{}
				named++
			}
		}
	}
	if named < 90 {
		t.Errorf("only %d codes were found in the source: look whether they are made in another way now", named)
	}
	return all
}

// codesIn are the codes that the source of a folder names where a refusal is made.
func codesIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", "..", filepath.FromSlash(folder)), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			ast.Inspect(file, func(n ast.Node) bool {
				for _, e := range codesOf(n) {
					if text, ok := literal(e); ok && refusalCode.MatchString(text) {
						found[text] = true
					}
				}
				return true
			})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// codesOf are the places of a node of the source where a refusal has its code: the third
// argument of Coded, the fields of a refusal or a problem, what Code returns, and a constant
// whose name begins with code.
func codesOf(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		if nameOf(n.Fun) == "Coded" && len(n.Args) > 2 {
			return n.Args[2:3]
		}
	case *ast.CompositeLit:
		switch kind := strings.ToLower(nameOf(n.Type)); {
		case strings.HasSuffix(kind, "refusal"):
			return n.Elts
		case kind == "problem":
			return keyed(n, "Code")
		}
	case *ast.FuncDecl:
		if n.Name.Name == "Code" && n.Body != nil && len(n.Body.List) == 1 {
			if r, ok := n.Body.List[0].(*ast.ReturnStmt); ok {
				return r.Results
			}
		}
	case *ast.ValueSpec:
		if strings.HasPrefix(n.Names[0].Name, "code") {
			return n.Values
		}
	}
	return nil
}

func keyed(n *ast.CompositeLit, name string) []ast.Expr {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && nameOf(kv.Key) == name {
			return []ast.Expr{kv.Value}
		}
	}
	return nil
}

// nameOf is the last name of an expression such as api.Coded.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
