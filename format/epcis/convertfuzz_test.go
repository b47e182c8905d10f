package epcis

import (
	"bytes"
	"errors"
	"testing"
)

// FuzzConvert reads what may be anything, leniently, and converts it. What is
// written must be readable, and every difference must have been named.
func FuzzConvert(f *testing.F) {
	addSamples(f, "shipment.xml")
	addSamples(f, "shipment.jsonld")
	for _, c := range tolerances {
		f.Add([]byte(c.doc))
	}
	for _, c := range lossSamples {
		f.Add([]byte(c.doc))
	}
	f.Add([]byte(xmlEvent(`<x:a b="c">d<x:e xmlns:x="https://y.example.com/"/></x:a><ilmd><extension><lot>1</lot></extension></ilmd>`)))
	f.Add([]byte(jsonEvent(`,"x:a":[1,-2.5e+3,true,null,"\ud83d\ude00",{"x:b":[]},[],[[]]],"readPoint":{"id":"urn:x:p","x:c":{"#text":"d","x:e":1}}`)))
	from := Options{File: "f", Limits: fuzzLimits, Lenient: true}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, events, err := ReadAll(bytes.NewReader(data), from)
		if err != nil {
			return
		}
		for _, to := range targets {
			got, err := convert(t, data, ConvertOptions{From: from, To: to})
			var refused *Error
			if err != nil {
				if !errors.As(err, &refused) || refused.Rule != "epcis/unwritable" {
					t.Fatalf("%s: couldn't write what was read: %v", to, err)
				}
				continue
			}
			wantSame(t, h, events, got)
		}
	})
}
