package arch

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// moduleNeeds reads, for each domain, the domains its module names in Needs:
// a field or method of that name in the rules' own source, holding the names
// as strings ("org") or as values of their packages (org.Module).
func moduleNeeds(t *Tree) map[string][]string {
	needs := map[string][]string{}
	for dir, files := range t.goFiles() {
		if domainOf(dir) != dir || dir == "domain/all" {
			continue
		}
		for _, f := range files {
			if f.IsTest() {
				continue
			}
			for _, name := range namedInNeeds(f.Go) {
				needs[dir] = append(needs[dir], "domain/"+name)
			}
		}
	}
	return needs
}

func namedInNeeds(f *ast.File) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Needs" {
				names = append(names, namesIn(n.Value)...)
			}
		case *ast.FuncDecl:
			if n.Name.Name == "Needs" && n.Body != nil {
				names = append(names, namesIn(n.Body)...)
			}
		}
		return true
	})
	return names
}

// namesIn lists the strings and the package names of selectors in an
// expression, one identifier each.
func namesIn(n ast.Node) []string {
	var names []string
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			name, err := strconv.Unquote(n.Value)
			if n.Kind == token.STRING && err == nil && !strings.Contains(name, "/") {
				names = append(names, name)
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names
}
