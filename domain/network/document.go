package network

import (
	"strings"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Names of documents that every network should have, kept for that use.
const (
	DocumentCharter = "charter" // purpose, members' duties, how the council acts
	DocumentExit    = "exit"    // how a member leaves, and with what
	DocumentFees    = "fees"    // who pays whom for what
)

// Document is an agreed document that is in force. The document itself stays with
// the members; anybody who has it can compare the hash.
type Document struct {
	SHA256 proof.Hash
	Size   uint64 // bytes
	Title  string
	Height uint64 // at which it was adopted
}

// AdoptDocument puts a document in force under a name, in place of the one before.
// The council sends it; the events keep the history.
type AdoptDocument struct {
	_      struct{}   `cbor:",toarray"`
	Name   string     `json:"name"`
	SHA256 proof.Hash `json:"sha256"`
	Size   uint64     `json:"size"` // bytes
	Title  string     `json:"title"`
}

// Validate implements ledger.Message.
func (e *AdoptDocument) Validate() error {
	if e.Name == "" || len(e.Name) > DocumentNameMax || strings.Trim(e.Name, "-.") != e.Name || !only(e.Name, "abcdefghijklmnopqrstuvwxyz0123456789-.") {
		return CodeBadField.Errorf("document name %q: use 1 to %d lower-case letters, digits, and inner hyphens and dots", e.Name, DocumentNameMax)
	}
	if e.SHA256.IsZero() || e.Size == 0 || e.Size > DocumentSizeMax {
		return CodeBadField.Errorf("document %s: give its SHA-256 and its size of 1 to %d bytes", e.Name, DocumentSizeMax)
	}
	return org.CheckText("title", e.Title, DocumentTitleMax)
}

// Apply implements ledger.Message.
func (e *AdoptDocument) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.RequireCouncil(b, s); err != nil {
		return err
	}
	return e.adopt(b, s)
}

// adopt does the work for the council and the founding file.
func (e *AdoptDocument) adopt(b *ledger.Block, s ledger.State) error {
	if !documents.Has(s, e.Name) && count(s, documents, DocumentsMax) >= DocumentsMax {
		return CodeTooMany.Errorf("the network has documents under %d names; adopt this one under a name in use", DocumentsMax)
	}
	documents.Set(s, e.Name, document{SHA256: e.SHA256, Size: e.Size, Title: e.Title, Height: b.Height})
	return b.Emit("document-adopted", e)
}

// count counts the rows of a map, up to a number.
func count[K, V any](s ledger.State, m ledger.Map[K, V], most int) int {
	n := 0
	m.Each(s, nil, func(K, V) bool {
		n++
		return n < most
	})
	return n
}

// Charter calls fn with every document in force, in the order of names, until fn
// returns false.
func Charter(s ledger.State, fn func(name string, d Document) bool) {
	documents.Each(s, nil, func(name string, row document) bool {
		return fn(name, Document{SHA256: row.SHA256, Size: row.Size, Title: row.Title, Height: row.Height})
	})
}
