package epcis

import (
	"strings"
	"time"
)

// DocumentKind says what holds the events.
type DocumentKind uint8

// The kinds of documents.
const (
	CaptureDocument    DocumentKind = iota // EPCISDocument
	QueryDocument                          // EPCISQueryDocument with query results
	BareEvent                              // one event without a document
	MasterDataDocument                     // EPCISMasterDataDocument: vocabularies, no events
)

// Form is the syntax of a document.
type Form uint8

// The forms.
const (
	XML Form = iota
	JSON
)

// String returns "XML" or "JSON".
func (f Form) String() string {
	if f == JSON {
		return "JSON"
	}
	return "XML"
}

// Header is everything of a document but its events.
type Header struct {
	File          string
	Form          Form
	Kind          DocumentKind
	ID            string // JSON-LD id of the document
	SchemaVersion string // "1.1", "1.2", "2.0"
	CreationDate  time.Time

	Namespaces []Namespace // declared on the document, in order
	SBDH       *SBDH       // also filled from the JSON sender, receiver, instanceIdentifier
	Vocabulary []Vocabulary

	GuidelineVersion string                // gs1ushc:guidelineVersion
	Statement        *TransactionStatement // gs1ushc:dscsaTransactionStatement

	QueryName      string // of a query document
	SubscriptionID string

	Extensions []Node // of the header, namespaces kept
	Document   []Node // unknown elements beside header and body

	wall    bool      // CreationDate had no offset
	ignored []Name    // extension names a repository asked to leave out of hashes
	remarks []Finding // what the reader saw outside the events and tolerated
}

// ignoreFieldsName is the local name, in a namespace of their own, under which
// some repositories list those names.
const ignoreFieldsName = "ignoreFields"

func isIgnoreFields(n *Node) bool { return n.Name.Local == ignoreFieldsName && n.Name.Space != "" }

// Namespace is one declared prefix.
type Namespace struct {
	Prefix string
	URI    string
}

// SBDH is the UN/CEFACT Standard Business Document Header.
type SBDH struct {
	HeaderVersion string
	Sender        Partner
	Receiver      Partner
	Standard      string
	TypeVersion   string
	InstanceID    string
	Type          string
	Created       time.Time
	Rest          []Node // MultipleType, Manifest, BusinessScope, further partners
}

// Partner is a sender or receiver.
type Partner struct {
	Authority string // such as "GS1" or "SGLN"
	ID        string
	Rest      []Node // ContactInformation
}

// TransactionStatement is the DSCSA statement of the seller.
type TransactionStatement struct {
	Affirm      string // affirmTransactionStatement as written
	LegalNotice string
}

// Affirmed tells whether the seller affirmed it.
func (t *TransactionStatement) Affirmed() bool {
	return t != nil && (t.Affirm == "true" || t.Affirm == "1")
}

// Vocabulary types of the standard.
const (
	VocabularyEPCClass         = "urn:epcglobal:epcis:vtype:EPCClass"
	VocabularyLocation         = "urn:epcglobal:epcis:vtype:Location"
	VocabularyReadPoint        = "urn:epcglobal:epcis:vtype:ReadPoint"
	VocabularyBusinessLocation = "urn:epcglobal:epcis:vtype:BusinessLocation"
)

// Vocabulary is one list of master data.
type Vocabulary struct {
	Type       string
	Elements   []VocabularyElement
	Extensions []Node
}

// VocabularyElement is the master data of one identifier.
type VocabularyElement struct {
	ID         string
	Line       int
	Attributes []Attribute
	Children   []string
	Extensions []Node
}

// Attribute is one master data attribute: text, or nodes when it has structure.
type Attribute struct {
	ID       string // "urn:epcglobal:cbv:mda#regulatedProductName"
	Value    string
	Kind     Kind   // how JSON wrote it
	Attrs    []Attr // XML attributes but the id
	Children []Node
}

// Find returns the element with this identifier in vocabularies of a type.
func (h *Header) Find(vocabulary, id string) *VocabularyElement {
	for i := range h.Vocabulary {
		if h.Vocabulary[i].Type != vocabulary {
			continue
		}
		for j := range h.Vocabulary[i].Elements {
			if h.Vocabulary[i].Elements[j].ID == id {
				return &h.Vocabulary[i].Elements[j]
			}
		}
	}
	return nil
}

// Sender returns the identifier of the sender, or "".
func (h *Header) Sender() string {
	if h.SBDH == nil {
		return ""
	}
	return h.SBDH.Sender.ID
}

// Receiver returns the identifier of the receiver, or "".
func (h *Header) Receiver() string {
	if h.SBDH == nil {
		return ""
	}
	return h.SBDH.Receiver.ID
}

// Get returns a CBV attribute by its short name ("city"), or "".
func (v *VocabularyElement) Get(name string) string {
	if v == nil {
		return ""
	}
	for i := range v.Attributes {
		if attributeName(v.Attributes[i].ID) == name {
			return v.Attributes[i].Value
		}
	}
	return ""
}

// attributeName returns the short name of a CBV attribute, or "" for others.
func attributeName(id string) string {
	for _, prefix := range []string{SpaceMasterData + "#", SpaceMasterData + ":", "cbvmda:", "https://ref.gs1.org/cbv/mda#"} {
		if name, ok := strings.CutPrefix(id, prefix); ok {
			return name
		}
	}
	return ""
}

// NDC returns the US National Drug Code, when the type code says it is one.
func (v *VocabularyElement) NDC() string {
	code := v.Get("additionalTradeItemIdentificationTypeCode")
	if !strings.EqualFold(code, "US_FDA_NDC") && !strings.EqualFold(code, "FDA_NDC_11") {
		return ""
	}
	return v.Get("additionalTradeItemIdentification")
}

// ProductName returns regulatedProductName.
func (v *VocabularyElement) ProductName() string { return v.Get("regulatedProductName") }

// Manufacturer returns manufacturerOfTradeItemPartyName.
func (v *VocabularyElement) Manufacturer() string { return v.Get("manufacturerOfTradeItemPartyName") }

// DosageForm returns dosageFormType.
func (v *VocabularyElement) DosageForm() string { return v.Get("dosageFormType") }

// Strength returns strengthDescription.
func (v *VocabularyElement) Strength() string { return v.Get("strengthDescription") }

// NetContent returns netContentDescription.
func (v *VocabularyElement) NetContent() string { return v.Get("netContentDescription") }

// Address is the address of a location.
type Address struct {
	Name    string
	Street1 string
	Street2 string
	City    string
	State   string
	Postal  string
	Country string
}

// Address returns the name and address of a location.
func (v *VocabularyElement) Address() Address {
	return Address{
		Name: v.Get("name"), Street1: v.Get("streetAddressOne"), Street2: v.Get("streetAddressTwo"),
		City: v.Get("city"), State: v.Get("state"), Postal: v.Get("postalCode"), Country: v.Get("countryCode"),
	}
}
