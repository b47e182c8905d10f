package traceview

import (
	"context"
	"database/sql"
	"io"
	"time"
)

// Sellers tells whether who sold goods was an authorised trading partner. The address
// book does, and keeps each answer with its grounds.
type Sellers interface {
	// Check answers by what is known now, and keeps the answer in the transaction. Why
	// says for what it was asked.
	Check(tx *sql.Tx, s Seller, why string) (Authority, error)
}

// Seller names who sold goods, as far as a shipment does.
type Seller struct {
	Org string    // id on the ledger
	GLN string    // of the seller in a document
	At  time.Time // when it sold them; now, when zero
}

// The words of an authority.
const (
	SellerAuthorised    = "authorised"
	SellerNotAuthorised = "not-authorised"
	SellerUnknown       = "unknown"
)

// Authority is what is known of a seller at one moment.
type Authority struct {
	Word     string `json:"word" enum:"authorised,not-authorised,unknown" doc:"Whether it was an authorised trading partner when it sold the goods"`
	Text     string `json:"text,omitempty" doc:"Why, and what to do next"`
	Evidence int64  `json:"evidence,omitempty" doc:"Number of the kept check"`
}

// Documents tells of the transaction data with which goods came from outside the
// network.
type Documents interface {
	// Faulty says why goods that came with a document may not be sold or dispensed
	// yet; "" when nothing in it holds them up.
	Faulty(tx *sql.Tx, document int64) (string, error)
	// Content opens a document as it came, with the name of its file.
	Content(ctx context.Context, document int64) (io.ReadCloser, string, error)
}
