package traceview

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
)

// OutsideSchema is the part of the private store that says with what goods from outside
// the network came: the document, its seller, and whether that was an authorised
// trading partner then. The ledger knows nothing of these goods. outside_doubt has what a
// seller's document says of goods that were received, where it contradicts that.
var OutsideSchema = vault.Schema{Name: "outside", Steps: []string{`
CREATE TABLE outside_item (
	path TEXT PRIMARY KEY, document INTEGER NOT NULL, seller TEXT NOT NULL, authority TEXT NOT NULL, evidence INTEGER NOT NULL,
	at INTEGER NOT NULL, inferred INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX outside_item_document ON outside_item (document);
`, `
CREATE TABLE outside_doubt (
	path TEXT PRIMARY KEY, document INTEGER NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX outside_doubt_document ON outside_doubt (document);
`, `
ALTER TABLE outside_item ADD COLUMN known INTEGER NOT NULL DEFAULT 3; -- how they are known: see KnownSigned
ALTER TABLE outside_item ADD COLUMN run INTEGER NOT NULL DEFAULT 0; -- the stock list that brought them; 0 for none
ALTER TABLE outside_item ADD COLUMN container TEXT NOT NULL DEFAULT ''; -- what they came in, by the document or list
CREATE INDEX outside_item_container ON outside_item (container) WHERE container <> '';
`}, Tables: outsideTables}

// Outside is goods that arrived from a seller who isn't on the network, or who sent no
// offer, with its transaction data.
type Outside struct {
	Document  int64     // number of the transaction data that names them; 0 where none does
	Seller    string    // GLN or organisation
	Authority Authority // of the seller, as it was checked
	Packages  []dscsa.Package
	At        time.Time
	// Known is how they are known: KnownSigned, KnownReported, or KnownOwn where no
	// document names them; KnownReported when zero.
	Known int
	// Run is the number of the stock list that brought them; 0 for none.
	Run int64
}

// TakeOutside puts goods into the stock that a seller's document names, or this
// organisation's own stock list alone, without an entry on the ledger. It returns the
// paths of what it left alone, because the stock has it already in another way. Done again
// it changes nothing; what was known less well before is known as it is now.
func (d *Desk) TakeOutside(tx *sql.Tx, o Outside) (left []string, err error) {
	o.Known = cmp.Or(o.Known, KnownReported)
	paths := make([]string, len(o.Packages))
	for i := range o.Packages {
		paths[i] = o.Packages[i].Path
	}
	here, err := itemsByPath(tx, paths)
	var known map[string]int
	if err == nil {
		known, err = outsideKnown(tx, paths)
	}
	if err == nil {
		left, err = o.take(tx, here, known)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't take goods from outside the network: %w", err)
	}
	return left, nil
}

// outsideKnown tells of goods from outside the network how they are known.
func outsideKnown(tx queryer, paths []string) (map[string]int, error) {
	known := map[string]int{}
	err := eachOfPaths(tx, `SELECT path, known FROM outside_item WHERE path IN `, paths, func(rows *sql.Rows) error {
		var path string
		var how int
		err := rows.Scan(&path, &how)
		known[path] = how
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look how goods from outside the network are known: %w", err)
	}
	return known, nil
}

func (o *Outside) take(tx *sql.Tx, here map[string]*item, known map[string]int) (left []string, err error) {
	t := taking{o: o, tx: tx, lots: map[lot]int64{}}
	for i := range o.Packages {
		p := &o.Packages[i]
		_, before := known[p.Path]
		switch it := here[p.Path]; {
		case it == nil && !before:
			t.fresh = append(t.fresh, p)
			continue
		case it == nil:
		case it.status == StatusOutside && known[p.Path] <= o.Known:
			continue
		case it.status == StatusReported, it.status == StatusOutside:
			if _, err := tx.Exec(`DELETE FROM trace_item WHERE path = ?`, p.Path); err != nil {
				return nil, err
			}
		default:
			left = append(left, p.Path)
			continue
		}
		if err := t.put(p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path, err)
		}
	}
	return left, t.putFresh()
}

// taking is goods on their way into the stock.
type taking struct {
	o     *Outside
	tx    *sql.Tx
	lots  map[lot]int64
	fresh []*dscsa.Package // of which the store has nothing
}

// putFresh puts goods that are new into the stock, many with each statement.
func (t *taking) putFresh() error {
	slices.SortFunc(t.fresh, func(a, b *dscsa.Package) int { return cmp.Compare(a.Path, b.Path) })
	t.fresh = slices.CompactFunc(t.fresh, func(a, b *dscsa.Package) bool { return a.Path == b.Path })
	items, err := vault.NewBulkInsert(context.Background(), t.tx, vault.BulkTable{Name: "trace_item", Columns: []string{"path", "kind", "lot", "quantity", "surfaced", "status", "partner"}})
	if err != nil {
		return err
	}
	outside, err := vault.NewBulkInsert(context.Background(), t.tx, vault.BulkTable{
		Name: "outside_item", Columns: []string{"path", "document", "seller", "authority", "evidence", "at", "inferred", "known", "run", "container"},
	})
	if err != nil {
		return err
	}
	o := t.o
	for _, p := range t.fresh {
		it, err := t.item(p)
		if err == nil {
			err = items.Add(it.path, int64(it.kind), orNull(it.lot.id), 0, false, it.status, textOrNull(it.partner))
		}
		if err == nil {
			err = outside.Add(p.Path, o.Document, o.Seller, o.Authority.Word, o.Authority.Evidence, o.At.Unix(), inferredOf(p), o.Known, o.Run, p.In)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
	}
	_, err = items.Flush()
	if err == nil {
		_, err = outside.Flush()
	}
	return err
}

// item is the stock row of a thing, with its lot.
func (t *taking) item(p *dscsa.Package) (item, error) {
	it := item{path: p.Path, kind: p.Kind, status: StatusOutside, partner: t.o.Seller}
	if p.Lot == "" || p.GTIN == "" {
		return it, nil
	}
	day, err := gs1.ParseISODate(p.Expiry)
	if err != nil {
		return it, err
	}
	l := lot{gtin: p.GTIN, number: p.Lot, expiry: day.YYMMDD()}
	id, known := t.lots[l]
	if !known {
		if id, err = lotID(t.tx, l); err != nil {
			return it, err
		}
		t.lots[l] = id
	}
	it.lot.id = id
	return it, nil
}

func inferredOf(p *dscsa.Package) int {
	if p.Inferred {
		return 1
	}
	return 0
}

// put puts a thing into the stock of which the store has something.
func (t *taking) put(p *dscsa.Package) error {
	it, err := t.item(p)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(`INSERT INTO trace_item (path, kind, lot, quantity, surfaced, status, partner) VALUES (?, ?, ?, 0, ?, ?, ?)`,
		it.path, int64(it.kind), orNull(it.lot.id), false, it.status, textOrNull(it.partner))
	if err != nil {
		return err
	}
	o := t.o
	_, err = t.tx.Exec(`INSERT INTO outside_item (path, document, seller, authority, evidence, at, inferred, known, run, container) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET document = excluded.document, seller = excluded.seller, authority = excluded.authority,
			evidence = excluded.evidence, at = excluded.at, inferred = excluded.inferred, known = excluded.known, run = excluded.run, container = excluded.container`,
		p.Path, o.Document, o.Seller, o.Authority.Word, o.Authority.Evidence, o.At.Unix(), inferredOf(p), o.Known, o.Run, p.In)
	return err
}

// sellerName is what the address book calls a seller, which documents name by a number.
func (j *judging) sellerName(seller string) (string, error) {
	if seller == "" {
		return "its seller", nil
	}
	name, known := j.sellers[seller]
	if known || j.d.partners == nil {
		return cmp.Or(name, seller), nil
	}
	b, _, err := j.d.partners.PartnerOf(j.tx, seller)
	if err != nil {
		return "", fmt.Errorf("couldn't look up who %s is: %w", seller, err)
	}
	j.sellers[seller] = b.Name
	return cmp.Or(b.Name, seller), nil
}

// outside gathers what is known of goods that came from outside the network: the word
// of their seller, and who that is.
func (j *judging) outside(it *item) ([]verdict.Fact, error) {
	o, err := j.outsideOf(it.path)
	if err != nil {
		return nil, err
	}
	seller, err := j.sellerName(o.seller)
	if err != nil {
		return nil, err
	}
	b := verdict.Basis{Known: verdict.Reported, AsOf: time.Unix(o.at, 0).UTC(), Source: "file", Evidence: fmt.Sprintf("document %d", o.document)}
	how := "with transaction data"
	switch o.known {
	case KnownOwn:
		return j.ownWord(it.path, b.AsOf, o.run)
	case KnownSigned:
		b.Known, b.Source, how = verdict.Signed, "partner", "with transaction data that its node signed"
	}
	checked := b
	checked.Source, checked.Evidence = "list", fmt.Sprintf("partner check %d", o.evidence)
	var facts []verdict.Fact
	switch o.word {
	case SellerAuthorised:
		facts = append(facts, verdict.New(verdict.RuleSellerReported, it.path, fmt.Sprintf("It came from %s, an authorised trading partner then, %s. The ledger doesn't prove it.", seller, how), b))
	case SellerNotAuthorised:
		facts = append(facts, verdict.New(verdict.RuleSellerNotAuthorised, it.path, fmt.Sprintf("When it came, %s was no authorised trading partner.", seller), checked))
	default:
		facts = append(facts, verdict.New(verdict.RuleSellerUnknown, it.path, fmt.Sprintf("When it came, nothing here told whether %s was an authorised trading partner.", seller), checked))
	}
	text, err := j.faulty(o.document)
	if err != nil {
		return nil, err
	}
	if text != "" {
		facts = append(facts, verdict.New(verdict.RuleDataFaulty, it.path, text, b))
	}
	back, err := wasOut(j.tx, it.path)
	if err != nil {
		return nil, err
	}
	if !back.IsZero() {
		b := j.here()
		b.AsOf, b.Evidence = back, "departure"
		facts = append(facts, verdict.New(verdict.RuleWasOut, it.path, "It left here for a buyer outside the network and came back on "+back.Format(time.DateOnly)+".", b))
	}
	if o.inferred {
		facts = append(facts, verdict.New(verdict.RuleInferred, it.path, "It was not scanned when it came: it was in a closed container that was.", b))
	}
	old, err := j.noticesOld(it.path)
	return append(facts, old...), err
}

// ownWord says that nothing but this organisation's own stock list tells of a thing.
func (j *judging) ownWord(path string, at time.Time, run int64) ([]verdict.Fact, error) {
	b := j.here()
	b.AsOf, b.Evidence = at, fmt.Sprintf("stock list %d", run)
	fact := verdict.New(verdict.RuleOwnWord, path, "It came over from another system with a stock list. No document here names it, so nothing shows where it is from.", b)
	old, err := j.noticesOld(path)
	return append([]verdict.Fact{fact}, old...), err
}

// faulty asks the documents; without any, a document can't be looked at.
func (d *Desk) faulty(tx *sql.Tx, document int64) (string, error) {
	if d.documents == nil {
		return "Its transaction data can't be looked at here.", nil
	}
	return d.documents.Faulty(tx, document)
}

// noticesOld says that no list of recall notices is new enough: of goods from outside
// the network the ledger shows no recall.
func (j *judging) noticesOld(path string) ([]verdict.Fact, error) {
	asOf, err := j.noticesAsOf()
	if err != nil || j.now.Sub(asOf) <= j.d.noticeAge {
		return nil, err
	}
	f := verdict.New(verdict.RuleRecallListOld, path, "No list of recall notices is loaded; the ledger shows no recall of goods from outside the network.", j.here())
	if asOf.Unix() != 0 {
		f.Text = "The newest list of recall notices is of " + asOf.Format(time.DateOnly) + "; the ledger shows no recall of goods from outside the network."
	}
	f.Basis.Stale, f.Basis.Source, f.Basis.AsOf = true, "list", asOf
	f.Next, f.Command = "load the list of today, and ask again", "pedigree recalls load"
	return []verdict.Fact{f}, nil
}
