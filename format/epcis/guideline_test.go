package epcis_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/sharedtest"
)

// TestTheGuidelinesOwnExampleBreaksNoRule holds every rule against the example
// of the GS1 US guideline, as of the month in which it plays and of a day when
// its products have expired.
func TestTheGuidelinesOwnExampleBreaksNoRule(t *testing.T) {
	data, err := os.ReadFile(sharedtest.Path(t, "epcis", "openepcis", "1.2", "EPCIS", "XML", "Capture", "Documents", "GS1_US_Pharma_Example_2_2_1_1.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{"2023-05-01": "", "2026-05-01": "dscsa/expired"} {
		h, events, err := epcis.ReadAll(strings.NewReader(string(data)), epcis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse(time.DateOnly, at)
		if err != nil {
			t.Fatal(err)
		}
		check := epcis.NewChecker(epcis.CheckOptions{Now: day})
		got := map[string]bool{}
		for _, e := range events {
			for _, f := range check.Event(e) {
				got[f.Rule] = true
			}
		}
		for _, f := range check.Finish(h) {
			got[f.Rule] = true
		}
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !got[want]) {
			t.Errorf("%s: found %v, want %q", at, got, want)
		}
	}
}
