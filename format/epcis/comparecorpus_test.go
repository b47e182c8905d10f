package epcis

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAConversionIsEqualOrNamesWhatItLost compares each document of the reference
// set with itself in every other form.
func TestAConversionIsEqualOrNamesWhatItLost(t *testing.T) {
	whole := 0
	corpus(t, func(t *testing.T, _ string, data []byte) {
		if _, _, err := ReadAll(bytes.NewReader(data), Options{}); err != nil {
			return
		}
		for _, target := range []Target{{XML, "1.2"}, {XML, "2.0"}, {JSON, "2.0"}} {
			for _, ids := range []IDStyle{KeepIDs, AsDigitalLink} {
				var out bytes.Buffer
				report, err := Convert(&out, bytes.NewReader(data), ConvertOptions{To: target, IDs: ids})
				if err != nil {
					t.Fatalf("%v, ids %d: %v", target, ids, err)
				}
				c, err := Compare(Source{In: bytes.NewReader(data)}, Source{In: bytes.NewReader(out.Bytes())}, CompareOptions{})
				if err != nil {
					t.Fatalf("%v, ids %d: %v", target, ids, err)
				}
				if report.Losses == 0 && !c.Equal {
					t.Errorf("%v, ids %d: not equal, and no loss was named\n%s", target, ids, strings.Join(told(c), "\n"))
				}
				if c.Equal {
					whole++
				}
			}
		}
	})
	if whole < 100 && !t.Failed() && !t.Skipped() {
		t.Errorf("only %d conversions were equal", whole)
	}
}

// TestComparisonsAgreeWithCounting compares random documents of few kinds of
// events with what counting each kind says.
func TestComparisonsAgreeWithCounting(t *testing.T) {
	write := func(t *rapid.T, kinds []int) Source {
		var doc strings.Builder
		w, err := NewXMLWriter(&doc, &Header{CreationDate: compareTime}, XMLOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			e := &Event{
				Type: ObjectEvent, Action: Observe, EventTime: compareTime, EventTimeZoneOffset: "+00:00", BizStep: "storing",
				EPCs: []string{fmt.Sprintf("urn:epc:id:sgtin:0399991.012345.%d", k/2)},
			}
			if k%2 == 1 {
				e.EventID = fmt.Sprintf("urn:uuid:8f6f0f0a-5d5e-4f1b-9a3e-2f1f6f0c0a%02d", k)
			}
			if err := w.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return Source{In: strings.NewReader(doc.String())}
	}
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.IntRange(0, 7), 0, 12)
		a, b := kinds.Draw(t, "a"), kinds.Draw(t, "b")
		if rapid.Bool().Draw(t, "reversed") {
			b = slices.Clone(a)
			slices.Reverse(b)
		}
		c, err := Compare(write(t, a), write(t, b), CompareOptions{})
		if err != nil {
			t.Fatal(err)
		}
		same := 0
		for k := range 8 {
			same += min(countOf(a, k), countOf(b, k))
		}
		if c.Same != same || c.Equal != (same == len(a) && same == len(b)) {
			t.Fatalf("%d are the same, not %d; equal: %v", c.Same, same, c.Equal)
		}
		if c.Same+c.Differ+c.A.Alone != len(a) || c.Same+c.Differ+c.B.Alone != len(b) || len(c.Pairs) != c.Differ || len(c.OnlyA) != c.A.Alone || len(c.OnlyB) != c.B.Alone {
			t.Fatalf("events are lost: %+v", c)
		}
		for _, p := range c.Pairs {
			if len(p.Differences) == 0 {
				t.Fatalf("a pair without a difference: %+v", p)
			}
		}
		// The events of one moment and step can always be paired.
		if min(c.A.Alone, c.B.Alone) > 0 {
			t.Fatalf("%d and %d events found no partner", c.A.Alone, c.B.Alone)
		}
	})
}

func countOf(list []int, value int) (n int) {
	for _, v := range list {
		if v == value {
			n++
		}
	}
	return n
}
