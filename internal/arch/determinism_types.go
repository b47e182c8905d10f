package arch

import (
	"go/ast"
	"go/build/constraint"
	"go/types"
	"slices"
	"strings"
)

// indeterminateTypes finds what only types tell: ranges over maps and floats
// that come in through names.
func (t *Tree) indeterminateTypes(dirs []string, root string) ([]Fault, error) {
	var faults []Fault
	for _, tag := range []string{"", "invariants"} {
		checked, err := newPackages(t, root, dirs, tag)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			p, err := checked.load(dir)
			if err != nil {
				return nil, err
			}
			for _, f := range p.files {
				faults = append(faults, t.typedFaults(f, p.info)...)
			}
		}
	}
	return faults, nil
}

func (t *Tree) typedFaults(f *File, info *types.Info) []Fault {
	var faults []Fault
	ordered := sortedAtOnce(f.Go, info)
	ast.Inspect(f.Go, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if why := rangeFault(info.TypeOf(n.X)); why != "" {
				faults = append(faults, t.fault(f, n.Pos(), "%s", why))
			}
		case *ast.SelectorExpr:
			if why := mapWalk(info.Uses[n.Sel]); why != "" && !ordered[n] {
				faults = append(faults, t.fault(f, n.Pos(), "%s", why))
			}
		}
		if e, ok := n.(ast.Expr); ok && isFloat(info.TypeOf(e)) {
			faults = append(faults, t.fault(f, n.Pos(), "deterministic code has no floats: count in the smallest unit, as an integer"))
		}
		return true
	})
	return faults
}

func rangeFault(x types.Type) string {
	if x == nil || x == types.Typ[types.Invalid] {
		return "couldn't tell what this ranges over: make the package compile"
	}
	if slices.ContainsFunc(shapes(x), isMap) {
		return "a map's order differs in every run: keep a sorted slice, or walk slices.Sorted(maps.Keys(m))"
	}
	return ""
}

// shapes are the underlying types a value can have: one, or all those in the
// constraint of a type parameter.
func shapes(x types.Type) []types.Type {
	param, ok := x.(*types.TypeParam)
	if !ok {
		return []types.Type{x.Underlying()}
	}
	var list []types.Type
	iface, ok := param.Constraint().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	for embedded := range iface.EmbeddedTypes() {
		union, ok := embedded.(*types.Union)
		if !ok {
			list = append(list, embedded.Underlying())
			continue
		}
		for term := range union.Terms() {
			list = append(list, term.Type().Underlying())
		}
	}
	return list
}

func isMap(x types.Type) bool {
	_, ok := x.(*types.Map)
	return ok
}

func isFloat(x types.Type) bool {
	if x == nil {
		return false
	}
	basic, ok := x.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0
}

// mapWalks are functions that visit a map in its own order.
var mapWalks = map[string]bool{
	"maps.All": true, "maps.Keys": true, "maps.Values": true, "maps.DeleteFunc": true, "maps.EqualFunc": true,
	"reflect.MapRange": true, "reflect.MapKeys": true,
}

func mapWalk(used types.Object) string {
	if used == nil || used.Pkg() == nil || !mapWalks[used.Pkg().Path()+"."+used.Name()] {
		return ""
	}
	return used.Pkg().Name() + "." + used.Name() + " walks a map in an order that differs in every run: walk slices.Sorted(maps.Keys(m))"
}

// sortedAtOnce finds the walks whose result goes straight into slices.Sorted.
func sortedAtOnce(f *ast.File, info *types.Info) map[*ast.SelectorExpr]bool {
	ordered := map[*ast.SelectorExpr]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		outer, ok := n.(*ast.CallExpr)
		if !ok || len(outer.Args) != 1 {
			return true
		}
		sel, ok := outer.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		used := info.Uses[sel.Sel]
		if used == nil || used.Pkg() == nil || used.Pkg().Path() != "slices" || used.Name() != "Sorted" {
			return true
		}
		if inner, ok := outer.Args[0].(*ast.CallExpr); ok {
			if walk, ok := inner.Fun.(*ast.SelectorExpr); ok {
				ordered[walk] = true
			}
		}
		return true
	})
	return ordered
}

// buildsWith tells whether a file is part of a build on the reference platform
// with the given tag.
func buildsWith(f *File, tag string) bool {
	for _, group := range f.Go.Comments {
		if group.Pos() > f.Go.Package {
			break
		}
		for _, c := range group.List {
			expr, err := constraint.Parse(c.Text)
			if err == nil && !expr.Eval(func(name string) bool { return tagHolds(name, tag) }) {
				return false
			}
		}
	}
	return true
}

func tagHolds(name, tag string) bool {
	switch name {
	case "linux", "amd64", "unix", "gc":
		return true
	}
	return name == tag || strings.HasPrefix(name, "go1.")
}
