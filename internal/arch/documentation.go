package arch

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// Documentation checks that every package has a doc.go with a package comment
// and every exported name a sentence.
func Documentation(t *Tree) []Fault {
	var faults []Fault
	for dir, files := range t.goFiles() {
		if !slices.ContainsFunc(files, isPackageDoc) {
			faults = append(faults, Fault{File: dir, Text: "no doc.go with a package comment: say what the package keeps true"})
		}
		for _, f := range files {
			if !f.IsTest() && !f.IsGenerated() {
				faults = append(faults, t.undocumented(f)...)
			}
		}
	}
	return sorted(faults)
}

func isPackageDoc(f *File) bool {
	return path.Base(f.Path) == "doc.go" && hasText(f.Go.Doc)
}

func hasText(groups ...*ast.CommentGroup) bool {
	for _, g := range groups {
		if g != nil && strings.TrimSpace(g.Text()) != "" {
			return true
		}
	}
	return false
}

func (t *Tree) undocumented(f *File) []Fault {
	var faults []Fault
	for _, d := range f.Go.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && exportedReceiver(d) && !isWellKnown(d) && !hasText(d.Doc) {
				faults = append(faults, t.fault(f, d.Pos(), "%s has no doc comment", d.Name.Name))
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				faults = append(faults, t.undocumentedSpec(f, d, spec)...)
			}
		}
	}
	return faults
}

func (t *Tree) undocumentedSpec(f *File, d *ast.GenDecl, spec ast.Spec) []Fault {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		alone := !d.Lparen.IsValid() && hasText(d.Doc)
		if spec.Name.IsExported() && !alone && !hasText(spec.Doc, spec.Comment) {
			return []Fault{t.fault(f, spec.Pos(), "%s has no doc comment", spec.Name.Name)}
		}
	case *ast.ValueSpec:
		// One comment may introduce a group of constants or variables.
		if d.Tok == token.IMPORT || hasText(d.Doc, spec.Doc, spec.Comment) {
			return nil
		}
		for _, name := range spec.Names {
			if name.IsExported() {
				return []Fault{t.fault(f, name.Pos(), "%s has no doc comment", name.Name)}
			}
		}
	}
	return nil
}

// isWellKnown tells whether a method's name says all: its contract is the
// language's own.
func isWellKnown(fn *ast.FuncDecl) bool {
	switch fn.Name.Name {
	case "Error", "String", "Unwrap":
		return fn.Recv != nil
	}
	return false
}

// exportedReceiver tells whether a reader of the package's documentation sees
// the function: methods of unexported types are not shown there.
func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return true
	}
	x := fn.Recv.List[0].Type
	for {
		switch e := x.(type) {
		case *ast.StarExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.IndexListExpr:
			x = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return false
		}
	}
}
