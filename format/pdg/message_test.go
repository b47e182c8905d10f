package pdg_test

import (
	"testing"

	"pedigree/format/pdg"
)

func TestTheBeginningOfAFileSaysWhetherItIsAMessage(t *testing.T) {
	for _, test := range []struct {
		name, head string
		want       bool
	}{
		{"a report", ` {"message_uuid": "1", "exception_case_uuid": "2"`, true},
		{"one without its case", `{"timestamp": 1, "message_uuid": "1"}`, true},
		{"transaction data", `{"@context": "https://ref.gs1.org/epcis", "type": "EPCISDocument"`, false},
		{"transaction data with such a name in it", `{"@context": [{"a": "b:"}], "a:message_uuid": "1", "message_uuid": "2"`, false},
		{"XML", `<a>"message_uuid"</a>`, false},
		{"a list", `[{"message_uuid": "1"}]`, false},
		{"nothing", "", false},
	} {
		if got := pdg.IsMessage([]byte(test.head)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
