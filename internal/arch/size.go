package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
)

// sourceKinds are the endings of hand-written source whose length is held.
var sourceKinds = map[string]bool{".go": true, ".ts": true, ".tsx": true, ".js": true, ".mjs": true}

// Sizes checks the length of files and functions, the depth of functions, and
// the size of the kernel.
func Sizes(t *Tree) []Fault {
	var faults []Fault
	for _, f := range t.Files {
		if !sourceKinds[path.Ext(f.Path)] || f.IsGenerated() || inTestdata(f.Path) {
			continue
		}
		if n := f.Lines(); n > fileLinesMax {
			faults = append(faults, Fault{File: f.Path, Text: fmt.Sprintf(
				"%d lines, at most %d: give each of its subjects a file", n, fileLinesMax)})
		}
		if f.Go != nil {
			faults = append(faults, t.functionSizes(f)...)
		}
	}
	if n := t.RuleLines()["ledger"]; n > kernelLinesMax {
		faults = append(faults, Fault{File: "ledger", Text: fmt.Sprintf(
			"%d lines of code, at most %d: the kernel must stay readable in an afternoon", n, kernelLinesMax)})
	}
	return sorted(faults)
}

func (t *Tree) functionSizes(f *File) []Fault {
	var faults []Fault
	for _, d := range f.Go.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		n := t.line(fn.End()) - t.line(fn.Pos()) + 1
		if f.IsTest() {
			n -= t.tableLines(fn.Body)
		}
		if n > functionLinesMax {
			faults = append(faults, t.fault(f, fn.Pos(), "%s has %d lines, at most %d: it should fit a screen", fn.Name.Name, n, functionLinesMax))
		}
		if deep, pos := deepest(fn.Body); deep > functionDepthMax && !f.IsTest() {
			faults = append(faults, t.fault(f, pos, "%s nests %d levels deep, at most %d: return early or name the inner part", fn.Name.Name, deep, functionDepthMax))
		}
	}
	return faults
}

// tableLines counts the lines inside the outermost composite literals of a
// test: its table is data, and a longer table is a better test.
func (t *Tree) tableLines(body ast.Node) int {
	lines := 0
	ast.Inspect(body, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		lines += t.line(lit.End()) - t.line(lit.Pos())
		return false
	})
	return lines
}

// deepest is the greatest number of control statements inside one another and
// where that is. An else branch is as deep as its if, a case as its switch,
// and a function literal starts anew.
func deepest(body *ast.BlockStmt) (int, token.Pos) {
	most, at := 0, body.Pos()
	var visit func(n ast.Node, depth int)
	visit = func(root ast.Node, depth int) {
		if depth > most {
			most, at = depth, root.Pos()
		}
		ast.Inspect(root, func(n ast.Node) bool {
			if n == root || n == nil {
				return true
			}
			switch n := n.(type) {
			case *ast.FuncLit:
				visit(n.Body, 0)
				return false
			case *ast.IfStmt:
				if outer, ok := root.(*ast.IfStmt); ok && outer.Else == n {
					visit(n, depth)
				} else {
					visit(n, depth+1)
				}
				return false
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				visit(n, depth+1)
				return false
			}
			return true
		})
	}
	visit(body, 0)
	return most, at
}

// RuleLines is the number of lines that hold code in the kernel ("ledger") and
// in the rules of each domain ("domain/trace"), without tests. Comments and
// blank lines are free, so that nobody saves on them.
func (t *Tree) RuleLines() map[string]int {
	lines := map[string]int{}
	for _, f := range t.Files {
		if f.Go == nil || f.IsTest() || !isDeterministic(f.Dir()) {
			continue
		}
		unit := "ledger"
		if domain := domainOf(f.Dir()); domain != "" {
			unit = domain
		}
		lines[unit] += t.codeLines(f)
	}
	return lines
}

// LinesWished is the size that a unit of RuleLines should stay under. Only the
// kernel's is refused when passed: a domain is as large as its standard.
func LinesWished(unit string) int {
	if unit == "ledger" {
		return kernelLinesMax
	}
	return moduleLinesMax
}

// codeLines counts the lines on which a token of the syntax starts or ends.
func (t *Tree) codeLines(f *File) int {
	held := map[int]bool{}
	ast.Inspect(f.Go, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			held[t.line(n.Package)] = true
		default:
			held[t.line(n.Pos())] = true
			held[t.line(n.End()-1)] = true
		}
		return true
	})
	return len(held)
}
