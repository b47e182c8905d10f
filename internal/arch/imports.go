package arch

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// Imports checks every import of every Go file against the layers. It asks
// nothing of folders that do not exist yet; a folder that no layer holds is a
// fault, so that each new one is placed by a decision.
func Imports(t *Tree) []Fault {
	var faults []Fault
	needs := moduleNeeds(t)
	for dir, files := range t.goFiles() {
		l := layerOf(dir)
		if l == nil {
			faults = append(faults, Fault{File: dir, Text: "no layer holds this folder: place it in internal/arch/layers.go"})
			continue
		}
		for _, f := range files {
			r := reach{layer: l, dir: dir, test: f.IsTest(), needs: needs[domainOf(dir)]}
			faults = append(faults, r.refused(t, f)...)
		}
	}
	return sorted(faults)
}

// reach is what one file may import.
type reach struct {
	layer *layer
	dir   string
	test  bool
	needs []string // folders of the domains that the module names in Needs
}

// refused are the imports of a file that its layer may not have.
func (r reach) refused(t *Tree, f *File) []Fault {
	var faults []Fault
	for _, spec := range f.Go.Imports {
		name := importPath(spec)
		if why := r.refuse(t.Module, name); why != "" {
			faults = append(faults, t.fault(f, spec.Pos(), "%s may not import %s: %s", r.layer.name, name, why))
		}
	}
	return faults
}

// importPath is the path that an import names; the parser has checked that it
// is a string.
func importPath(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return name
}

// refuse tells why an import is not allowed, or "".
func (r reach) refuse(module, name string) string {
	switch {
	case name == "C":
		return "the program is built without cgo"
	case name == module:
		return "the root is not a package"
	case strings.HasPrefix(name, module+"/"):
		return r.refuseOurs(strings.TrimPrefix(name, module+"/"))
	case strings.Contains(firstElement(name), "."):
		return r.refuseThird(name)
	}
	return ""
}

func (r reach) refuseOurs(dir string) string {
	if isView(dir) && !r.mayUseView(dir) {
		return "a view is the private half of its domain: only that domain's views, domain/all's view and programs use it"
	}
	if r.own(dir) || within(dir, r.layer.ours) {
		return ""
	}
	if r.layer.needs && slices.Contains(r.needs, dir) {
		return ""
	}
	if r.test && within(dir, r.layer.testOurs) {
		return ""
	}
	if r.layer.needs && within(dir, []string{"domain/*"}) {
		return "name the domain in the module's Needs first"
	}
	return "imports go one way; see Import direction in ARCHITECTURE.md"
}

// own tells whether a folder is part of the same unit: the same domain, or
// otherwise the same top-level folder where that is one unit.
func (r reach) own(dir string) bool {
	if domain := domainOf(r.dir); domain != "" {
		return within(dir, []string{domain + "/..."})
	}
	if r.layer.name == "ledger" {
		return within(dir, []string{"ledger/..."}) && !within(dir, []string{"ledger/ledgertest/..."})
	}
	return firstElement(r.dir) == firstElement(dir)
}

func (r reach) mayUseView(dir string) bool {
	switch firstElement(r.dir) {
	case "cmd", "bench", "e2e":
		return true
	case "domain":
		same := domainOf(r.dir) == domainOf(dir) || domainOf(r.dir) == "domain/all"
		return same && isView(r.dir)
	}
	return false
}

func (r reach) refuseThird(name string) string {
	if hasModule(engineModules, name) && !r.mayUseEngine() {
		return "the engine stays behind internal/engine and internal/store/kv"
	}
	if hasModule(r.layer.third, name) || r.test && hasModule(r.layer.testThird, name) {
		return ""
	}
	if len(r.layer.third) == 0 {
		return "the standard library only"
	}
	return "of other modules, only " + strings.Join(r.layer.third, " and ")
}

func (r reach) mayUseEngine() bool {
	return within(r.dir, engineUsers) || r.test && within(r.dir, engineTests)
}

// hasModule tells whether an import path lies in one of the modules.
func hasModule(modules []string, name string) bool {
	for _, m := range modules {
		if m == "*" || name == m || strings.HasPrefix(name, m+"/") {
			return true
		}
	}
	return false
}

func firstElement(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}
