package dockview

// Finding is one group of what differs between data and goods: what a case is opened
// about.
type Finding struct {
	Rule       string `json:"rule"`
	Category   string `json:"category" doc:"Of the case (HDA 2023)"`
	Scenario   string `json:"scenario"`
	Resolution string `json:"resolution,omitempty" doc:"What to ask the sender for"`
	Top        string `json:"top,omitempty" doc:"The top-level container it is in"`
	Document   int64  `json:"document,omitempty" doc:"The document concerned; none for a shipment on the ledger"`
	Text       string `json:"text"`
	Next       string `json:"next,omitempty"`
	Items      []Item `json:"items" doc:"At most 200 of them"`
	Count      int    `json:"count" doc:"All of them"`
	Ordered    int    `json:"ordered,omitempty" doc:"Packs that the data has in the container"`
	Received   int    `json:"received,omitempty" doc:"Packs that were counted in it"`
	Case       string `json:"case,omitempty" doc:"Number of the case that was opened"`
}

// Item is one thing of a finding.
type Item struct {
	Path   string `json:"path"`
	GTIN   string `json:"gtin,omitempty"`
	Lot    string `json:"lot,omitempty" doc:"On its label, where that was read; else as it was received, or in the data"`
	Expiry string `json:"expiry,omitempty" doc:"The same"`
	Claim  string `json:"claim,omitempty" doc:"What the data says of it, or what it may stand in place of"`

	SaysLot    string `json:"says_lot,omitempty" doc:"What the data says, where it is another"`
	SaysExpiry string `json:"says_expiry,omitempty" doc:"What the data says, where it is another"`
	SaysSerial string `json:"says_serial,omitempty" doc:"What the data may say in place of its serial number"`
}

// labelled is the thing with what its label says, and what the data says instead.
func (it Item) labelled(lot, expiry string) Item {
	if lot != "" && lot != it.Lot {
		it.Lot, it.SaysLot = lot, it.Lot
	}
	if expiry != "" && expiry != it.Expiry {
		it.Expiry, it.SaysExpiry = expiry, it.Expiry
	}
	return it
}

func newFinding(rule, top string, document int64) Finding {
	fix := remedyOf(rule)
	return Finding{Rule: rule, Category: fix.Category, Scenario: fix.Scenario, Resolution: fix.Resolution, Top: top, Document: document, Items: []Item{}}
}

func (f *Finding) add(it Item) {
	if f.Count++; it.Path != "" && len(f.Items) < ItemsShownMax {
		f.Items = append(f.Items, it)
	}
}

// findings are those of a plan, by what they are about.
type findings struct {
	list []Finding
	at   map[findingKey]int
	more int // left out because there were too many
}

type findingKey struct {
	rule, top string
	document  int64
}

// of returns the finding of a rule in a container, which it begins where it is new;
// nil when there are too many.
func (f *findings) of(rule, top string, document int64, why reason) *Finding {
	key := findingKey{rule, top, document}
	i, known := f.at[key]
	if !known {
		if len(f.list) >= FindingsMax {
			f.more++
			return nil
		}
		if f.at == nil {
			f.at = map[findingKey]int{}
		}
		i = len(f.list)
		f.at[key] = i
		one := newFinding(rule, top, document)
		one.Text, one.Next = why.Text, why.Next
		f.list = append(f.list, one)
	}
	return &f.list[i]
}

func (f *findings) add(rule, top string, document int64, why reason, it Item) {
	if one := f.of(rule, top, document, why); one != nil {
		one.add(it)
	}
}
