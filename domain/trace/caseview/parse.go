package caseview

import (
	"strings"
	"time"

	"pedigree/format/pdg"
)

// told is what a partner's report tells.
type told struct {
	items    []Item
	scenario string
	notes    []string // words that are no item
}

// see notes the first scenario that an item speaks for.
func (t *told) see(scenario string, i Item) {
	if t.scenario == "" {
		t.scenario = scenario
	}
	i.identify()
	t.items = append(t.items, i)
}

// whether chooses the scenario of a pair by what is asked for.
func whether(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

// read takes a report apart. What can't be understood as an item becomes a note: nothing
// that a partner says is lost.
func read(r *pdg.Report) told {
	var t told
	e := r.Exceptions
	for _, o := range r.Other {
		if i, scenario, ok := fromSentence(o); ok {
			t.see(scenario, i)
		} else {
			t.notes = append(t.notes, o)
		}
	}
	for _, m := range e.MissingProduct {
		t.see(whether(m.Resolution == pdg.SendProduct, "2.1A", "2.2"), Item{UUID: m.Item, GTIN: m.GTIN, Serial: m.Serial, Resolution: m.Resolution})
	}
	for _, m := range e.DataMisalignment {
		i := misaligned(m)
		t.see(whether(i.anotherSerial(m), scenarioSerial, "1.2"), i)
	}
	for _, q := range e.Overages {
		t.see(whether(returns(q.Resolution), "1.1B", "1.1A"), amount(q))
	}
	for _, q := range e.Underages {
		t.see(whether(q.Resolution == pdg.SendProduct, "2.1A", "2.1B"), amount(q))
	}
	for _, m := range e.MissingProductData {
		t.see("1.5", Item{UUID: m.Item, GTIN: m.GTIN, Serial: string(m.Serial), Source: m.Source, Resolution: m.Resolution})
	}
	if m := e.MasterDataErrors; m != nil {
		for _, g := range m.GLN {
			t.see("1.4B", Item{UUID: g.Item, Wrong: g.Invalid, Right: string(g.Proposed), Resolution: string(g.Resolution)})
		}
		for _, g := range m.GTIN {
			t.see("4.1", Item{UUID: g.Item, Wrong: g.Invalid, Right: string(g.Proposed), Resolution: string(g.Resolution)})
		}
	}
	return t
}

func amount(q pdg.Quantity) Item {
	return Item{UUID: q.Item, GTIN: q.GTIN, Ordered: q.Ordered, Received: q.Received, Resolution: q.Resolution}
}

func misaligned(m pdg.Misalignment) Item {
	i := Item{
		UUID: m.Item, GTIN: m.ReceivedGTIN, Lot: m.ReceivedLot, Serial: string(m.ReceivedSerial), Resolution: m.Resolution,
		Says: Claim{GTIN: m.DataGTIN, Lot: m.DataLot, Serial: string(m.DataSerial)},
	}
	var doubts []string
	for _, f := range []struct {
		text string
		into *string
		what string
	}{{m.ReceivedExpiry, &i.Expiry, "expiry"}, {m.DataExpiry, &i.Says.Expiry, "expiry in the data"}} {
		day, doubt, ok := pdg.ReadDate(f.text)
		if ok {
			*f.into = day.Format(time.DateOnly)
		} else if f.text != "" {
			doubt = "is no date: " + cut(f.text, len("2006-01-02T00:00:00"))
		}
		if doubt != "" {
			doubts = append(doubts, f.what+": "+doubt)
		}
	}
	i.Doubt = strings.Join(doubts, "; ")
	for _, f := range []struct {
		is   string
		said *string
	}{{i.Lot, &i.Says.Lot}, {i.Expiry, &i.Says.Expiry}, {i.Serial, &i.Says.Serial}} {
		if *f.said == f.is {
			*f.said = "" // the data agrees
		}
	}
	return i
}

// anotherSerial tells whether an item that came is about its serial number: the data has
// another, or nothing else differs.
func (i *Item) anotherSerial(m pdg.Misalignment) bool {
	if m.DataSerial != "" {
		return i.Says.Serial != ""
	}
	return i.Says.Lot == "" && i.Says.Expiry == ""
}
