package catalogview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
)

// Registry is what the ledger says of whose numbers are whose.
type Registry interface {
	// Belongs tells whether a GTIN stands under a company prefix of the organisation
	// that has an id or a GLN.
	Belongs(gtin, who string) (bool, error)
	// Rights are the company prefixes and accepted delegations over a GTIN.
	Rights(gtin string) ([]LedgerRight, error)
}

// LedgerRight is a company prefix, or a delegation of a number, as the ledger has it.
type LedgerRight struct {
	Org        string `json:"org"`
	Name       string `json:"name"`
	Number     string `json:"number" doc:"The digits that it is over"`
	Kind       string `json:"kind" doc:"owner, or packager for a delegate"`
	FromHeight uint64 `json:"from_height"`
	ToHeight   uint64 `json:"to_height,omitempty" doc:"First height at which it no longer holds"`
}

// Config sets a Catalogue up. Registry may be nil: then no document is its label
// owner's.
type Config struct {
	Vault    *vault.Vault // opened with Schema
	Registry Registry
	Log      *slog.Logger
}

// Catalogue is what one organisation knows of products. It is safe for concurrent use.
type Catalogue struct {
	vault    *vault.Vault
	registry Registry
	marks    vault.Marker
	log      *slog.Logger
	loads    sync.Mutex // one file is loaded at a time
	reading  sync.Mutex // and one that came is looked at

	ctx     context.Context // ends with the node
	end     context.CancelFunc
	work    sync.WaitGroup
	mu      sync.Mutex
	stopped bool
	waiting map[int64]bool // jobs under way or in line
	part    int            // entries of one transaction of a load
	failAt  func() error   // fail point of tests, after each part of a load
}

// New returns a catalogue.
func New(c Config) *Catalogue {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	k := &Catalogue{vault: c.Vault, registry: c.Registry, marks: c.Vault.Marker(markLabel), log: c.Log, waiting: map[int64]bool{}, part: chunkRows}
	k.ctx, k.end = context.WithCancel(context.Background())
	return k
}

// pass is a point at which a test can end the work.
func (c *Catalogue) pass() error {
	if c.failAt != nil {
		return c.failAt()
	}
	return nil
}

// today is the day by the store's clock.
func (c *Catalogue) today() int64 { return dayOf(c.vault.Now()) }

// mark is a keyed hash by which equal texts are found.
func (c *Catalogue) mark(parts ...string) []byte {
	var text []byte
	for _, p := range parts {
		text = fmt.Appendf(text, "%d:%s", len(p), p)
	}
	return c.marks.Mark(text)
}

// labelers is the table of labelers that the National Drug Code directory made.
type labelers struct {
	tx  *sql.Tx
	err error // the first fault of the store
}

// ProductDigits implements gs1.LabelerTable.
func (l *labelers) ProductDigits(labeler string) (digits int, known bool) {
	err := l.tx.QueryRow(`SELECT digits FROM catalogue_labeler WHERE labeler = $1`, labeler).Scan(&digits)
	if err != nil && !errors.Is(err, sql.ErrNoRows) && l.err == nil {
		l.err = err
	}
	return digits, err == nil && digits > 0
}

// GTINOf finds the product that a text names: a GTIN, a National Drug Code, or the code
// on a package.
func (c *Catalogue) GTINOf(tx *sql.Tx, text string) (string, error) {
	text = strings.TrimSpace(text)
	if gtin, err := gs1.ParseGTIN(text); err == nil || digits(text) && len(text) >= 12 {
		return string(gtin), err
	}
	ndc10 := ""
	switch n, err := gs1.ParseNDC(text); {
	case err == nil:
		ndc10 = n.NDC10()
	case len(ndcForms(text)) == 1:
		ndc10 = ndcForms(text)[0]
	case len(ndcForms(text)) > 1:
		table := &labelers{tx: tx}
		n, err := gs1.SplitNDC11(text, table)
		if table.err != nil || err != nil {
			return "", errors.Join(table.err, err)
		}
		ndc10 = n.NDC10()
	}
	if ndc10 != "" {
		gtin, err := gs1.GTINFromNDC(0, ndc10)
		return string(gtin), err
	}
	scan, err := gs1.Parse(text)
	if err != nil {
		return "", err
	}
	for _, e := range scan.Elements {
		if e.AI == "01" {
			return e.Value, nil
		}
	}
	return "", invalid("%q names no product; give a GTIN, a National Drug Code, or the code on a package", text)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Known is what holds today of a product for a document that names it; what nobody says is
// empty.
func (c *Catalogue) Known(tx *sql.Tx, gtin string) (dscsa.Product, error) {
	f, _, err := c.Product(tx, gtin, c.vault.Now())
	return f.Product, err
}

// Name is what a product is called today, with its strength, or "" where nobody says.
func (c *Catalogue) Name(tx *sql.Tx, gtin string) (string, error) {
	f, _, err := c.Product(tx, gtin, c.vault.Now())
	if f.Name == "" {
		return "", err
	}
	return strings.TrimSpace(f.Name + " " + f.Strength), err
}
