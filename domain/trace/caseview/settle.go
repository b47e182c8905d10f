package caseview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pedigree/format/pdg"
)

// Settling says what of a case is done.
type Settling struct {
	Items []string `json:"items,omitempty" doc:"uuids; none: all that are accepted"`
	// Word is a person's word for what nobody can look up.
	Word string `json:"word,omitempty" maxLength:"2000" doc:"What was done, where nothing can be looked up: accounts, and goods without serial numbers"`
	By   string `json:"-"`
}

// Settle ends items of a case whose agreed resolution is there. What can be looked up is
// looked up: data that was taken in, goods that came, goods that went back. When all
// items are ended the case is, and the partner is told.
func (c *Cases) Settle(ctx context.Context, name string, s Settling) (Case, error) {
	k, err := c.speak(ctx, name, func(k *Case, list []Item, to talk) (plan, error) {
		if err := k.settles(); err != nil {
			return plan{}, err
		}
		return c.settling(ctx, k, list, to, s)
	})
	if err != nil {
		return k, fmt.Errorf("couldn't settle the case: %w", err)
	}
	return k, nil
}

// settles refuses to settle where the other side or another act has to come first.
func (k *Case) settles() error {
	switch {
	case !k.Asking:
		return notNow("case %d is the partner's: the side that found it settles it", k.Number)
	case k.state.closed():
		return notNow("case %d is %s", k.Number, k.state)
	case !k.Suspect.IsZero():
		return notNow("case %d is escalated: clear the goods first with pedigree case clear %d", k.Number, k.Number)
	}
	return nil
}

func (c *Cases) settling(ctx context.Context, k *Case, list []Item, to talk, s Settling) (plan, error) {
	var ends []Item
	var evidence []Evidence
	var open []string
	for _, i := range list {
		named := slices.Contains(s.Items, i.UUID)
		if i.state == Done || i.state == Dropped || !named && (len(s.Items) > 0 || i.state != Accepted) {
			continue
		}
		ends = append(ends, i)
	}
	if len(ends) == 0 {
		return plan{}, notNow("nothing in case %d is agreed and open; its items show how they stand", k.Number)
	}
	there, err := c.lookAll(ctx, k, ends)
	if err != nil {
		return plan{}, err
	}
	for j := range ends {
		i := &ends[j]
		e, why := there.of(i, s)
		if why != "" {
			open = append(open, i.name()+": "+why)
			continue
		}
		i.state = Done
		evidence = append(evidence, e)
	}
	if len(open) > 0 {
		return plan{}, notYet("%s", strings.Join(open[:min(len(open), closingsMax)], "; "))
	}
	return c.ending(k, list, ends, evidence, to)
}

// name is an item as a person knows it.
func (i *Item) name() string {
	for _, text := range []string{i.Path, i.GTIN, i.Wrong} {
		if text != "" {
			return text
		}
	}
	return i.UUID
}

// ending plans what ends items, and the case with the last of them.
func (c *Cases) ending(k *Case, list, ends []Item, evidence []Evidence, to talk) (plan, error) {
	left := len(list)
	told := k.state != Open || k.carry
	for _, i := range list {
		told = told || i.asked > 0
		if i.state == Done || i.state == Dropped {
			left--
		}
	}
	var p plan
	if left == len(ends) && told { // a partner who was told nothing needs no end
		d, err := drafted(k.report(to.contact, to.at, nil, true))
		if err != nil {
			return p, err
		}
		p.drafts = append(p.drafts, d)
	}
	p.keep = func(tx *sql.Tx, k *Case) error {
		for _, i := range ends {
			if err := c.putItem(tx, k.Number, i); err != nil {
				return err
			}
		}
		for _, e := range evidence {
			if err := c.addEvidence(tx, k.Number, e); err != nil {
				return err
			}
		}
		return c.settleState(tx, k)
	}
	return p, nil
}

// Withdraw ends a case of which nothing is wanted any more, and tells the partner.
func (c *Cases) Withdraw(ctx context.Context, name, by, reason string) (Case, error) {
	if strings.TrimSpace(reason) == "" {
		return Case{}, invalid("say why nothing is wanted any more")
	}
	k, err := c.speak(ctx, name, func(k *Case, list []Item, to talk) (plan, error) {
		if err := k.settles(); err != nil {
			return plan{}, err
		}
		var ends []Item
		for _, i := range list {
			if i.state != Done && i.state != Dropped {
				i.state = Dropped
				ends = append(ends, i)
			}
		}
		return c.ending(k, list, ends, []Evidence{noted(EvidenceWord, by, "evidence/withdrawn", "reason", reason)}, to)
	})
	if err != nil {
		return k, fmt.Errorf("couldn't withdraw the case: %w", err)
	}
	return k, nil
}

// looked is what was found of what a case's items wait for.
type looked struct {
	here, gone map[string]bool
	data       map[string]int64 // document by item
}

// lookAll looks up everything that the items of a case wait for.
func (c *Cases) lookAll(ctx context.Context, k *Case, list []Item) (looked, error) {
	l := looked{here: map[string]bool{}, gone: map[string]bool{}, data: map[string]int64{}}
	var here, gone []string
	for _, i := range list {
		switch {
		case i.Resolution == pdg.SendNewData:
			n, err := c.newData(ctx, k, &i)
			if err != nil {
				return l, err
			}
			l.data[i.UUID] = n
		case i.Path == "":
		case i.Resolution == pdg.SendProduct:
			here = append(here, i.Path)
		case returns(i.Resolution):
			gone = append(gone, i.Path)
		}
	}
	if c.Goods == nil {
		return l, nil
	}
	for part := range slices.Chunk(here, hereMax) {
		found, err := c.Goods.Here(ctx, part)
		if err != nil {
			return l, err
		}
		for path, is := range found {
			l.here[path] = is
		}
	}
	for part := range slices.Chunk(gone, hereMax) {
		found, err := c.Goods.Gone(ctx, k.Org, part)
		if err != nil {
			return l, err
		}
		for path, is := range found {
			l.gone[path] = is
		}
	}
	return l, nil
}

// newData finds a document that came after the case was opened and has the item right.
func (c *Cases) newData(ctx context.Context, k *Case, i *Item) (int64, error) {
	if c.Data == nil {
		return 0, nil
	}
	q := DataQuery{Partner: k.Org, Path: i.Path, Since: k.Opened}
	if i.Path == "" {
		if q.GTIN, q.Lot = i.GTIN, i.Lot; i.Wrong != "" || i.GTIN == "" {
			q.GTIN, q.Lot, q.PO = "", "", k.PO
		}
	}
	if q.Path == "" && q.GTIN == "" && q.PO == "" {
		return 0, nil
	}
	return c.Data.Accepted(ctx, q)
}

// of is the evidence that an item's resolution is there, or why it is not.
func (l looked) of(i *Item, s Settling) (e Evidence, why string) {
	word := noted(EvidenceWord, s.By, "evidence/settled", "item", i.name(), "resolution", i.Resolution, "word", s.Word)
	switch {
	case i.Resolution == pdg.SendNewData && l.data[i.UUID] > 0:
		e = noted(EvidenceDocument, "", "evidence/data-came", "item", i.name(), "document", strconv.FormatInt(l.data[i.UUID], 10))
		e.Document = l.data[i.UUID]
		return e, ""
	case i.Resolution == pdg.SendNewData:
		return e, "no document without faults came that has it; look at the documents that came"
	case i.Resolution == pdg.SendProduct && i.Path != "" && l.here[i.Path]:
		return noted(EvidenceEntry, "", "evidence/came", "item", i.Path), ""
	case i.Resolution == pdg.SendProduct && i.Path != "":
		return e, "it is not here"
	case returns(i.Resolution) && i.Path != "" && l.gone[i.Path]:
		return noted(EvidenceEntry, "", "evidence/back", "item", i.Path), ""
	case returns(i.Resolution) && i.Path != "" && strings.TrimSpace(s.Word) == "":
		return e, "the ledger doesn't show that the partner received it back; if there was never a record of it here, say with --word how it went back"
	case strings.TrimSpace(s.Word) == "":
		return e, "nothing can be looked up for it: say with --word what was done"
	}
	return word, ""
}
