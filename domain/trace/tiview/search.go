package tiview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
)

// Search chooses entries. Its zero value is the newest of all.
type Search struct {
	Partner  string // as it was said when it came, or a GLN of seller or buyer
	State    State  // 0 for all
	GTIN     string
	NDC      string
	Lot      string
	Serial   string // serial number, or an SSCC
	Item     string // a package, case or logistic unit, as scanned or typed
	PO       string
	Number   string // any number of the document: order, despatch advice, return, or its own
	Way      Way
	From, To time.Time // of the shipment, To not included
	Before   int64     // number of the last one of the page before
	Limit    int
}

// Way chooses which way documents went.
type Way int

// The ways of a search. Its zero value leaves out what left and what came with shipments
// on the ledger, which nobody has to deal with.
const (
	ByThemselves Way = 0 // documents that came by themselves
	WayIn        Way = 1 // all that came
	WayOut       Way = 2 // all that left
	WayBoth      Way = 3
)

// WayOf returns the way of a word: in, out or both.
func WayOf(word string) (Way, error) {
	switch word {
	case "in":
		return WayIn, nil
	case "out":
		return WayOut, nil
	case "both", "":
		return WayBoth, nil
	}
	return 0, fmt.Errorf("there is no way %.20q; use in, out or both", word)
}

// byThemselves leaves out what is kept aside: what left, and what came with shipments.
const byThemselves = `d.means NOT IN ('` + WaySent + `', '` + WayLedger + `')`

// StateOf returns the state of a word; an empty one means all.
func StateOf(word string) (State, error) {
	for s, name := range stateNames {
		if name == word {
			return s, nil
		}
	}
	if word == "" {
		return 0, nil
	}
	return 0, fmt.Errorf("there is no state %q", word)
}

const entryColumns = `d.n, d.doc, d.summary, d.means, d.partner, d.instance, d.version, d.created, d.came, d.shipped, d.state, d.same, d.replaces,
	COALESCE((SELECT MAX(r.n) FROM ti_document r WHERE r.replaces = d.n AND r.replaces > 0), 0), d.seller, d.buyer, d.affirmed, d.packages, d.faults, d.findings, d.sent`

func scanEntry(scan func(...any) error) (Entry, error) {
	var e Entry
	var affirmed, state, sent int
	var created, came, shipped int64
	err := scan(&e.Number, &e.doc, &e.summary, &e.Means, &e.Partner, &e.Instance, &e.Version, &created, &came, &shipped, &state, &e.SameAs, &e.Replaces,
		&e.ReplacedBy, &e.Seller, &e.Buyer, &affirmed, &e.Packages, &e.Faults, &e.Findings, &sent)
	e.State, e.Affirmed, e.Sent = State(state), affirmed != 0, sent != 0
	e.Created, e.Came, e.Shipped = moment(created), moment(came), moment(shipped)
	return e, err
}

// millis and moment keep the zero time zero.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func entryOf(ctx context.Context, tx *sql.Tx, n int64) (Entry, error) {
	e, err := scanEntry(tx.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM ti_document d WHERE d.n = $1`, n).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return e, fmt.Errorf("there is no document %d: %w", n, vault.ErrNotFound)
	}
	return e, err
}

// Entry returns one entry.
func (d *Documents) Entry(ctx context.Context, n int64) (e Entry, err error) {
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		e, err = entryOf(ctx, tx, n)
		return err
	})
	return e, err
}

// condition is the WHERE of a search with its arguments.
type condition struct {
	text []string
	args []any
}

// and adds a condition in which each %s is the place of one argument.
func (c *condition) and(text string, args ...any) {
	places := make([]any, len(args))
	for i := range args {
		c.args = append(c.args, args[i])
		places[i] = fmt.Sprintf("$%d", len(c.args))
	}
	c.text = append(c.text, fmt.Sprintf(text, places...))
}

// List finds entries, the newest first.
func (d *Documents) List(ctx context.Context, s Search) ([]Entry, error) {
	list, err := d.list(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("couldn't search the documents: %w", err)
	}
	return list, nil
}

func (d *Documents) list(ctx context.Context, s Search) ([]Entry, error) {
	c, err := d.condition(s)
	if err != nil {
		return nil, err
	}
	if s.Limit <= 0 {
		s.Limit = ListDefault
	}
	query := `SELECT ` + entryColumns + ` FROM ti_document d WHERE ` + strings.Join(append(c.text, "1 = 1"), " AND ") + fmt.Sprintf(" ORDER BY d.n DESC LIMIT %d", min(s.Limit, ListMax))
	list := []Entry{}
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		list, err = entriesOf(tx.QueryContext(ctx, query, c.args...))
		return err
	})
	return list, err
}

func (d *Documents) condition(s Search) (condition, error) {
	var c condition
	for _, word := range []string{s.Partner, s.GTIN, s.NDC, s.Lot, s.Serial, s.Item, s.PO, s.Number} {
		if len(word) > queryBytesMax {
			return c, fmt.Errorf("%w: a search word has more than %d bytes", ErrWanting, queryBytesMax)
		}
	}
	if s.Partner != "" {
		c.and("(d.partner = %s OR d.seller = %s OR d.buyer = %s)", s.Partner, s.Partner, s.Partner)
	}
	if s.State != 0 {
		c.and("d.state = %s", int(s.State))
	}
	switch s.Way {
	case ByThemselves:
		c.and(byThemselves)
	case WayIn:
		c.and("d.sent = 0")
	case WayOut:
		c.and("d.sent = 1")
	}
	if s.PO != "" {
		c.and("(d.po = %s OR d.n IN (SELECT p.document FROM ti_number p WHERE p.mark = %s))", d.mark(labelOrder, s.PO), d.mark(labelOrder, s.PO))
	}
	if s.Number != "" {
		c.numbers(d, s.Number)
	}
	if !s.From.IsZero() {
		c.and("d.shipped >= %s", millis(s.From))
	}
	if !s.To.IsZero() {
		c.and("d.shipped < %s AND d.shipped > 0", millis(s.To))
	}
	if s.Before > 0 {
		c.and("d.n < %s", s.Before)
	}
	c.lots(s)
	if s.Serial != "" {
		c.and("d.n IN (SELECT l.document FROM ti_line l WHERE l.serial = %s)", s.Serial)
	}
	if s.Item != "" {
		path, serial, err := itemOf(s.Item)
		if err != nil {
			return c, err
		}
		c.and("d.n IN (SELECT l.document FROM ti_line l WHERE l.serial = %s AND l.path = %s)", serial, path)
	}
	return c, nil
}

// lots adds the conditions on products and lots, all of which one lot must meet.
func (c *condition) lots(s Search) {
	var text []string
	var args []any
	for _, f := range [][2]string{{"o.gtin", s.GTIN}, {"o.lot", s.Lot}} {
		if f[1] != "" {
			text, args = append(text, f[0]+" = %s"), append(args, f[1])
		}
	}
	if s.NDC != "" {
		either := []string{"o.ndc = %s"}
		args = append(args, ndcKey(s.NDC))
		for _, gtin := range gtinsOf(s.NDC) {
			either, args = append(either, "o.gtin = %s"), append(args, gtin)
		}
		text = append(text, "("+strings.Join(either, " OR ")+")")
	}
	if len(text) > 0 {
		c.and("d.n IN (SELECT o.document FROM ti_lot o WHERE "+strings.Join(text, " AND ")+")", args...)
	}
}

// gtinsOf are the GTINs that hold a National Drug Code, at each packaging level.
func gtinsOf(ndc string) []string {
	var list []string
	n, err := gs1.ParseNDC(ndc)
	if err != nil {
		return nil
	}
	for level := range indicatorsOfDrugs {
		if gtin, err := gs1.GTINFromNDC(level, n.NDC10()); err == nil {
			list = append(list, string(gtin))
		}
	}
	return list
}

// itemOf reads a package, case or logistic unit as scanned or typed.
func itemOf(text string) (path, serial string, err error) {
	if path, err = gs1.CanonicalPath(text); err != nil {
		if gs1.IsCanonical(text) {
			path = text
		} else {
			scan, err := gs1.Parse(text)
			if err != nil {
				return "", "", err
			}
			if path, err = scan.Path(); err != nil {
				return "", "", err
			}
		}
	}
	n := dscsa.Node{Path: path}
	if _, after, ok := strings.Cut(path, "/21/"); ok {
		if n.Serial, err = gs1.UnescapePath(after); err != nil {
			return "", "", err
		}
	}
	return path, serialOf(&n), nil
}

// Show returns an entry with what its document says.
func (d *Documents) Show(ctx context.Context, n int64) (Detail, error) {
	e, err := d.Entry(ctx, n)
	if err != nil {
		return Detail{}, fmt.Errorf("couldn't show the document: %w", err)
	}
	out := Detail{Entry: e}
	from := e
	if e.summary == 0 && e.SameAs > 0 {
		if from, err = d.Entry(ctx, e.SameAs); err != nil {
			return out, fmt.Errorf("couldn't show the document: %w", err)
		}
	}
	if from.summary > 0 {
		if err := d.readSummary(ctx, from.summary, &out.Summary); err != nil {
			return out, fmt.Errorf("couldn't show document %d: %w", n, err)
		}
	}
	if err := d.nameLots(ctx, &out.Summary); err != nil {
		return out, fmt.Errorf("couldn't show document %d: %w", n, err)
	}
	if e.Replaces > 0 {
		out.Differences, err = d.differences(ctx, e)
	}
	return out, err
}

func (d *Documents) readSummary(ctx context.Context, id int64, into *Summary) error {
	r, _, err := d.Vault.OpenDocument(ctx, id)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(r, summaryBytesMax))
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// Reading reads a document again, as its receiver does; one that amends another together
// with that.
func (d *Documents) Reading(ctx context.Context, n int64) (Entry, *dscsa.Reading, error) {
	e, err := d.Entry(ctx, n)
	var r *dscsa.Reading
	if err == nil {
		r, err = d.reading(ctx, e)
	}
	if err == nil {
		err = d.addOwn(ctx, e, r)
	}
	if err != nil {
		return e, nil, fmt.Errorf("couldn't read document %d: %w", n, err)
	}
	return e, r, nil
}

// addOwn adds what only the records here showed of a document when it came.
func (d *Documents) addOwn(ctx context.Context, e Entry, r *dscsa.Reading) error {
	if e.summary == 0 {
		return nil
	}
	var s Summary
	if err := d.readSummary(ctx, e.summary, &s); err != nil {
		return err
	}
	for _, f := range s.Found {
		if _, own := ownRemedies[f.Rule]; own {
			r.Findings = append(r.Findings, f.Finding)
		}
	}
	return nil
}

func (d *Documents) reading(ctx context.Context, e Entry) (*dscsa.Reading, error) {
	r, err := d.readAll(ctx, e.Came, []int64{e.doc})
	if err == nil && e.Replaces > 0 && len(r.Declared) > 0 && len(r.Shipments) == 0 {
		r, err = d.whole(ctx, e.Replaces, e)
	}
	return r, err
}

// whole reads what a document comes to with one that amends it.
func (d *Documents) whole(ctx context.Context, n int64, amendment Entry) (*dscsa.Reading, error) {
	docs := []int64{amendment.doc}
	for {
		at, err := d.Entry(ctx, n)
		if err != nil {
			return nil, err
		}
		docs = append([]int64{at.doc}, docs...)
		r, err := d.readAll(ctx, amendment.Came, docs)
		if n = at.Replaces; err != nil || len(r.Shipments) > 0 || n == 0 || len(docs) > correctionsMax {
			return r, err
		}
	}
}

// readAll reads documents that amend each other, the oldest first.
func (d *Documents) readAll(ctx context.Context, now time.Time, docs []int64) (r *dscsa.Reading, err error) {
	var in []io.Reader
	name := ""
	for _, id := range docs {
		content, kept, err := d.Vault.OpenDocument(ctx, id)
		if err != nil {
			return nil, err
		}
		defer content.Close()
		in, name = append(in, content), kept.Name
	}
	return dscsa.ReadAmended(dscsa.ReadOptions{File: name, Now: now, Lean: true}, in[0], in[1:]...)
}

// Faulty says why goods that came with a document may not be sold or dispensed yet: the
// seller affirmed nothing, and no document that corrects it does; "" when they may.
func (d *Documents) Faulty(tx *sql.Tx, n int64) (string, error) {
	for at, left := n, correctionsMax; left > 0; left-- {
		var affirmed bool
		var next int64
		err := tx.QueryRow(`SELECT affirmed, COALESCE((SELECT MAX(c.n) FROM ti_document c WHERE c.replaces = d.n AND c.state NOT IN ($1, $2)), 0) FROM ti_document d WHERE n = $3`,
			int(Duplicate), int(Refused), at).Scan(&affirmed, &next)
		if err != nil {
			return "", fmt.Errorf("couldn't look whether document %d is affirmed: %w", at, err)
		}
		if affirmed {
			return "", nil
		}
		if at = next; at == 0 {
			break
		}
	}
	return fmt.Sprintf("Document %d, with which it came, has no affirmed transaction statement.", n), nil
}

// Content opens a document as it came, with the name of its file.
func (d *Documents) Content(ctx context.Context, n int64) (io.ReadCloser, string, error) {
	e, err := d.Entry(ctx, n)
	if err != nil {
		return nil, "", fmt.Errorf("couldn't open the document: %w", err)
	}
	r, kept, err := d.Vault.OpenDocument(ctx, e.doc)
	return r, kept.Name, err
}
