package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// packages type-checks folders of a tree. Ours come from the tree's syntax, so
// that a tree made up for a test needs no files; all others come from the go
// command's build cache as export data.
type packages struct {
	tree   *Tree
	tag    string
	files  map[string][]*File
	loaded map[string]*checked
	other  types.Importer
}

// checked is one package of ours after type-checking.
type checked struct {
	files []*File
	types *types.Package
	info  *types.Info
}

func newPackages(t *Tree, root string, dirs []string, tag string) (*packages, error) {
	p := &packages{tree: t, tag: tag, files: t.goFiles(), loaded: map[string]*checked{}}
	others := map[string]bool{}
	p.reached(dirs, map[string]bool{}, others)
	exports, err := exportData(root, slices.Sorted(maps.Keys(others)))
	if err != nil {
		return nil, err
	}
	p.other = importer.ForCompiler(t.fset, "gc", func(path string) (io.ReadCloser, error) {
		file, ok := exports[path]
		if !ok {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(file)
	})
	return p, nil
}

// reached gathers the imports that are not ours, over all of ours that the
// folders import.
func (p *packages) reached(dirs []string, seen, others map[string]bool) {
	for _, dir := range dirs {
		if seen[dir] {
			continue
		}
		seen[dir] = true
		for _, name := range p.imports(dir) {
			if ours, ok := strings.CutPrefix(name, p.tree.Module+"/"); ok {
				p.reached([]string{ours}, seen, others)
			} else if name != "unsafe" && name != "C" {
				others[name] = true
			}
		}
	}
}

func (p *packages) imports(dir string) []string {
	var names []string
	for _, f := range p.sources(dir) {
		for _, spec := range f.Go.Imports {
			names = append(names, importPath(spec))
		}
	}
	return names
}

// sources are the files of a folder that a build with the tag compiles.
func (p *packages) sources(dir string) []*File {
	var list []*File
	for _, f := range p.files[dir] {
		if !f.IsTest() && buildsWith(f, p.tag) {
			list = append(list, f)
		}
	}
	return list
}

// load type-checks one folder. Type errors are not reported here: the compiler
// does that, and what the checks can't tell for want of a type is a fault.
func (p *packages) load(dir string) (*checked, error) {
	if c, ok := p.loaded[dir]; ok {
		if c == nil {
			return nil, fmt.Errorf("import cycle through %s", dir)
		}
		return c, nil
	}
	p.loaded[dir] = nil
	c := &checked{files: p.sources(dir), info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}}
	var syntax []*ast.File
	for _, f := range c.files {
		syntax = append(syntax, f.Go)
	}
	conf := types.Config{Importer: p, Error: func(error) {}}
	c.types, _ = conf.Check(p.tree.Module+"/"+dir, p.tree.fset, syntax, c.info)
	p.loaded[dir] = c
	return c, nil
}

// Import implements types.Importer.
func (p *packages) Import(name string) (*types.Package, error) {
	if ours, ok := strings.CutPrefix(name, p.tree.Module+"/"); ok {
		c, err := p.load(ours)
		if err != nil {
			return nil, err
		}
		return c.types, nil
	}
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	return p.other.Import(name)
}

// exportData asks the go command for the files that hold what packages export;
// it compiles what its cache lacks. Packages that don't compile have none.
func exportData(root string, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	const format = "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"
	out, err := goList(root, append([]string{"-e", "-export", "-f", format, "--"}, names...)...)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for line := range strings.Lines(out) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			files[name] = file
		}
	}
	return files, nil
}

// goList runs go list for the reference platform, so that its answer is the
// same on every machine, and returns what it prints.
func goList(root string, args ...string) (string, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("couldn't run go list: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
