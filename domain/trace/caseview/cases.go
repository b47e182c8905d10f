package caseview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pedigree/domain/trace/partnerview"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// Book is the address book, as far as cases need it.
type Book interface {
	PartnerOf(tx *sql.Tx, gln, org string) (partnerview.Partner, bool, error)
	Get(ctx context.Context, id int64, at time.Time) (partnerview.Partner, error)
}

// Goods tells what became of goods. It is asked for at most 500 paths at once.
type Goods interface {
	// Here tells which are or were in this organisation's hands.
	Here(ctx context.Context, paths []string) (map[string]bool, error)
	// Gone tells which were shipped by this organisation and received by the partner.
	Gone(ctx context.Context, partner string, paths []string) (map[string]bool, error)
	// ShipmentWith tells with whom a shipment of this organisation's is.
	ShipmentWith(ctx context.Context, id proof.Hash) (partner string, found bool, err error)
}

// DataQuery asks for transaction data that came since a moment.
type DataQuery struct {
	Partner         string // organisation or GLN it is from; any when empty
	Path, GTIN, Lot string
	PO              string
	Since           time.Time
}

// Data is the partners' transaction data.
type Data interface {
	// Accepted finds a document with no fault in it; 0 when there is none.
	Accepted(ctx context.Context, q DataQuery) (int64, error)
}

// Routes carry messages by the routes for exceptions of partners without a node.
type Routes interface {
	// Carries tells whether what goes by a route leaves by itself.
	Carries(r partnerview.Route) bool
	// Queue has a message go by a route, in the caller's transaction. About finds it again.
	Queue(tx *sql.Tx, p partnerview.Partner, r partnerview.Route, message vault.Document, about []byte) error
	// About tells how far what tells of something has come.
	About(ctx context.Context, about []byte) (state string, found bool, err error)
	// Wake has what is queued go now.
	Wake()
}

// Hands act on goods.
type Hands interface {
	// Mark sets and clears flags on the ledger for exactly these things, and returns
	// the entries that did.
	Mark(ctx context.Context, paths []string, set, clear uint64) ([]proof.Hash, error)
}

// Config says what the cases of an organisation need. Vault and Book are required.
type Config struct {
	Vault *vault.Vault // opened with Schema
	Org   string       // the organisation itself
	Book  Book
	Goods Goods // nil: nothing of goods can be looked up
	Data  Data  // nil: no transaction data is taken in
	Hands Hands // nil: no goods can be flagged
	// Routes carry messages to partners without a node; nil when people do.
	Routes Routes
	Log    *slog.Logger
}

// Cases are the exception cases of one organisation. They are safe for concurrent use.
type Cases struct {
	Config
	mail *exchange.Exchange // nil: people carry the messages

	taking sync.Mutex // one message is taken in at a time
}

// NewCases opens the cases of an organisation.
func NewCases(c Config) *Cases {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Cases{Config: c}
}

func (c *Cases) now() time.Time { return c.Vault.Now() }

// newUUID makes an id that nobody else makes (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// SetPace agrees with a partner on how many business days an answer may take; 0 goes
// back to what is custom. The partner is a member's id, or partner: and its number in
// the address book.
func (c *Cases) SetPace(ctx context.Context, org string, partner int64, days int) error {
	if days < 0 || days > daysMax {
		return invalid("an answer may take 1 to %d business days, not %d; 0 goes back to what is custom", daysMax, days)
	}
	if org == "" && partner == 0 {
		return invalid("name the partner with whom it was agreed")
	}
	return c.Vault.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM case_pace WHERE partner = $1`, paceKey(org, partner)); err != nil || days == 0 {
			return err
		}
		_, err := tx.Exec(`INSERT INTO case_pace (partner, days) VALUES ($1, $2)`, paceKey(org, partner), days)
		return err
	})
}

func paceKey(org string, partner int64) string {
	if org != "" {
		return org
	}
	return fmt.Sprintf("partner:%d", partner)
}
