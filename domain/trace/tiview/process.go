package tiview

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

// processing is one document being looked at.
type processing struct {
	d       *Documents
	entry   Entry
	summary Summary
	reading *dscsa.Reading
	digest  []byte
	po      []byte
	before  int64 // of a document that came late: the one that corrects it
	place   int64 // in the order of arrivals, among those that their sender made at the same time
}

// process looks at a document that was kept, and settles what it is. Done twice, it
// comes to the same.
func (d *Documents) process(ctx context.Context, n int64, name string) error {
	p := &processing{d: d, summary: Summary{Name: name}}
	if err := p.load(ctx, n); err != nil {
		return err
	}
	if same, err := p.earlier(ctx); err != nil {
		return err
	} else if same {
		return p.finish(ctx)
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	if p.entry.State != Refused {
		if err := p.settle(ctx); err != nil {
			return err
		}
	}
	if err := p.compare(ctx); err != nil {
		return err
	}
	if p.entry.State != Duplicate && p.reading != nil {
		if err := p.index(ctx); err != nil {
			return err
		}
		if err := p.learn(ctx); err != nil {
			return err
		}
	}
	if err := p.keepSummary(ctx); err != nil {
		return err
	}
	if err := p.finish(ctx); err != nil || p.d.Received == nil || p.entry.Replaces == 0 || p.entry.State == Superseded || p.entry.Sent {
		return err
	}
	return p.d.Received.Correct(ctx, p.entry)
}

func (p *processing) load(ctx context.Context, n int64) error {
	return p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		var err error
		if p.entry, err = entryOf(ctx, tx, n); err != nil {
			return err
		}
		if p.place, err = placed(ctx, tx, n); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT digest FROM ti_document WHERE n = $1`, n).Scan(&p.digest)
	})
}

// earlier finds the entry that has the same bytes from the same partner.
func (p *processing) earlier(ctx context.Context) (bool, error) {
	err := p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT n FROM ti_document d WHERE digest = $1 AND partner = $2 AND n < $3 AND state NOT IN ($4, $5) AND `+p.former()+` ORDER BY n LIMIT 1`,
			p.digest, p.entry.Partner, p.entry.Number, int(Duplicate), int(Given)).Scan(&p.entry.SameAs)
		if errors.Is(err, sql.ErrNoRows) && p.entry.aside() {
			err = p.otherwise(ctx, tx)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || p.entry.SameAs == 0 {
		return false, err
	}
	first, err := p.d.Entry(ctx, p.entry.SameAs)
	if err != nil {
		return false, err
	}
	first.Number, first.Partner, first.Means, first.Came = p.entry.Number, p.entry.Partner, p.entry.Means, p.entry.Came
	first.Sent = p.entry.Sent
	first.doc, first.summary, first.State, first.SameAs, first.Replaces = p.entry.doc, 0, Duplicate, p.entry.SameAs, 0
	p.entry = first
	return true, nil
}

// read reads the document as its receiver.
func (p *processing) read(ctx context.Context) error {
	content, kept, err := p.d.Vault.OpenDocument(ctx, p.entry.doc)
	if err != nil {
		return err
	}
	defer content.Close()
	p.summary.SHA256, p.summary.Bytes = hex.EncodeToString(kept.SHA256[:]), kept.Size
	source := &faultless{r: content}
	reading, err := dscsa.Read(source, dscsa.ReadOptions{File: p.summary.Name, Now: p.entry.Came, Lean: true})
	var refused *epcis.Error
	switch {
	case source.err != nil:
		return source.err // the store's fault, not the document's
	case errors.As(err, &refused):
		p.refuse(refused.Error())
		p.add(epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: refused.Rule, Text: refused.Text, Remedy: refused.Remedy,
			Where: epcis.Where{File: refused.File, Line: refused.Line, Path: refused.Path, Event: refused.Event},
		})
		return nil
	case err != nil:
		return err
	}
	p.reading = reading
	if err := p.amend(ctx); err != nil {
		return err
	}
	p.facts()
	return nil
}

// compare lets who received goods hold them against a document about goods that are here,
// before the document is settled: interrupted, both are done again.
func (p *processing) compare(ctx context.Context) error {
	e := &p.entry
	if p.d.Received == nil || p.reading == nil || e.Sent || e.aside() || e.State != Matched && (e.Replaces == 0 || e.State == Superseded || e.State == Duplicate) {
		return nil
	}
	chain, err := p.d.Corrected(ctx, *e)
	if err != nil {
		return err
	}
	return p.d.Received.Compare(ctx, *e, chain, p.reading)
}

// faultless remembers an error of the source itself.
type faultless struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (f *faultless) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

func (p *processing) refuse(reason string) {
	p.entry.State, p.summary.Reason = Refused, reason
}

func (p *processing) add(list ...epcis.Finding) {
	for _, f := range list {
		p.entry.Findings++
		if f.Severity == epcis.Fault {
			p.entry.Faults++
		}
		fix, _ := RemedyOf(f.Rule)
		p.summary.Found = append(p.summary.Found, Found{Finding: f, Fix: fix})
	}
}

// facts takes over what the reading says.
func (p *processing) facts() {
	r, e := p.reading, &p.entry
	e.Version, e.Created = string(r.Version), r.Header.CreationDate.UTC()
	e.Affirmed = r.Header.Statement.Affirmed()
	e.Packages = r.Packages
	if r.Header.SBDH != nil {
		e.Instance = r.Header.SBDH.InstanceID
	}
	p.summary.Sender, p.summary.Receiver = r.Header.Sender(), r.Header.Receiver()
	p.summary.Events, p.summary.Things, p.summary.Shipments = r.Events, r.Tree.Len(), r.Shipments
	for _, s := range r.Shipments {
		e.Seller, e.Buyer = cmp.Or(e.Seller, s.Seller.GLN), cmp.Or(e.Buyer, s.Buyer.GLN)
		if s.Shipped.After(e.Shipped) {
			e.Shipped = s.Shipped.UTC()
		}
		if p.po == nil && s.PO != "" {
			p.po = p.d.mark("po", s.PO)
		}
	}
	sorted := slices.SortedFunc(slices.Values(r.Hashes), func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for i := range sorted {
		h.Write(sorted[i][:])
	}
	e.events = p.d.mark("events", string(h.Sum(nil)))
	p.add(r.Findings...)
	p.lots()
}

// lots counts the packages of each lot.
func (p *processing) lots() {
	ndc := map[string]string{}
	for _, s := range p.summary.Shipments {
		for _, product := range s.Products {
			ndc[product.GTIN] = product.NDC
		}
	}
	count := map[Lot]int{}
	for n := range p.reading.Tree.All("") {
		if n.GTIN == "" {
			continue
		}
		lot := Lot{GTIN: n.GTIN, Lot: n.Lot, Expiry: n.Expiry, NDC: ndc[n.GTIN]}
		packs := count[lot]
		if n.Kind == dscsa.KindPack {
			packs++
		}
		count[lot] = packs // a case's lot is listed too, with no packages of its own
	}
	for l, n := range count {
		l.Packages = n
		p.summary.Lots = append(p.summary.Lots, l)
	}
	slices.SortFunc(p.summary.Lots, func(a, b Lot) int {
		return cmp.Or(strings.Compare(a.GTIN, b.GTIN), strings.Compare(a.Lot, b.Lot), strings.Compare(a.Expiry, b.Expiry))
	})
}

// finish settles the entry.
func (p *processing) finish(ctx context.Context) error {
	e := &p.entry
	return p.d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if p.before > 0 {
			if _, err := tx.ExecContext(ctx, `UPDATE ti_document SET replaces = $1 WHERE n = $2`, e.Number, p.before); err != nil {
				return err
			}
		}
		if e.Replaces > 0 {
			_, err := tx.ExecContext(ctx, `UPDATE ti_document SET state = $1 WHERE n = $2 AND state IN ($3, $4)`, int(Superseded), e.Replaces, int(Waiting), int(Checked))
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE ti_document SET summary = $1, instance = $2, version = $3, po = $4, created = $5, shipped = $6, state = $7, same = $8, replaces = $9, events = $10,
				seller = $11, buyer = $12, affirmed = $13, packages = $14, faults = $15, findings = $16, sent = $18, numbered = 1 WHERE n = $17`,
			e.summary, e.Instance, e.Version, p.po, millis(e.Created), millis(e.Shipped), int(e.State), e.SameAs, e.Replaces, e.events,
			e.Seller, e.Buyer, truth(e.Affirmed), e.Packages, e.Faults, e.Findings, e.Number, truth(e.Sent))
		if err == nil && e.State != Duplicate {
			err = p.d.keepNumbers(ctx, tx, e.Number, numbersOf(e.Instance, p.summary.Shipments))
		}
		return err
	})
}

// keepSummary keeps what the document says, without its packages, sealed.
func (p *processing) keepSummary(ctx context.Context) error {
	s := p.summary
	slices.SortStableFunc(s.Found, func(a, b Found) int { return cmp.Compare(b.Severity, a.Severity) })
	s.Found = s.Found[:min(len(s.Found), FindingsMax)]
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("couldn't keep what the document says: %w", err)
	}
	kept, _, err := p.d.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "summary", MediaType: "application/json", Direction: vault.Own}, bytes.NewReader(raw))
	p.entry.summary = kept.ID
	return err
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
