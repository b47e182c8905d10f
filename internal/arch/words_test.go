package arch_test

import (
	"testing"

	"pedigree/internal/arch"
)

// Parts of what may not stand in the tree, so that this file holds none of it.
const (
	home   = "/wo" + "rk/"
	golang = "golang" + ".org"
	later  = "TO" + "DO"
)

func TestTheTreeNamesNoMachine(t *testing.T) {
	wantPlaces(t, arch.Words(tree(t, map[string]string{
		"docs/good.md":         "a folder called frame" + home + "x, a page pkg.go.dev and https://example.org/net" + home + "\n",
		"docs/path.md":         "first line\nsee " + home + "main\n",
		"docs/start.md":        home + "main\n",
		"docs/quoted.md":       "`" + home + "`\n",
		"deploy/Dockerfile":    "ENV GOPROXY=https://proxy." + golang + "\n",
		"ledger/testdata/a.md": "registry.npmjs" + ".org\n",
		"web/a.ts":             "// " + later + ": finish\n",
		"web/b.ts":             "const " + later + "S = []\n",
	})), "deploy/Dockerfile:1", "docs/path.md:2", "docs/quoted.md:1", "docs/start.md:1", "ledger/testdata/a.md:1", "web/a.ts:1")
}

func TestNamesSayASubject(t *testing.T) {
	wantPlaces(t, arch.Words(tree(t, map[string]string{
		"internal/util/read.go":        "package util\n",
		"internal/vault/helper.go":     "package vault\n",
		"internal/vault/utils_test.go": "package vault\n",
		"internal/vault/commons.go":    "package vault\n",
	})), "internal/util/read.go", "internal/vault/helper.go", "internal/vault/utils_test.go")
}

func TestNothingRegistersItself(t *testing.T) {
	wantPlaces(t, arch.Words(tree(t, map[string]string{
		"ledger/a.go": "package ledger\n\nfunc init() {}\n\ntype t int\n\nfunc (t) init() {}\n",
	})), "ledger/a.go:3")
}
