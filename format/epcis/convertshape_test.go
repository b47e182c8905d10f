package epcis

import (
	"bytes"
	"slices"
	"testing"
)

// structureFaults reads a document and returns the structure rules that it breaks.
func structureFaults(t *testing.T, doc []byte) []string {
	t.Helper()
	h, events, err := ReadAll(bytes.NewReader(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := NewChecker(CheckOptions{Sets: []Set{SetStructure}})
	var found []Finding
	for _, e := range events {
		found = append(found, check.Event(e)...)
	}
	var codes []string
	for _, f := range append(found, check.Finish(h)...) {
		codes = append(codes, f.Rule)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestWhatIsConvertedStandsAsItsSchemaSays converts every reference document in
// which nothing is wrong.
func TestWhatIsConvertedStandsAsItsSchemaSays(t *testing.T) {
	corpus(t, func(t *testing.T, _ string, data []byte) {
		if h, _, err := ReadAll(bytes.NewReader(data), Options{}); err != nil || h.Kind == BareEvent {
			return
		}
		before := structureFaults(t, data)
		for _, to := range targets {
			for _, ids := range []IDStyle{KeepIDs, AsDigitalLink} {
				got, err := convert(t, data, ConvertOptions{To: to, IDs: ids})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range structureFaults(t, []byte(got.text)) {
					// One thing named as URN and as link in a list is there twice once both are
					// links. A sensor report without a type is one in XML, not in JSON.
					twice := ids != KeepIDs && f == "structure/duplicate-identifier"
					untyped := to.Form == JSON && f == "structure/sensor-type"
					if !slices.Contains(before, f) && !twice && !untyped {
						t.Errorf("%s: %s", to, f)
					}
				}
			}
		}
	})
}
