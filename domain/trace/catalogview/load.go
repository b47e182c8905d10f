package catalogview

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/gs1"
	"pedigree/format/ndcdir"
	"pedigree/internal/vault"
)

// Load is a file of products that was loaded.
type Load struct {
	ID      int64     `json:"id"`
	Source  Source    `json:"source"`
	Loaded  time.Time `json:"loaded"`
	Rows    int64     `json:"rows" doc:"Products that were read"`
	Changed int64     `json:"changed" doc:"Those of which it says something new"`
	Bad     int64     `json:"bad" doc:"Lines that could not be read"`
	Lines   []Bad     `json:"lines,omitempty" doc:"The first of them, when it is loaded"`
	Again   bool      `json:"again,omitempty" doc:"It was loaded before, and nothing was done"`
}

// Bad is a line that can't be read.
type Bad struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// loading is a file that is being read.
type loading struct {
	c       *Catalogue
	ctx     context.Context // of the load
	load    Load
	digest  [32]byte
	entries []entry
	digits  map[string]int // of each labeler's product codes; 0 when it has several
	changed map[string]bool
	job     int64
	done    int // entries that were written
}

func (c *Catalogue) newLoading(ctx context.Context) *loading {
	return &loading{c: c, ctx: ctx, digits: map[string]int{}, changed: map[string]bool{}}
}

// Load reads a file of products, and waits until it is loaded: of the kind ndc-directory,
// the archive of the National Drug Code directory; own or list, a CSV. A list has a name.
// The file is of a day. One that was loaded before is not loaded again; a load that was
// cut off goes on.
func (c *Catalogue) Load(ctx context.Context, kind, name, asOf string, file io.Reader) (Load, error) {
	l, again, err := c.take(ctx, kind, name, asOf, file)
	if again || err != nil {
		return l.load, err
	}
	if err := l.enter(); err != nil {
		return l.load, err
	}
	return c.carry(ctx, l.job)
}

// take keeps a file and sees that it is what its kind says, or finds the load of it.
func (c *Catalogue) take(ctx context.Context, kind, name, asOf string, file io.Reader) (l *loading, again bool, err error) {
	l = c.newLoading(ctx)
	day, err := parseDay(asOf, c.today())
	if err != nil {
		return l, false, err
	}
	switch {
	case kind != KindOwn && kind != KindNDC && kind != KindCSV:
		return l, false, invalid("a file of products is of the kind %s, %s or %s, not %q", KindOwn, KindNDC, KindCSV, kind)
	case (kind == KindCSV) != (name != "") || !fit(name):
		return l, false, invalid("a list has a name of at most %d bytes; the other kinds have none", valueBytesMax)
	case day > c.today()+1:
		return l, false, invalid("the file is of %s, which is still to come; give the day that it is of", asOf)
	}
	l.load.Source = Source{Kind: kind, Who: name, AsOf: timeOf(day)}
	doc, _, err := c.vault.PutDocument(ctx, vault.DocumentInfo{Name: kind + " as of " + dayText(day), MediaType: "application/octet-stream", Direction: vault.Own}, file)
	if err != nil {
		return l, false, err
	}
	l.load.Source.Document, l.digest = doc.ID, doc.SHA256
	if again, err = l.begin(); again || err != nil {
		return l, again, err
	}
	c.reading.Lock() // a directory takes some memory
	defer c.reading.Unlock()
	return l, false, l.read()
}

// begin finds a load of the same file.
func (l *loading) begin() (again bool, err error) {
	err = l.c.vault.Update(l.ctx, func(tx *sql.Tx) error {
		s := &l.load.Source
		if s.id, err = sourceID(tx, s.Kind, s.Who); err != nil {
			return err
		}
		var loaded, asOf int64
		err := tx.QueryRow(`SELECT id, as_of, loaded, line_count, changed, bad_count FROM catalogue_load WHERE source = $1 AND digest = $2`, s.id, l.digest[:]).
			Scan(&l.load.ID, &asOf, &loaded, &l.load.Rows, &l.load.Changed, &l.load.Bad)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		again, s.AsOf, l.load.Loaded, l.load.Again = true, timeOf(asOf), time.UnixMilli(loaded).UTC(), true
		return err
	})
	return again, err
}

func (l *loading) bad(b Bad) error {
	if l.load.Bad++; len(l.load.Lines) < badShown {
		l.load.Lines = append(l.load.Lines, b)
	}
	return nil
}

// read reads the file that was kept into entries.
func (l *loading) read() error {
	file, doc, err := l.c.vault.OpenDocument(l.ctx, l.load.Source.Document)
	if err != nil {
		return err
	}
	defer file.Close()
	if l.load.Source.Kind != KindNDC {
		err = readCSV(file, dayOf(l.load.Source.AsOf), func(e entry) { l.entries = append(l.entries, e) }, l.bad)
		return cmp.Or(err, l.order())
	}
	if doc.Size > ndcdir.ZipBytesMax {
		return limited("the archive has %d bytes, more than %d", doc.Size, ndcdir.ZipBytesMax)
	}
	raw, err := io.ReadAll(io.LimitReader(file, ndcdir.ZipBytesMax))
	if err != nil {
		return err
	}
	_, err = ndcdir.ReadZip(bytes.NewReader(raw), int64(len(raw)), l.listed, func(b ndcdir.Bad) error { return l.bad(Bad(b)) })
	if errors.Is(err, ndcdir.ErrFile) {
		return invalid("%w", err)
	}
	return cmp.Or(err, l.order())
}

// listed takes a package of the directory. What the FDA has excluded no longer holds on
// the day of the file.
func (l *loading) listed(p ndcdir.Package) error {
	gtin, err := gs1.GTINFromNDC(0, p.NDC.NDC10())
	if err != nil {
		return l.bad(Bad{"package", p.Line, err.Error()})
	}
	if had, ok := l.digits[p.NDC.Labeler]; !ok {
		l.digits[p.NDC.Labeler] = len(p.NDC.Product)
	} else if had != len(p.NDC.Product) {
		l.digits[p.NDC.Labeler] = 0
	}
	e := entry{gtin: string(gtin), from: p.From, to: p.To, values: Values{
		FieldNDC: p.NDC.String(), FieldName: clean(p.Product.Name), FieldStrength: clean(p.Product.Strength), FieldForm: clean(p.Product.Form),
		FieldPackage: clean(p.Description), FieldOwner: clean(p.Product.Labeler),
	}}
	if day := dayOf(l.load.Source.AsOf); p.Excluded && (e.to == 0 || e.to > day) {
		e.to = max(e.from, day-1)
	}
	e.values[FieldDuty] = listedGround(p.Product)
	for field, text := range e.values {
		if text == "" {
			delete(e.values, field)
		}
	}
	l.entries = append(l.entries, e)
	return nil
}

// listedGround is the ground that the directory's own words for a product claim, or "".
// A homeopathic listing is none: it doesn't tell whether the drug is marketed in
// accordance with the FDA's guidance, as the law asks.
func listedGround(p *ndcdir.Product) string {
	switch {
	case p.Type == ndcdir.TypeOTC:
		return notPrescription
	case strings.EqualFold(p.Category, ndcdir.CategoryMedicalGas):
		return "medical-gas"
	case strings.EqualFold(p.Category, ndcdir.CategoryOutsourced):
		return "compounded"
	}
	return ""
}

// order sorts the entries, and leaves out what stands in the file twice.
func (l *loading) order() error {
	slices.SortStableFunc(l.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.gtin, b.gtin), cmp.Compare(a.from, b.from))
	})
	kept := l.entries[:0]
	for _, e := range l.entries {
		if n := len(kept); n > 0 && kept[n-1].gtin == e.gtin && kept[n-1].from == e.from {
			if err := l.bad(Bad{Text: fmt.Sprintf("product %s stands in the file twice from the same day on; the first is kept", e.gtin)}); err != nil {
				return err
			}
			continue
		}
		kept = append(kept, e)
	}
	l.entries = kept
	return nil
}

// keep writes the entries, a part in each transaction, and says then that the file was
// loaded.
func (l *loading) keep() error {
	all := l.entries
	l.load.Rows = int64(len(all))
	for _, e := range all[:min(l.done, len(all))] { // before it was cut off
		l.changed[e.gtin[1:13]] = true
	}
	for part := range slices.Chunk(all[min(l.done, len(all)):], l.c.part) {
		next := l.load.Changed
		err := l.c.vault.Update(l.ctx, func(tx *sql.Tx) error {
			if err := l.mayGoOn(tx); err != nil {
				return err
			}
			changed, err := l.c.put(l.ctx, tx, l.load.Source, part)
			if err != nil {
				return err
			}
			next = l.load.Changed + int64(len(changed))
			for _, gtin := range changed {
				l.changed[gtin[1:13]] = true
			}
			return l.tell(tx, vault.JobRunning, l.done+len(part), next, nil)
		})
		if err != nil {
			return fmt.Errorf("couldn't keep the products of a file: %w", err)
		}
		l.done, l.load.Changed = l.done+len(part), next
		if err := l.c.pass(); err != nil {
			return err
		}
	}
	if err := l.compareChanged(); err != nil {
		return fmt.Errorf("couldn't compare the products of a file: %w", err)
	}
	return l.c.vault.Update(l.ctx, l.finish)
}

// compareChanged looks at the products of which others say something too. What the
// directory says of a package counts for its cases.
func (l *loading) compareChanged() error {
	var gtins []string
	err := l.c.vault.View(l.ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT DISTINCT gtin FROM catalogue_fact WHERE source <> $1`, l.load.Source.id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var gtin string
			if err := rows.Scan(&gtin); err != nil {
				return err
			}
			if l.changed[gtin[1:13]] {
				gtins = append(gtins, gtin)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(gtins, compareRows) {
		err := l.c.vault.Update(l.ctx, func(tx *sql.Tx) error {
			for _, gtin := range part {
				if err := l.c.compare(tx, gtin); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) finish(tx *sql.Tx) error {
	for labeler, digits := range l.digits {
		if _, err := tx.Exec(`INSERT INTO catalogue_labeler (labeler, digits) VALUES ($1, $2) ON CONFLICT (labeler) DO UPDATE SET digits = excluded.digits`, labeler, digits); err != nil {
			return fmt.Errorf("couldn't keep the labelers: %w", err)
		}
	}
	s := l.load.Source
	l.load.Loaded = l.c.vault.Now()
	err := tx.QueryRow(`INSERT INTO catalogue_load (source, digest, as_of, loaded, document, line_count, changed, bad_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		s.id, l.digest[:], dayOf(s.AsOf), l.load.Loaded.UnixMilli(), s.Document, l.load.Rows, l.load.Changed, l.load.Bad).Scan(&l.load.ID)
	if err != nil {
		return fmt.Errorf("couldn't note that the file was loaded: %w", err)
	}
	return l.tell(tx, vault.JobDone, len(l.entries), l.load.Changed, nil)
}
