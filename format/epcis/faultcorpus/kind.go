package faultcorpus

import "slices"

// kind is one way to spoil a document. One of spoil and text is set; each
// returns the identifier or value that was spoiled, if there is one.
type kind struct {
	id     string
	forms  []Form   // those it makes sense in; nil means all
	shapes []string // good shapes it starts from; nil means ordinary
	spoil  func(d *document, v int) string
	text   func(raw string, f Form) (spoiled, subject string)
}

// ordinary are the shapes that have packs in cases on pallets of the maker's.
var ordinary = []string{"plain", "mixed-pallet", "odd-serials", "pallets", "many-lots", "non-ascii", "month-end"}

var (
	xmlForms   = []Form{R12, XML2, R13}
	oldForms   = []Form{R12, R13}
	newForms   = []Form{JSON2, XML2}
	jsonForm   = []Form{JSON2}
	secondForm = []Form{XML2}
	several    = []string{"pallets"}
)

// kinds returns every kind of fault, in the order of expected.txt.
func kinds() []kind {
	return slices.Concat(statementKinds, syntaxKinds, nullKinds, partyKinds, placeKinds, productKinds, lotKinds, packKinds, timeKinds)
}
