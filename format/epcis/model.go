package epcis

import (
	"iter"
	"strings"
	"time"
)

// EventType is one of the five event types of EPCIS 2.0.
type EventType string

// The event types.
const (
	ObjectEvent         EventType = "ObjectEvent"
	AggregationEvent    EventType = "AggregationEvent"
	TransactionEvent    EventType = "TransactionEvent"
	TransformationEvent EventType = "TransformationEvent"
	AssociationEvent    EventType = "AssociationEvent"
)

// Action says how an event relates to the life of its objects. A value other
// than the three is kept as written and reported by the structure checks.
type Action string

// The actions.
const (
	Add     Action = "ADD"
	Observe Action = "OBSERVE"
	Delete  Action = "DELETE"
)

// Where is the place of an event in its document.
type Where struct {
	File  string `json:"file,omitempty"`  // name given in Options.File
	Line  int    `json:"line,omitempty"`  // line on which the event starts, from 1
	Path  string `json:"path,omitempty"`  // JSON pointer such as /epcisBody/eventList/3; empty for XML
	Event int    `json:"event,omitempty"` // ordinal in the document, from 1
}

// Event is one EPCIS event of any type. Fields that don't belong to its type
// stay empty. A list that was present but empty is a non-nil empty slice.
type Event struct {
	Where Where
	Type  EventType

	EventTime           time.Time // with the offset as written
	EventTimeZoneOffset string    // such as "-05:00", where the event happened
	RecordTime          time.Time // zero when absent
	EventID             string
	ErrorDeclaration    *ErrorDeclaration
	CertificationInfo   []string

	EPCs     []string // epcList: object and transaction events
	ParentID string   // aggregation, association and transaction events
	Children []string // childEPCs

	Inputs  []string // inputEPCList: transformation events
	Outputs []string // outputEPCList

	Quantities       []Quantity // quantityList
	ChildQuantities  []Quantity // childQuantityList
	InputQuantities  []Quantity // inputQuantityList
	OutputQuantities []Quantity // outputQuantityList

	Action           Action
	TransformationID string

	BizStep               string // bare CBV word ("shipping") or a URI
	Disposition           string // bare CBV word or a URI
	PersistentDisposition *PersistentDisposition
	ReadPoint             Place
	BizLocation           Place
	BizTransactions       []BizTransaction
	Sources               []Party
	Destinations          []Party
	ILMD                  *ILMD
	Sensors               []SensorElement
	Extensions            []Node // everything else, namespaces kept

	ignored *[]Name   // extension names a repository asked to leave out of the hash
	remarks []Finding // what the reader saw and tolerated
	json    bool      // read from JSON, whose schema is stricter in places
}

// Quantity is one quantityElement.
type Quantity struct {
	Class    string // epcClass URI
	Quantity string // decimal as written; empty when absent
	UOM      string // UN/CEFACT unit; empty for a count
}

// Place is a readPoint or bizLocation.
type Place struct {
	ID         string
	Extensions []Node
}

// BizTransaction is one business document an event belongs to.
type BizTransaction struct {
	Type string // bare CBV word ("po", "desadv") or a URI; may be empty
	ID   string
}

// Party is one entry of a sourceList or destinationList.
type Party struct {
	Type string // "owning_party", "possessing_party", "location" or a URI
	ID   string
}

// PersistentDisposition lists the dispositions an event sets and unsets.
type PersistentDisposition struct {
	Set   []string
	Unset []string
}

// ErrorDeclaration says that an earlier event was captured in error.
type ErrorDeclaration struct {
	DeclarationTime    time.Time
	Reason             string // "did_not_occur", "incorrect_data" or a URI
	CorrectiveEventIDs []string
	Extensions         []Node
}

// SensorElement is a set of sensor reports with common metadata.
type SensorElement struct {
	Metadata   []Field // sensorMetadata, in document order; nil when absent, never nil when present
	Reports    []SensorReport
	Extensions []Node
}

// SensorReport is one report: its fields in document order.
type SensorReport []Field

// Field is one named value of sensor metadata or of a sensor report. Name.Space
// is empty for the standard's own fields. Vocabulary values (type, exception,
// component) are bare words or URIs.
type Field struct {
	Name   Name
	Prefix string
	Kind   Kind // how JSON wrote the value
	Value  string
}

// Get returns the value of a standard field ("type", "value", "uom").
func (r SensorReport) Get(name string) (string, bool) { return fieldValue(r, name) }

func fieldValue(fields []Field, name string) (string, bool) {
	for i := range fields {
		if fields[i].Name.Local == name && fields[i].Name.Space == "" {
			return fields[i].Value, true
		}
	}
	return "", false
}

// ILMD is instance and lot master data: lot, expiry and whatever else the
// commissioning party says about the objects. Its nodes keep document order.
type ILMD struct {
	Nodes []Node
}

// NewILMD makes the ILMD of a DSCSA commissioning event; empty values are left out.
func NewILMD(lot, expiry string, rest ...Node) *ILMD {
	m := &ILMD{}
	if lot != "" {
		m.Nodes = append(m.Nodes, mdaNode("lotNumber", lot))
	}
	if expiry != "" {
		m.Nodes = append(m.Nodes, mdaNode("itemExpirationDate", expiry))
	}
	m.Nodes = append(m.Nodes, rest...)
	return m
}

func mdaNode(local, text string) Node {
	return Node{Name: Name{Space: SpaceMasterData, Local: local}, Prefix: "cbvmda", Text: text}
}

// Lot returns the lot number as written but for white space around it, or "". Up to release 1.1 of the GS1 US
// guideline it stood in SpaceUS, as systems of those years still write it.
func (m *ILMD) Lot() string { return m.attribute("lotNumber") }

// Expiry returns the item expiration date as written (CCYY-MM-DD), or "", from
// either namespace too.
func (m *ILMD) Expiry() string { return m.attribute("itemExpirationDate") }

func (m *ILMD) attribute(local string) string {
	if m == nil {
		return ""
	}
	old := ""
	for i := range m.Nodes {
		switch n := &m.Nodes[i]; {
		case n.Name.Local != local:
		case isMasterDataSpace(n.Name.Space):
			return strings.TrimSpace(n.Text)
		case n.Name.Space == SpaceUS && old == "":
			old = strings.TrimSpace(n.Text)
		}
	}
	return old
}

// Objects yields every instance-level identifier of the event once per list it
// stands in: epcList, parentID, childEPCs, inputEPCList, outputEPCList.
func (e *Event) Objects() iter.Seq[string] {
	return func(yield func(string) bool) {
		if e.ParentID != "" && !yield(e.ParentID) {
			return
		}
		for _, list := range [][]string{e.EPCs, e.Children, e.Inputs, e.Outputs} {
			for _, id := range list {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// Transaction returns the first business transaction of a type such as "po".
func (e *Event) Transaction(kind string) string {
	for _, t := range e.BizTransactions {
		if t.Type == kind {
			return t.ID
		}
	}
	return ""
}

// Source returns the first source of a type such as "owning_party".
func (e *Event) Source(kind string) string { return partyOf(e.Sources, kind) }

// Destination returns the first destination of a type such as "owning_party".
func (e *Event) Destination(kind string) string { return partyOf(e.Destinations, kind) }

func partyOf(list []Party, kind string) string {
	for _, p := range list {
		if p.Type == kind {
			return p.ID
		}
	}
	return ""
}

// DropShipment returns the US drop shipment mark and whether the event has one.
func (e *Event) DropShipment() (drop, present bool) {
	for i := range e.Extensions {
		n := &e.Extensions[i]
		if n.Name.Space == SpaceUS && n.Name.Local == "dropShipment" {
			return n.Text == "true" || n.Text == "1", true
		}
	}
	return false, false
}

// SetDropShipment sets the US drop shipment mark.
func (e *Event) SetDropShipment(drop bool) {
	text := "false"
	if drop {
		text = "true"
	}
	for i := range e.Extensions {
		n := &e.Extensions[i]
		if n.Name.Space == SpaceUS && n.Name.Local == "dropShipment" {
			n.Text, n.Kind = text, KindText
			return
		}
	}
	e.Extensions = append(e.Extensions, Node{Name: Name{Space: SpaceUS, Local: "dropShipment"}, Prefix: "gs1ushc", Text: text})
}
