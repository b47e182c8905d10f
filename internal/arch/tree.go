package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// File is one text file of the tree.
type File struct {
	Path string    // slash path from the root
	Text []byte    // its bytes
	Go   *ast.File // its syntax with comments; nil unless it is Go outside testdata
}

// Dir is the folder the file stands in, "." for the root.
func (f *File) Dir() string { return path.Dir(f.Path) }

// IsTest tells whether the go command builds the file for tests only.
func (f *File) IsTest() bool { return strings.HasSuffix(f.Path, "_test.go") }

// IsGenerated tells whether a program wrote the file; such files are held by
// the test that compares them with their source, not by rules of style.
func (f *File) IsGenerated() bool {
	for _, end := range []string{".gen.ts", ".d.ts", "_gen.go"} {
		if strings.HasSuffix(f.Path, end) {
			return true
		}
	}
	return f.Go != nil && ast.IsGenerated(f.Go)
}

// Lines is the number of lines in the file.
func (f *File) Lines() int {
	n := bytes.Count(f.Text, []byte{'\n'})
	if len(f.Text) > 0 && f.Text[len(f.Text)-1] != '\n' {
		n++
	}
	return n
}

// Tree is the repository as the checks read it.
type Tree struct {
	Module string  // module path, from go.mod
	Files  []*File // text files, in the order of their paths

	fset *token.FileSet
}

// foldersNotRead hold what other programs made: they are not in the repository
// or are checked by whoever makes them.
var foldersNotRead = map[string]bool{
	".git": true, "node_modules": true, "vendor": true, "dist": true,
	"bin": true, "build": true, ".demo": true,
}

// Read reads every text file under fsys. Go files that don't parse are faults,
// and are left out of the tree.
func Read(fsys fs.FS) (*Tree, []Fault, error) {
	t := &Tree{fset: token.NewFileSet()}
	var faults []Fault
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if foldersNotRead[d.Name()] {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || name == ".git" { // a file in a second work tree
			return nil
		}
		if len(t.Files) == treeFilesMax {
			return fmt.Errorf("more than %d files: is there a build folder that .gitignore should name?", treeFilesMax)
		}
		fault, err := t.add(fsys, name)
		faults = append(faults, fault...)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't read the tree: %w", err)
	}
	t.Module = t.modulePath()
	if t.Module == "" {
		return nil, nil, fmt.Errorf("couldn't find a module line in go.mod at the tree's root")
	}
	return t, faults, nil
}

func (t *Tree) add(fsys fs.FS, name string) ([]Fault, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if len(text) > textBytesMax || bytes.IndexByte(text, 0) >= 0 {
		return nil, nil
	}
	f := &File{Path: name, Text: text}
	if strings.HasSuffix(name, ".go") && !inTestdata(name) {
		f.Go, err = parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return []Fault{{File: name, Text: fmt.Sprintf("doesn't parse: %v", err)}}, nil
		}
	}
	t.Files = append(t.Files, f)
	return nil, nil
}

func inTestdata(name string) bool {
	return slices.Contains(strings.Split(name, "/"), "testdata")
}

func (t *Tree) modulePath() string {
	for _, f := range t.Files {
		if f.Path != "go.mod" {
			continue
		}
		for line := range strings.Lines(string(f.Text)) {
			if name, ok := strings.CutPrefix(line, "module "); ok {
				return strings.TrimSpace(name)
			}
		}
	}
	return ""
}

// goFiles are the tree's Go files by folder.
func (t *Tree) goFiles() map[string][]*File {
	dirs := map[string][]*File{}
	for _, f := range t.Files {
		if f.Go != nil {
			dirs[f.Dir()] = append(dirs[f.Dir()], f)
		}
	}
	return dirs
}

// line is the line of a position in any Go file of the tree.
func (t *Tree) line(p token.Pos) int { return t.fset.Position(p).Line }

// fault makes a fault at a position.
func (t *Tree) fault(f *File, p token.Pos, format string, args ...any) Fault {
	return Fault{File: f.Path, Line: t.line(p), Text: fmt.Sprintf(format, args...)}
}
