package arch_test

import (
	"testing"

	"pedigree/internal/arch"
)

func TestEveryPackageHasADocFile(t *testing.T) {
	wantPlaces(t, arch.Documentation(tree(t, map[string]string{
		"format/good/doc.go":      "// Package good reads.\npackage good\n",
		"format/good/read.go":     "package good\n",
		"format/bare/doc.go":      "package bare\n",
		"format/directive/doc.go": "//go:build linux\n\npackage directive\n",
		"format/astray/read.go":   "// Package astray has its comment elsewhere.\npackage astray\n",
		"e2e/journey_test.go":     "package e2e\n",
		"ledger/testdata/a.go":    "package a\n",
	})), "e2e", "format/astray", "format/bare", "format/directive")
}

func TestEveryExportedNameHasASentence(t *testing.T) {
	const doc = "// Package p is documented.\npackage p\n"
	tests := []struct {
		name string
		src  string
		want []string
	}{
		{"a function", "package p\nfunc F() {}\n\n// G does.\nfunc G() {}\nfunc h() {}\n", []string{"2"}},
		{"a function whose comment is empty", "package p\n//\nfunc F() {}\n", []string{"3"}},
		{"a function with a directive only", "package p\n//go:noinline\nfunc F() {}\n", []string{"3"}},
		{"a method of an exported type", "package p\n// T is.\ntype T struct{}\nfunc (*T) M() {}\n", []string{"4"}},
		{"a method of an exported generic type", "package p\n// T is.\ntype T[K any] struct{}\nfunc (*T[K]) M() {}\n", []string{"4"}},
		{"but not a method of an unexported type", "package p\ntype t struct{}\nfunc (t) M() {}\n", nil},
		{"nor a method whose contract is the language's own", "package p\n// T is.\ntype T int\nfunc (T) Error() string { return \"\" }\nfunc String() {}\n", []string{"5"}},
		{"a type", "package p\ntype T int\n", []string{"2"}},
		{"each type of a group", "package p\n// Types.\ntype (\n\tT int\n\t// U is.\n\tU int\n\tV int // V is.\n)\n", []string{"4"}},
		{"a constant or variable", "package p\nconst A = 1\nvar B, c = 1, 2\n", []string{"2", "3"}},
		{"a group once", "package p\n// All.\nconst (\n\tA = 1\n\tB = 2\n)\nconst (\n\tC = 1 // C is.\n\tD = 2\n)\n", []string{"9"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, line := range test.want {
				want = append(want, "format/p/a.go:"+line)
			}
			wantPlaces(t, arch.Documentation(tree(t, map[string]string{
				"format/p/doc.go":      doc,
				"format/p/a.go":        test.src,
				"format/p/a_test.go":   test.src,
				"format/p/made_gen.go": test.src,
			})), want...)
		})
	}
}
