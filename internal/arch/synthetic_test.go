package arch_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/arch"
)

// tree makes a tree of a module named pedigree from paths and their text.
func tree(t *testing.T, files map[string]string) *arch.Tree {
	t.Helper()
	fsys := fstest.MapFS{"go.mod": {Data: []byte("module pedigree\n")}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	got, faults, err := arch.Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if len(faults) > 0 {
		t.Fatalf("the synthetic tree is broken:\n%s", arch.Report(faults))
	}
	return got
}

// places are the faults as file:line, the part a test can state briefly.
func places(faults []arch.Fault) []string {
	list := []string{}
	for _, f := range faults {
		place, _, _ := strings.Cut(f.String(), ": ")
		list = append(list, place)
	}
	return list
}

// wantPlaces compares where faults are with where they should be.
func wantPlaces(t *testing.T, faults []arch.Fault, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, places(faults)); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s\n%s", diff, arch.Report(faults))
	}
}
