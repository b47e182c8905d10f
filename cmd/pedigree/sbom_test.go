package main

import (
	"bytes"
	"debug/buildinfo"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"

	"pedigree/web/console"
)

// TestTheListOfMaterialsIsWhatTheLinkerNoted builds the program and compares its own
// list with what `go version -m` reads from its file.
func TestTheListOfMaterialsIsWhatTheLinkerNoted(t *testing.T) {
	program := filepath.Join(t.TempDir(), "pedigree")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var wrong bytes.Buffer
	cmd := exec.Command(program, "version", "--sbom")
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, wrong.String())
	}
	list := new(cdx.BOM)
	if err := cdx.NewBOMDecoder(bytes.NewReader(out), cdx.BOMFileFormatJSON).Decode(list); err != nil {
		t.Fatal(err)
	}
	type part struct{ Path, Version, Sum string }
	var got, want, pages []part
	for _, c := range *list.Components {
		p := part{Path: c.Name, Version: c.Version}
		if c.Properties != nil {
			p.Sum = (*c.Properties)[0].Value
		}
		if c.Licenses == nil || len(*c.Licenses) != 1 || (*c.Licenses)[0].License.ID == "" {
			t.Errorf("%s has no licence", c.Name)
		}
		if !strings.HasPrefix(c.PackageURL, "pkg:npm/") {
			got = append(got, p)
			continue
		}
		pages = append(pages, p)
		if c.Hashes == nil || len((*c.Hashes)[0].Value) != 128 {
			t.Errorf("%s has no hash", c.Name)
		}
	}
	if console.Ready() == (len(pages) == 0) {
		t.Errorf("the console is inside: %v; the list has %v of it", console.Ready(), pages)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, part{Path: "std", Version: info.GoVersion})
	for _, m := range info.Deps {
		want = append(want, part{m.Path, m.Version, m.Sum})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the list differs from the program (-program +list):\n%s", diff)
	}
}
