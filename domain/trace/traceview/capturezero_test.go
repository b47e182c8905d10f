package traceview

import (
	"context"
	"strings"
	"testing"
)

// Not every database keeps a zero byte in a text. A document with some is judged
// like any other, and its capture ends.
func TestADocumentWithZeroBytesIsCaptured(t *testing.T) {
	x := newExchange(t)
	const document = `{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0",
		"creationDate": "2026-09-01T08:00:00Z", "epcisBody": {"eventList": [{"type": "ObjectEvent", "eventID": "urn:x\u0000y", "eventTime": "2026-09-01T08:00:00Z",
		"eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "storing\u0000", "disposition": "x\u0000", "epcList": ["urn:epc:id:sgtin:0399991.012345.1"],
		"readPoint": {"id": "urn:a\u0000b"}}]}}`
	r, err := x.desks["maker"].Capture(context.Background(), CaptureRequest{Name: "zero.json", Reader: strings.NewReader(document)})
	if err != nil || r.Stage != CaptureDone || r.Faults == 0 {
		t.Errorf("captured: %+v, %v", r, err)
	}
}
