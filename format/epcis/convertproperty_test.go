package epcis

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRandomEventsAreConvertedOrTheirLossesNamed writes random events in one
// form and converts them into each, and back again.
func TestRandomEventsAreConvertedOrTheirLossesNamed(t *testing.T) {
	for _, form := range []Form{XML, JSON} {
		t.Run(form.String(), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				h := &Header{CreationDate: fixedTime}
				open := openXML20(h)
				if form == JSON {
					open = openJSON(h)
				}
				doc, err := write(h, []*Event{drawWhole(rt, form), drawWhole(rt, form)}, open)
				if err != nil {
					rt.Fatal(err)
				}
				h, events, err := ReadAll(strings.NewReader(doc), Options{})
				if err != nil {
					rt.Fatalf("%v\n%s", err, doc)
				}
				for _, to := range targets {
					got, err := convert(rt, []byte(doc), ConvertOptions{To: to})
					if err != nil {
						rt.Fatalf("%s: %v\n%s", to, err, doc)
					}
					wantSame(rt, h, events, got)
					back, err := convert(rt, []byte(got.text), ConvertOptions{To: Target{form, "2.0"}})
					if err != nil {
						rt.Fatalf("%s and back: %v\n%s", to, err, doc)
					}
					wantSame(rt, got.header, got.events, back)
				}
			})
		})
	}
}

// TestTheFirstLossIsRefusedWhenAsked takes random events that lose something.
func TestTheFirstLossIsRefusedWhenAsked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &Header{CreationDate: fixedTime}
		doc, err := write(h, []*Event{drawWhole(rt, JSON), drawWhole(rt, JSON)}, openJSON(h))
		if err != nil {
			rt.Fatal(err)
		}
		named, err := convert(rt, []byte(doc), ConvertOptions{To: Target{XML, "1.2"}})
		if err != nil {
			rt.Fatal(err)
		}
		var out bytes.Buffer
		report, err := Convert(&out, strings.NewReader(doc), ConvertOptions{To: Target{XML, "1.2"}, RefuseLoss: true})
		if len(named.losses) == 0 {
			if err != nil {
				rt.Fatal(err)
			}
			return
		}
		var refused *Error
		if !errors.As(err, &refused) || refused.Rule != named.losses[0].Rule || refused.Event != named.losses[0].Where.Event {
			rt.Fatalf("%v, want %v", err, named.losses[0])
		}
		if want := named.losses[0].Where.Event - 1; report.Events != want || strings.Count(out.String(), "</eventTime>") != want {
			rt.Fatalf("%d events were written, want %d:\n%s", report.Events, want, out.String())
		}
	})
}
