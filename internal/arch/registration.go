package arch

import "go/ast"

// initFunctions finds func init: what a program is made of is listed in cmd
// and domain/all, where a reader sees it, never registered from aside.
func (t *Tree) initFunctions(f *File) []Fault {
	var faults []Fault
	for _, d := range f.Go.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			faults = append(faults, t.fault(f, fn.Pos(), "no init functions: list it where the program is put together"))
		}
	}
	return faults
}
