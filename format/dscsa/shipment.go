package dscsa

import (
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// Version is a form in which partners exchange a shipment's document.
type Version string

// The versions. R1.2 and R1.3 are EPCIS 1.2 XML by the GS1 US guideline of that
// release; EPCIS2 is EPCIS 2.0 JSON-LD with the guideline's statement in its header,
// EPCIS2XML the same in XML.
const (
	R12       Version = "R1.2"
	R13       Version = "R1.3"
	EPCIS2    Version = "EPCIS2.0"
	EPCIS2XML Version = "EPCIS2.0-XML"
)

// Versions lists all of them.
var Versions = []Version{R12, R13, EPCIS2, EPCIS2XML}

// MediaType is that of a document of the version.
func (v Version) MediaType() string {
	if v == EPCIS2 {
		return "application/ld+json"
	}
	return "application/xml"
}

// Ending is that of the name of a file of the version.
func (v Version) Ending() string {
	if v == EPCIS2 {
		return ".jsonld"
	}
	return ".xml"
}

// What kind of thing a node is; the numbers are those of a custody record.
const (
	KindPack   = 1 // a saleable package with GTIN and serial number
	KindCase   = 2 // a container with GTIN and serial number
	KindPallet = 3 // a logistic unit with an SSCC
	KindBox    = 4 // anything else that holds others: a tote, a returnable asset
)

// KnownReported says that a document tells it and nothing proves it; the numbers
// of Node.Known are those of verdict.Basis.
const KnownReported = 3

// LegalNotice is what a seller affirms (FD&C Act section 581(27); wording of the
// GS1 US guideline's examples).
const LegalNotice = "Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(G)."

// Affirmed is the statement of a seller that affirms it.
func Affirmed() epcis.TransactionStatement {
	return epcis.TransactionStatement{Affirm: "true", LegalNotice: LegalNotice}
}

// Party is one side of a shipment, or one of its places.
type Party struct {
	GLN       string        `json:"gln,omitempty"`
	Extension string        `json:"extension,omitempty"` // of the GLN, AI (254)
	Name      string        `json:"name,omitempty"`
	Address   epcis.Address `json:"address"`
	Place     string        `json:"place,omitempty"` // GLN of the place where it ships from or receives
}

// Product is what TI says of a product (FD&C Act section 581(26)(A)-(D)).
type Product struct {
	GTIN         string `json:"gtin"`
	NDC          string `json:"ndc,omitempty"`
	Name         string `json:"name,omitempty"`
	Strength     string `json:"strength,omitempty"`
	Form         string `json:"form,omitempty"`
	NetContent   string `json:"net_content,omitempty"`
	Manufacturer string `json:"manufacturer,omitempty"`
}

// Package is one thing of a shipment: a saleable package, a case or a logistic
// unit. A logistic unit has a path only.
type Package struct {
	Path     string `json:"path"` // canonical Digital Link path
	Kind     uint64 `json:"kind"`
	GTIN     string `json:"gtin,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Expiry   string `json:"expiry,omitempty"`   // CCYY-MM-DD as written
	In       string `json:"in,omitempty"`       // path of what it is directly in
	Inferred bool   `json:"inferred,omitempty"` // known to be shipped only through what it is in
}

// Shipment is one change of owner: TI and TS of everything in it.
type Shipment struct {
	Instance string `json:"instance,omitempty"` // InstanceIdentifier of the document
	PO       string `json:"po,omitempty"`       // the buyer's order number, or a URI
	DESADV   string `json:"desadv,omitempty"`   // the seller's delivery number, or a URI
	RMA      string `json:"rma,omitempty"`      // the return authorisation, on returns

	Seller   Party `json:"seller"`
	Buyer    Party `json:"buyer"`
	ShipFrom Party `json:"ship_from"`
	ShipTo   Party `json:"ship_to"`

	Sold    time.Time `json:"sold"`    // transaction date; on its own only when over 24 hours before Shipped
	Shipped time.Time `json:"shipped"` // with the offset of the place

	DropShipment bool `json:"drop_shipment,omitempty"`
	Direct       bool `json:"direct,omitempty"` // the seller says it bought everything from the manufacturer
	Return       bool `json:"return,omitempty"`

	Products  []Product                  `json:"products"`
	Tops      []string                   `json:"tops"`     // paths that the shipping event names
	Packages  []Package                  `json:"packages"` // containers before what is in them
	Statement epcis.TransactionStatement `json:"statement"`

	// MasterData is written behind what the other fields say, without what they
	// said: further places, and attributes TI has no field for.
	MasterData []epcis.Vocabulary `json:"-"`
	// Prefixes tell where the company prefix ends, for EPC URNs. What they don't
	// know is written as a Digital Link.
	Prefixes gs1.PrefixTable `json:"-"`
	// Made is when the packages were commissioned and packed, for events that the
	// history doesn't have; zero means Shipped.
	Made time.Time `json:"-"`

	tree *Tree
}

// Tree returns what the shipment holds; nil for one that wasn't read.
func (s *Shipment) Tree() *Tree { return s.tree }

// Containers counts the saleable packages: TI's number of containers (section
// 581(26)(E)).
func (s *Shipment) Containers() int {
	n := 0
	for i := range s.Packages {
		if s.Packages[i].Kind == KindPack {
			n++
		}
	}
	return n
}
