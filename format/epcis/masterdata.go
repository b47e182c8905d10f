package epcis

import (
	"slices"
	"strings"

	"pedigree/format/gs1"
)

// Prefixes returns the GS1 company prefixes that the header shows: those of the
// EPC URNs in its master data, of its sender and of its receiver. Two of which
// one begins with the other can't both be right; neither is in the table.
func (h *Header) Prefixes() *gs1.Prefixes {
	var l prefixLearner
	l.header(h)
	return l.table()
}

// LearnPrefixes returns the company prefixes that the header and the events
// show, as Prefixes does for the header alone.
func (h *Header) LearnPrefixes(events []*Event) *gs1.Prefixes {
	var l prefixLearner
	l.header(h)
	for _, e := range events {
		l.event(e)
	}
	return l.table()
}

// prefixLearner collects the company prefixes of EPC URNs.
type prefixLearner struct {
	seen map[string]struct{}
}

func (l *prefixLearner) len() int { return len(l.seen) }

func (l *prefixLearner) header(h *Header) {
	l.urn(h.Sender())
	l.urn(h.Receiver())
	for i := range h.Vocabulary {
		for j := range h.Vocabulary[i].Elements {
			el := &h.Vocabulary[i].Elements[j]
			l.urn(el.ID)
			l.urns(el.Children)
		}
	}
}

func (l *prefixLearner) event(e *Event) {
	for _, list := range [][]string{e.EPCs, e.Children, e.Inputs, e.Outputs, {e.ParentID, e.ReadPoint.ID, e.BizLocation.ID}} {
		l.urns(list)
	}
	for _, list := range [][]Quantity{e.Quantities, e.ChildQuantities, e.InputQuantities, e.OutputQuantities} {
		for i := range list {
			l.urn(list[i].Class)
		}
	}
	for _, list := range [][]Party{e.Sources, e.Destinations} {
		for i := range list {
			l.urn(list[i].ID)
		}
	}
}

func (l *prefixLearner) urns(list []string) {
	for _, id := range list {
		l.urn(id)
	}
}

func (l *prefixLearner) urn(id string) {
	if !strings.HasPrefix(id, "urn:epc:") {
		return
	}
	prefix, ok := gs1.CompanyPrefixOf(id)
	if !ok {
		return
	}
	if _, ok := l.seen[prefix]; ok || len(l.seen) >= learnedPrefixes {
		return
	}
	if l.seen == nil {
		l.seen = map[string]struct{}{}
	}
	l.seen[strings.Clone(prefix)] = struct{}{}
}

// table leaves out prefixes of which one begins with another.
func (l *prefixLearner) table() *gs1.Prefixes {
	sorted := make([]string, 0, len(l.seen))
	for p := range l.seen {
		sorted = append(sorted, p)
	}
	slices.Sort(sorted)
	kept := make([]string, 0, len(sorted))
	for i := 0; i < len(sorted); {
		same := i + 1 // sorted, so what begins with this one follows it
		for same < len(sorted) && strings.HasPrefix(sorted[same], sorted[i]) {
			same++
		}
		if same == i+1 {
			kept = append(kept, sorted[i])
		}
		i = same
	}
	t, err := gs1.NewPrefixTable(kept)
	if err != nil {
		return nil // can't be: the prefixes come from valid URNs and none begins with another
	}
	return t
}
