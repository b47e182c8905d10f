package traceview

import (
	"database/sql"
	"fmt"
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
`}, Tables: outsideTables}

// Outside is goods that arrived from a seller who isn't on the network, or who sent no
// offer, with its transaction data.
type Outside struct {
	Document  int64     // number of the transaction data that names them
	Seller    string    // GLN or organisation
	Authority Authority // of the seller, as it was checked
	Packages  []dscsa.Package
	At        time.Time
}

// TakeOutside puts goods into the stock that a seller's document names, without an entry
// on the ledger. It returns the paths of what it left alone, because the stock has it
// already in another way; done again it changes nothing.
func (d *Desk) TakeOutside(tx *sql.Tx, o Outside) (left []string, err error) {
	paths := make([]string, len(o.Packages))
	for i := range o.Packages {
		paths[i] = o.Packages[i].Path
	}
	here, err := itemsByPath(tx, paths)
	if err == nil {
		left, err = o.take(tx, here)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't take goods from outside the network: %w", err)
	}
	return left, nil
}

func (o *Outside) take(tx *sql.Tx, here map[string]*item) (left []string, err error) {
	lots := map[lot]int64{}
	for i := range o.Packages {
		p := &o.Packages[i]
		switch it := here[p.Path]; {
		case it == nil:
		case it.status == StatusReported:
			if _, err := tx.Exec(`DELETE FROM trace_item WHERE path = ?`, p.Path); err != nil {
				return nil, err
			}
		case it.status == StatusOutside:
			continue
		default:
			left = append(left, p.Path)
			continue
		}
		if err := o.put(tx, p, lots); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path, err)
		}
	}
	return left, nil
}

func (o *Outside) put(tx *sql.Tx, p *dscsa.Package, lots map[lot]int64) error {
	it := item{path: p.Path, kind: p.Kind, status: StatusOutside, partner: o.Seller}
	if p.Lot != "" && p.GTIN != "" {
		day, err := gs1.ParseISODate(p.Expiry)
		if err != nil {
			return err
		}
		l := lot{gtin: p.GTIN, number: p.Lot, expiry: day.YYMMDD()}
		id, known := lots[l]
		if !known {
			if id, err = lotID(tx, l); err != nil {
				return err
			}
			lots[l] = id
		}
		it.lot.id = id
	}
	_, err := tx.Exec(`INSERT INTO trace_item (path, kind, lot, quantity, surfaced, status, partner) VALUES (?, ?, ?, 0, ?, ?, ?)`,
		it.path, int64(it.kind), orNull(it.lot.id), false, it.status, textOrNull(it.partner))
	if err != nil {
		return err
	}
	inferred := 0
	if p.Inferred {
		inferred = 1
	}
	_, err = tx.Exec(`INSERT INTO outside_item (path, document, seller, authority, evidence, at, inferred) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO UPDATE SET document = excluded.document, seller = excluded.seller, authority = excluded.authority,
			evidence = excluded.evidence, at = excluded.at, inferred = excluded.inferred`,
		p.Path, o.Document, o.Seller, o.Authority.Word, o.Authority.Evidence, o.At.Unix(), inferred)
	return err
}

// outside gathers what is known of goods that came from outside the network: the word
// of their seller, and who that is.
func (j *judging) outside(it *item) ([]verdict.Fact, error) {
	var document, evidence, at int64
	var seller, word string
	var inferred bool
	err := j.tx.QueryRow(`SELECT document, seller, authority, evidence, at, inferred FROM outside_item WHERE path = ?`, it.path).Scan(&document, &seller, &word, &evidence, &at, &inferred)
	if err != nil {
		return nil, fmt.Errorf("couldn't find with what %s came; restore the private store from a backup: %w", it.path, err)
	}
	if seller == "" {
		seller = "its seller"
	}
	b := verdict.Basis{Known: verdict.Reported, AsOf: time.Unix(at, 0).UTC(), Source: "file", Evidence: fmt.Sprintf("document %d", document)}
	checked := b
	checked.Source, checked.Evidence = "list", fmt.Sprintf("partner check %d", evidence)
	var facts []verdict.Fact
	switch word {
	case SellerAuthorised:
		facts = append(facts, verdict.New(verdict.RuleSellerReported, it.path, fmt.Sprintf("It came from %s, an authorised trading partner then, with transaction data. The ledger doesn't prove it.", seller), b))
	case SellerNotAuthorised:
		facts = append(facts, verdict.New(verdict.RuleSellerNotAuthorised, it.path, fmt.Sprintf("When it came, %s was no authorised trading partner.", seller), checked))
	default:
		facts = append(facts, verdict.New(verdict.RuleSellerUnknown, it.path, fmt.Sprintf("When it came, nothing here told whether %s was an authorised trading partner.", seller), checked))
	}
	text, err := j.d.faulty(j.tx, document)
	if err != nil {
		return nil, err
	}
	if text != "" {
		facts = append(facts, verdict.New(verdict.RuleDataFaulty, it.path, text, b))
	}
	if inferred {
		facts = append(facts, verdict.New(verdict.RuleInferred, it.path, "It was not scanned when it came: it was in a closed container that was.", b))
	}
	old, err := j.noticesOld(it.path)
	return append(facts, old...), err
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
	var asOf int64
	if err := j.tx.QueryRow(`SELECT COALESCE(MAX(as_of), 0) FROM verdict_notice`).Scan(&asOf); err != nil {
		return nil, fmt.Errorf("couldn't look how old the recall notices are: %w", err)
	}
	if j.now.Sub(time.Unix(asOf, 0)) <= j.d.noticeAge {
		return nil, nil
	}
	f := verdict.New(verdict.RuleRecallListOld, path, "No list of recall notices is loaded; the ledger shows no recall of goods from outside the network.", j.here())
	if asOf != 0 {
		f.Text = "The newest list of recall notices is of " + time.Unix(asOf, 0).UTC().Format(time.DateOnly) + "; the ledger shows no recall of goods from outside the network."
	}
	f.Basis.Stale, f.Basis.Source, f.Basis.AsOf = true, "list", time.Unix(asOf, 0).UTC()
	f.Next = "load the list of today (pedigree recalls load), and ask again"
	return []verdict.Fact{f}, nil
}
