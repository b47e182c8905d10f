package epcis

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/sharedtest"
)

// corpus calls f for every XML and JSON document of the reference set that is
// meant to be EPCIS.
func corpus(t *testing.T, f func(t *testing.T, name string, data []byte)) {
	t.Helper()
	root := sharedtest.Path(t, "epcis")
	for _, dir := range []string{"event-hash", "gs1-examples", "openepcis"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(path) {
			case ".xml", ".json", ".jsonld":
			default:
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, _ := filepath.Rel(root, path)
			name = filepath.ToSlash(name)
			t.Run(name, func(t *testing.T) { f(t, name, data) })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// judge reads a document and holds it against rule sets. It returns the first
// refusal, or the findings that are errors.
func judge(data []byte, file string, sets ...Set) (refused *Error, faults []Finding, err error) {
	check := NewChecker(CheckOptions{Sets: sets})
	r, err := NewReader(bytes.NewReader(data), Options{File: file})
	for err == nil {
		var e *Event
		if e, err = r.Next(); err == nil {
			faults = append(faults, check.Event(e)...)
		}
	}
	if errors.Is(err, io.EOF) {
		faults = append(faults, check.Finish(r.Header())...)
		kept := faults[:0]
		for _, f := range faults {
			if f.Severity == Fault {
				kept = append(kept, f)
			}
		}
		return nil, kept, nil
	}
	if errors.As(err, &refused) {
		return refused, nil, nil
	}
	return nil, nil, err
}

// notAccepted are documents outside the Invalid folders that are refused, with
// the rule and the reason.
var notAccepted = map[string]string{
	// answers about capture jobs and a schema: no documents of events (XSD 2.0 has EPCISCaptureJob as a root of its own)
	"gs1-examples/XML/CaptureJob/Example-CaptureJobSuccess.xml":    "epcis/not-epcis",
	"gs1-examples/XML/CaptureJob/Example-CaptureJobWithErrors.xml": "epcis/not-epcis",
	"gs1-examples/bare-events/schemas/sch2.json":                   "epcis/unknown-field",
	// an event type of the sender's own: JSON schema 2.0.1 Extended-Event has it, and its meaning is the sender's alone
	"gs1-examples/bare-events/Extended-Event.json": "epcis/not-epcis",
	// a DOCTYPE, which is refused whatever it says
	"gs1-examples/XML/WithEventHashID/event_with_identical_hash_id_2.xml":                       "epcis/doctype",
	"gs1-examples/XML/WithEventHashID/event_with_identical_hash_id_4.xml":                       "epcis/doctype",
	"gs1-examples/XML/WithEventHashID/event_with_identical_hash_id_6.xml":                       "epcis/doctype",
	"gs1-examples/XML/WithFullCombinationOfFields/association_event_all_possible_fields.xml":    "epcis/doctype",
	"gs1-examples/XML/WithFullCombinationOfFields/masterdata_all_possible_fields.xml":           "epcis/doctype",
	"gs1-examples/XML/WithFullCombinationOfFields/object_event_all_possible_fields.xml":         "epcis/doctype",
	"gs1-examples/XML/WithFullCombinationOfFields/transformation_event_all_possible_fields.xml": "epcis/doctype",
	// declarationTime without seconds, which xsd:dateTime doesn't allow
	"openepcis/1.2/EPCIS/XML/Capture/Documents/TransactionEvent_all_possible_fields.xml": "epcis/bad-time",
	"openepcis/2.0/EPCIS/XML/Query/ObjectEventWithAllPossibleFields.xml":                 "epcis/bad-time",
	"openepcis/2.0/EPCIS/XML/Query/TransformationEvent_with_error_declaration.xml":       "epcis/bad-time",
}

// faulty are documents outside the Invalid folders with findings that are errors.
var faulty = map[string]string{
	// ilmd in an event that observes: XSD 1.2 ObjectEventExtensionType allows it, the standard's text and JSON schema 2.0.1 ObjectEvent don't
	"openepcis/1.2/EPCIS/XML/Capture/Documents/ObjectEvent_all_possible_fields.xml": "structure/ilmd",
}

// wronglyIdentified are documents outside the Invalid folders with identifiers that
// the EPC Tag Data Standard, the Digital Link standard or EPCIS don't admit.
var wronglyIdentified = map[string]string{
	// GRAIs whose check digit is wrong, or that begin with another digit than the 0 of AI (8003)
	"openepcis/2.0/EPCIS/XML/Capture/Documents/Combination_of_different_event.xml":    "gs1/check-digit",
	"openepcis/2.0/EPCIS/JSON/Capture/Documents/Combination_of_different_event.json":  "gs1/check-digit",
	"openepcis/1.2/EPCIS/XML/Capture/Documents/All_eventTypes_in_single_document.xml": "gs1/check-digit",
	"openepcis/2.0/EPCIS/XML/Query/Documents/QueryResultsDocument.xml":                "gs1/identifier",
	"openepcis/2.0/EPCIS/XML/Query/SensorData_with_combined_events.xml":               "gs1/identifier",
	"openepcis/2.0/EPCIS/JSON/Query/SensorData_with_combined_events.json":             "gs1/identifier",
	// a GTIN, and a GTIN with a lot, in a list of single objects
	"event-hash/examples/epclist_normalisation.jsonld": "gs1/class-as-object",
}

func TestEveryReferenceDocumentNamesWhatGS1Numbers(t *testing.T) {
	corpus(t, func(t *testing.T, name string, data []byte) {
		refused, faults, err := judge(data, filepath.Base(name), SetGS1)
		if err != nil || refused != nil || strings.Contains(name, "Invalid/") {
			return
		}
		for _, f := range faults {
			if f.Rule != wronglyIdentified[name] {
				t.Error(f)
			}
		}
		if want := wronglyIdentified[name]; want != "" && len(faults) == 0 {
			t.Errorf("no finding of %s", want)
		}
	})
}

// TestTheReferenceShipmentBreaksNoRule checks the published example of a shipment
// under the guideline with every rule, on the day it was sent and years later.
func TestTheReferenceShipmentBreaksNoRule(t *testing.T) {
	data, err := os.ReadFile(sharedtest.Path(t, "epcis", "openepcis", "1.2", "EPCIS", "XML", "Capture", "Documents", "GS1_US_Pharma_Example_2_2_1_1.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		now  time.Time
		want []string
	}{
		{"without a clock", time.Time{}, nil},
		{"the day after it was sent", time.Date(2023, 4, 2, 0, 0, 0, 0, time.UTC), nil},
		{"before its pallet was made, packed and sent", time.Date(2023, 3, 28, 0, 0, 0, 0, time.UTC), []string{"dscsa/future", "dscsa/future", "dscsa/future"}},
		{"after its lot expired", time.Date(2025, 3, 28, 0, 0, 0, 0, time.UTC), []string{"dscsa/expired", "dscsa/expired"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, events, err := ReadAll(bytes.NewReader(data), Options{})
			if err != nil {
				t.Fatal(err)
			}
			check := NewChecker(CheckOptions{Now: c.now})
			var codes []string
			for _, e := range events {
				for _, f := range check.Event(e) {
					codes = append(codes, f.Rule)
				}
			}
			for _, f := range check.Finish(h) {
				codes = append(codes, f.Rule)
			}
			if diff := cmp.Diff(c.want, codes); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryReferenceDocumentIsReadOrRefusedForAReason(t *testing.T) {
	corpus(t, func(t *testing.T, name string, data []byte) {
		refused, faults, err := judge(data, filepath.Base(name), SetStructure, SetCBV)
		if err != nil {
			t.Fatalf("an error that isn't *Error: %v", err)
		}
		want := notAccepted[name]
		switch {
		case strings.Contains(name, "Invalid/"):
			if refused == nil && len(faults) == 0 {
				t.Error("accepted, though it stands among the invalid documents")
			}
		case want != "":
			if refused == nil || refused.Rule != want {
				t.Errorf("got %v, want a refusal by %s", refused, want)
			}
		case refused != nil:
			t.Error(refused)
		default:
			for _, f := range faults {
				if f.Rule != faulty[name] {
					t.Error(f)
				}
			}
			if faulty[name] != "" && len(faults) == 0 {
				t.Errorf("no finding of %s", faulty[name])
			}
		}
		if refused != nil && (refused.File == "" || refused.Line == 0 || refused.Rule == "" || refused.Text == "" || refused.Remedy == "") {
			t.Errorf("a refusal that doesn't say enough: %+v", *refused)
		}
	})
}
