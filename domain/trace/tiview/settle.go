package tiview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

// Rules of this package's own, of what only the receiver's records show.
const (
	RuleSSCCReused     = "ti/sscc-reused"      // an SSCC named another unit not long ago
	RuleWrongReceiver  = "ti/wrong-receiver"   // the buyer is somebody else
	RuleSenderReceiver = "ti/sender-is-buyer"  // seller and buyer are the same
	RuleCorrected      = "ti/corrects-matched" // it corrects what goods were received with
	RuleOlder          = "ti/older"            // one that was made after it had come already
)

var ownRemedies = map[string]dscsa.Remedy{
	RuleSSCCReused: {
		Who: dscsa.BySender, Blocks: dscsa.BlocksGoods, Category: dscsa.DataIssue, Scenario: "1.4A", Resolution: dscsa.SendNewData,
		Do: "open the container, scan what is in it, and tell its sender that its number stands for another unit too",
	},
	RuleWrongReceiver: {
		Who: dscsa.BySender, Blocks: dscsa.BlocksData, Category: dscsa.DataIssue, Scenario: "1.4B", Resolution: dscsa.SendNewData,
		Do: "if the goods are yours, ask for a document that names you as the buyer; if not, don't receive them",
	},
	RuleSenderReceiver: {
		Who: dscsa.BySender, Blocks: dscsa.BlocksData, Category: dscsa.DataIssue, Scenario: "1.4B", Resolution: dscsa.SendNewData,
		Do: "ask the sender who sold the goods to whom",
	},
	RuleCorrected: {
		Who: dscsa.ByReceiver, Blocks: dscsa.BlocksNothing, Category: dscsa.DataIssue,
		Do: "look at the differences; the goods keep what they were received with",
	},
	RuleOlder: {
		Who: dscsa.ByReceiver, Blocks: dscsa.BlocksNothing, Category: dscsa.DataIssue,
		Do: "nothing: the later one stays in force",
	},
}

// Rules are the rules of this package that have a remedy.
func Rules() []string { return slices.Sorted(maps.Keys(ownRemedies)) }

// RemedyOf is dscsa.RemedyOf with this package's own rules.
func RemedyOf(rule string) (dscsa.Remedy, bool) {
	if r, ok := ownRemedies[rule]; ok {
		r.Rule = rule
		return r, true
	}
	return dscsa.RemedyOf(rule)
}

// settle says what a document is, in the light of what came before.
func (p *processing) settle(ctx context.Context) error {
	if p.entry.aside() {
		return p.setAside(ctx)
	}
	if err := p.parties(ctx); err != nil || p.entry.State == Refused {
		return err
	}
	relate := p.correct
	if p.entry.Replaces > 0 { // it amends another
		relate = p.amended
	}
	if err := relate(ctx); err != nil || p.entry.State == Duplicate || p.entry.State == Superseded {
		return err
	}
	if err := p.reused(ctx); err != nil {
		return err
	}
	if len(p.reading.Shipments) == 0 || p.entry.Sent {
		p.entry.State = Checked
		return nil
	}
	here, err := p.d.allHere(ctx, p.tops())
	if err != nil {
		return err
	}
	if p.entry.State = Waiting; here {
		p.entry.State = Matched
	}
	return nil
}

// parties checks who sold to whom. A document whose every shipment is for somebody
// else, and which was sent to somebody else, is refused; but in an archive it may be one
// that this organisation sent, which tells what it has sold.
func (p *processing) parties(ctx context.Context) error {
	own, err := p.d.GLNs(ctx)
	if err != nil {
		return err
	}
	others, sent := 0, 0
	for _, s := range p.reading.Shipments {
		switch {
		case p.entry.Means == WayArchive && s.Seller.GLN != "" && slices.Contains(own, s.Seller.GLN):
			sent++
		case s.Seller.GLN != "" && s.Seller.GLN == s.Buyer.GLN:
			p.add(own1(RuleSenderReceiver, s.Seller.GLN, "seller and buyer are the same"))
		case len(own) > 0 && s.Buyer.GLN != "" && !slices.Contains(own, s.Buyer.GLN) && !slices.Contains(own, s.ShipTo.GLN):
			others++
			p.add(own1(RuleWrongReceiver, s.Buyer.GLN, fmt.Sprintf("the goods are sold to %s, which is none of this organisation's locations", s.Buyer.GLN)))
		}
	}
	p.entry.Sent = sent > 0 && sent == len(p.reading.Shipments)
	if others > 0 && others == len(p.reading.Shipments) && !p.sentHere(own) {
		p.refuse(fmt.Sprintf("every shipment in it is sold to somebody else, and it was sent to %s", p.summary.Receiver))
	}
	return nil
}

// sentHere tells whether the header names one of the own locations as receiver, or
// nobody.
func (p *processing) sentHere(own []string) bool {
	to := p.summary.Receiver
	if to == "" {
		return true
	}
	return slices.ContainsFunc(own, func(gln string) bool { return strings.Contains(glnOf(to), gln) })
}

// own1 is a finding of this package's own rules.
func own1(rule, subject, text string) epcis.Finding {
	fix := ownRemedies[rule]
	severity := epcis.Fault
	if fix.Blocks == dscsa.BlocksNothing {
		severity = epcis.Info
	}
	return epcis.Finding{Severity: severity, Set: epcis.SetDSCSA, Rule: rule, Subject: subject, Text: text, Remedy: fix.Do}
}

// reused finds logistic units whose number named another unit of the same sender
// not long ago.
func (p *processing) reused(ctx context.Context) error {
	units := 0
	since := millis(p.entry.Shipped.Add(-SSCCReuse))
	chain, err := p.d.Corrected(ctx, p.entry)
	if err != nil {
		return err
	}
	return p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		for n := range p.reading.Tree.All("") {
			if n.Kind != dscsa.KindPallet {
				continue
			}
			if units++; units > unitsCompared {
				return nil
			}
			var before int64
			err := tx.QueryRowContext(ctx, `SELECT d.n FROM ti_line l JOIN ti_document d ON d.n = l.document
					WHERE l.serial = $1 AND l.path = $2 AND d.n < $3 AND d.seller = $4 AND d.instance <> $5 AND d.shipped > $6 AND d.state NOT IN ($7, $8) AND `+byThemselves+` ORDER BY d.n DESC LIMIT 1`,
				serialOf(n), n.Path, p.entry.Number, p.entry.Seller, p.entry.Instance, since, int(Superseded), int(Given)).Scan(&before)
			switch {
			case err == nil && slices.Contains(chain, before): // it is about the same shipment
			case err == nil:
				p.add(own1(RuleSSCCReused, n.Path, fmt.Sprintf("document %d has the same number for another unit, less than %d days before", before, int(SSCCReuse.Hours()/24))))
			case !errors.Is(err, sql.ErrNoRows):
				return err
			}
		}
		return nil
	})
}

// allHere tells whether all of some goods reached this organisation.
func (d *Documents) allHere(ctx context.Context, paths []string) (bool, error) {
	for len(paths) > 0 {
		part := paths[:min(len(paths), hereMax)]
		paths = paths[len(part):]
		here, err := d.Goods.Here(ctx, part)
		if err != nil {
			return false, err
		}
		for _, path := range part {
			if !here[path] {
				return false, nil
			}
		}
	}
	return true, nil
}

// index makes the document findable: its packages by serial number, its lots.
func (p *processing) index(ctx context.Context) error {
	lines := make([]line, 0, min(batchLines, p.reading.Tree.Len()))
	write := func() error {
		slices.SortFunc(lines, line.before)
		err := p.d.Vault.Update(ctx, func(tx *sql.Tx) error { return p.insertLines(ctx, tx, lines) })
		lines = lines[:0]
		return err
	}
	for n := range p.reading.Tree.All("") {
		if lines = append(lines, line{serialOf(n), n.Path, n.Lot, n.Expiry, n.In, n.Inferred}); len(lines) < batchLines {
			continue
		}
		if err := write(); err != nil {
			return err
		}
	}
	if err := write(); err != nil {
		return err
	}
	return p.d.Vault.Update(ctx, func(tx *sql.Tx) error { return p.insertLots(ctx, tx) })
}

func (p *processing) insertLots(ctx context.Context, tx *sql.Tx) error {
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: "ti_lot", Columns: []string{"gtin", "lot", "document", "expiry", "ndc", "packages"}, SkipExisting: true})
	if err != nil {
		return err
	}
	for _, l := range p.summary.Lots {
		if err := bulk.Add(l.GTIN, l.Lot, p.entry.Number, l.Expiry, ndcKey(l.NDC), l.Packages); err != nil {
			return err
		}
	}
	_, err = bulk.Flush()
	return err
}
