package epcis

import (
	"os"
	"strings"
	"testing"
	"time"

	"pedigree/internal/sharedtest"
)

// hashSample is an event with everything that options change the hash of.
func hashSample() *Event {
	field := func(local, text string) Node {
		return Node{Name: Name{Space: "https://x.example.com/", Local: local}, Text: text}
	}
	return &Event{
		Type: ObjectEvent, EventTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), EventTimeZoneOffset: "+00:00",
		Action: Add, EPCs: []string{"urn:a:b"}, CertificationInfo: []string{"urn:a:c"},
		ReadPoint:    Place{ID: "urn:a:r", Extensions: []Node{field("dock", "4"), field("gate", "5")}},
		Destinations: []Party{{Type: "location", ID: "urn:a:d"}},
		ILMD:         &ILMD{Nodes: []Node{field("lot", "7"), field("draft", "yes")}},
		Sensors:      []SensorElement{{Reports: []SensorReport{{{Name: Name{Local: "type"}, Value: "Temperature"}}}}},
		Extensions:   []Node{field("note", "1"), {Name: Name{Space: "https://x.example.com/", Local: "draft"}, Children: []Node{field("note", "2")}}},
	}
}

func TestHashOptions(t *testing.T) {
	const (
		head = "eventType=ObjectEventeventTime=2026-01-02T03:04:05.000ZeventTimeZoneOffset=+00:00"
		x    = "{https://x.example.com/}"
		dest = "destinationListtype=https://ref.gs1.org/cbv/SDT-locationdestination=urn:a:d"
	)
	for _, c := range []struct {
		name string
		opts HashOptions
		want string
		tail string
	}{
		{
			"as CBV 2.0 has it",
			HashOptions{},
			head + "certificationInfo=urn:a:cepcListepc=urn:a:baction=ADDreadPointid=urn:a:r" + x + "dock=4" + x + "gate=5" +
				"sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperature" + dest +
				"ilmd" + x + "draft=yes" + x + "lot=7" + x + "draft" + x + "note=2" + x + "note=1",
			"?ver=CBV2.0",
		},
		{
			"as the draft of CBV 2.1 has it",
			HashOptions{Version: HashCBV21},
			head + "epcListepc=urn:a:baction=ADDreadPointid=urn:a:r" + x + "dock=4" + x + "gate=5" + dest +
				"sensorElementListsensorElementsensorReporttype=https://ref.gs1.org/voc/Temperature" +
				"ilmd" + x + "draft=yes" + x + "lot=7" + x + "draft" + x + "note=2" + x + "note=1",
			"?ver=CBV2.1",
		},
		{
			"without some fields",
			HashOptions{Ignore: []Name{{"https://x.example.com/", "draft"}, {"https://x.example.com/", "gate"}}},
			head + "certificationInfo=urn:a:cepcListepc=urn:a:baction=ADDreadPointid=urn:a:r" + x + "dock=4" +
				"sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperature" + dest +
				"ilmd" + x + "lot=7" + x + "note=1",
			"?ver=CBV2.0",
		},
		{
			"a name of another namespace is not ignored",
			HashOptions{Ignore: []Name{{"https://y.example.com/", "draft"}, {"", "note"}}},
			head + "certificationInfo=urn:a:cepcListepc=urn:a:baction=ADDreadPointid=urn:a:r" + x + "dock=4" + x + "gate=5" +
				"sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperature" + dest +
				"ilmd" + x + "draft=yes" + x + "lot=7" + x + "draft" + x + "note=2" + x + "note=1",
			"?ver=CBV2.0",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := hashSample()
			got, err := c.opts.PreHash(e)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("pre-hash\n got %s\nwant %s", got, c.want)
			}
			id, err := c.opts.HashID(e)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(id, "ni:///sha-256;") || !strings.HasSuffix(id, c.tail) || len(id) != len("ni:///sha-256;")+64+len(c.tail) {
				t.Errorf("hash %s", id)
			}
			if len(e.ILMD.Nodes) != 2 || len(e.ReadPoint.Extensions) != 2 {
				t.Error("hashing changed the event")
			}
		})
	}
}

// TestTheHashOfCBV21 holds the hashes that the reference implementation
// publishes for the draft.
func TestTheHashOfCBV21(t *testing.T) {
	for stem, want := range map[string]string{
		"ReferenceEventHashAlgorithm":  "ni:///sha-256;6ae96341e0acc6d7a261364751f60e68278a81cdf51da0abb6b4e617014e39d7?ver=CBV2.1",
		"ReferenceEventHashAlgorithm2": "ni:///sha-256;f6bf8e2fb50f26f5baba52f722211eefdb0f427a3903c61ab015db6d1f93c3da?ver=CBV2.1",
	} {
		for _, form := range []string{".xml", ".jsonld"} {
			f, err := os.Open(sharedtest.Path(t, "epcis", "event-hash", "examples", stem+form))
			if err != nil {
				t.Fatal(err)
			}
			_, events, err := ReadAll(f, Options{})
			_ = f.Close()
			if err != nil {
				t.Fatal(err)
			}
			opts := HashOptions{Version: HashCBV21}
			if got, err := opts.HashID(events[0]); got != want {
				text, _ := opts.PreHash(events[0])
				t.Errorf("%s%s: %s (%v), want %s; pre-hash %s", stem, form, got, err, want, text)
			}
		}
	}
}
