package arch_test

import (
	"os"
	"testing"

	"pedigree/internal/arch"
)

// root is the repository's root as a test of this package sees it.
const root = "../.."

// TestTheRepositoryKeepsItsRules reads the whole tree once and applies every
// rule; all that is wrong is shown together.
func TestTheRepositoryKeepsItsRules(t *testing.T) {
	tree, faults, err := arch.Read(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	determinism, err := arch.Determinism(tree, root)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range [][]arch.Fault{arch.Imports(tree), determinism, arch.Sizes(tree), arch.Documentation(tree), arch.Words(tree)} {
		faults = append(faults, found...)
	}
	if left := arch.Except(faults, arch.Exceptions()); len(left) > 0 {
		t.Errorf("the tree breaks rules of ARCHITECTURE.md and CONTRIBUTING.md, %d times:\n%s", len(left), arch.Report(left))
	}
	for unit, lines := range tree.RuleLines() {
		t.Logf("%s: %d lines of code, %d are wished for", unit, lines, arch.LinesWished(unit))
	}
}
