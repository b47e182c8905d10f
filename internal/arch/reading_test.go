package arch_test

import (
	"testing"
	"testing/fstest"

	"pedigree/internal/arch"
)

func TestReadReportsWhatDoesNotParse(t *testing.T) {
	_, faults, err := arch.Read(fstest.MapFS{
		"go.mod":                {Data: []byte("module pedigree\n")},
		"ledger/half.go":        {Data: []byte("package ledger\nfunc f( {\n")},
		"ledger/testdata/no.go": {Data: []byte("not Go, nor meant to be")},
		"web/dist/app.js":       {Data: []byte("built")},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantPlaces(t, faults, "ledger/half.go")
}

func TestReadLeavesOutWhatIsNotText(t *testing.T) {
	got := tree(t, map[string]string{
		"docs/picture.png":       "\x89PNG\x00",
		"web/dist/app.js":        "built",
		"web/node_modules/a/a.c": "installed",
		"web/src/app.ts":         "written",
	})
	var paths []string
	for _, f := range got.Files {
		paths = append(paths, f.Path)
	}
	if len(paths) != 2 || paths[0] != "go.mod" || paths[1] != "web/src/app.ts" {
		t.Errorf("read %v, want go.mod and web/src/app.ts", paths)
	}
}

func TestReadRefusesATreeWithoutAModule(t *testing.T) {
	if _, _, err := arch.Read(fstest.MapFS{"ledger/a.go": {Data: []byte("package ledger\n")}}); err == nil {
		t.Error("a tree without go.mod was read")
	}
}
