package tiview

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

// Goods tells what of a document's goods has reached this organisation.
type Goods interface {
	// Here tells of at most 500 canonical paths which ones are or were here.
	Here(ctx context.Context, paths []string) (map[string]bool, error)
}

// Received is who received goods with documents.
type Received interface {
	// Compare holds goods that are here against a document about them, and those that came
	// with the documents that it corrects, given the last first. It is called before the
	// document is settled, again after an interruption.
	Compare(ctx context.Context, e Entry, corrects []int64, r *dscsa.Reading) error
	// Correct is called once a document that corrects another is settled.
	Correct(ctx context.Context, e Entry) error
}

// Products is a catalogue of products.
type Products interface {
	// Learn takes over what a checked document says of products. Who is its sender: a GLN,
	// or an id on the ledger.
	Learn(ctx context.Context, tx *sql.Tx, who string, asOf time.Time, document int64, products []dscsa.Product) error
	// Name is what a product is called, or "" where nobody says.
	Name(tx *sql.Tx, gtin string) (string, error)
}

// Config says what the documents of an organisation need. Vault and Goods are
// required.
type Config struct {
	Vault *vault.Vault
	Goods Goods
	// GLNs are the organisation's own locations; nil or none means that no document
	// is refused for being somebody else's.
	GLNs func(ctx context.Context) ([]string, error)
	// Products learns from documents, and names what a document doesn't name; nil does
	// neither.
	Products Products
	// Received is told of documents about goods that are here, and of corrections; nil when
	// nobody is.
	Received Received
	// Carriers are the ways by which documents leave, or come with shipments; they are
	// searched too.
	Carriers []Carrier
	// BytesMax is the largest document taken; DocumentBytesMax when zero.
	BytesMax int64
	// Drill marks what is printed: the network is for practice.
	Drill bool
	Log   *slog.Logger
	Now   func() time.Time
}

// Documents are the transaction data of one organisation.
type Documents struct {
	Config
	marks  vault.Marker
	taking sync.Mutex
}

// New opens an organisation's documents.
func New(c Config) *Documents {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = c.Vault.Now
	}
	if c.BytesMax == 0 {
		c.BytesMax = DocumentBytesMax
	}
	if c.GLNs == nil {
		c.GLNs = func(context.Context) ([]string, error) { return nil, nil }
	}
	return &Documents{Config: c, marks: c.Vault.Marker(searchLabel)}
}

// mark is a keyed hash by which a value is found without being in the table.
func (d *Documents) mark(label, value string) []byte {
	return d.marks.Mark(fmt.Appendf(nil, "%d:%s%s", len(label), label, value))
}

// Entry is one arrival.
type Entry struct {
	Number     int64     `json:"number"`
	Partner    string    `json:"partner,omitempty" doc:"Organisation or GLN it is from, as was said when it came"`
	Means      string    `json:"means" doc:"How it came: upload, archive, node, ledger (with a shipment), or the name of an inlet; sent: it left from here"`
	Sent       bool      `json:"sent,omitempty" doc:"This organisation sent it; its partner is the receiver"`
	State      State     `json:"state" doc:"arrived, checked, matched, waiting-for-goods, superseded, duplicate, refused or given"`
	Instance   string    `json:"instance,omitempty" doc:"InstanceIdentifier that its sender gave"`
	Version    string    `json:"version,omitempty"`
	Created    time.Time `json:"created" doc:"By its sender's clock"`
	Came       time.Time `json:"came"`
	Shipped    time.Time `json:"shipped" doc:"The last shipment it tells of"`
	Seller     string    `json:"seller,omitempty" doc:"GLN"`
	Buyer      string    `json:"buyer,omitempty" doc:"GLN"`
	Affirmed   bool      `json:"affirmed" doc:"It has an affirmed transaction statement"`
	Packages   int       `json:"packages" doc:"Saleable packages, inferred from what is packed in what"`
	Faults     int       `json:"faults"`
	Findings   int       `json:"findings" doc:"Faults among them"`
	SameAs     int64     `json:"same_as,omitempty" doc:"Of a duplicate: the entry it is the same as; of one that was given: the entry that it is now"`
	Replaces   int64     `json:"replaces,omitempty" doc:"The entry that it corrects"`
	ReplacedBy int64     `json:"replaced_by,omitempty" doc:"The entry that corrects it"`

	doc, summary int64
	events       []byte
}

// Summary is what a document says, without its packages.
type Summary struct {
	Name      string            `json:"name"`
	SHA256    string            `json:"sha256"`
	Bytes     int64             `json:"bytes"`
	Sender    string            `json:"sender,omitempty"`
	Receiver  string            `json:"receiver,omitempty"`
	Events    int               `json:"events"`
	Things    int               `json:"things" doc:"Packages, cases and logistic units"`
	Shipments []*dscsa.Shipment `json:"shipments"`
	Lots      []Lot             `json:"lots"`
	Found     []Found           `json:"found" doc:"The findings, the gravest first; at most 1000"`
	Reason    string            `json:"reason,omitempty" doc:"Why it was refused"`
}

// Lot is what a document has of one lot.
type Lot struct {
	GTIN     string `json:"gtin"`
	Lot      string `json:"lot"`
	Expiry   string `json:"expiry"`
	NDC      string `json:"ndc,omitempty"`
	Packages int    `json:"packages"`
	Product  string `json:"product,omitempty" doc:"What the product is called, by the document or else by the catalogue"`
}

// Found is a finding with what to do about it.
type Found = dscsa.Found

// Detail is an entry with what its document says.
type Detail struct {
	Entry
	Summary
	Differences *epcis.Comparison `json:"differences,omitempty" doc:"From the document that it corrects, where both are small enough to be compared at once"`
}
