package epcis

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (c *Checker) malformed(rule, subject, text, remedy string) {
	c.report(SetStructure, Fault, rule, subject, text, remedy)
}

func (c *Checker) missing(field string) {
	c.malformed("structure/required", field, fmt.Sprintf("%s has no %s", c.event.Type, field), "add "+field)
}

// checkStructure holds an event against the schemas of its type.
func (c *Checker) checkStructure(e *Event) {
	if e.EventTime.IsZero() {
		c.missing("eventTime")
	}
	if e.EventTimeZoneOffset == "" {
		c.missing("eventTimeZoneOffset")
	} else if _, ok := offsetMinutes(e.EventTimeZoneOffset); !ok {
		c.malformed("structure/offset", e.EventTimeZoneOffset, fmt.Sprintf("eventTimeZoneOffset %.20q isn't an offset", e.EventTimeZoneOffset), "write it like -05:00")
	}
	c.checkAction(e)
	switch e.Type {
	case ObjectEvent:
		c.checkObject(e)
	case AggregationEvent, AssociationEvent:
		c.checkAggregation(e)
	case TransactionEvent:
		c.checkTransaction(e)
	case TransformationEvent:
		c.checkTransformation(e)
	}
	c.checkForeign(e)
	c.checkURIs(e)
	c.checkQuantities(e)
	c.checkParts(e)
	c.checkSensors(e)
}

func (c *Checker) checkAction(e *Event) {
	if e.Type == TransformationEvent {
		if e.Action != "" {
			c.malformed("structure/foreign-field", "action", "a TransformationEvent has no action", "remove it")
		}
		return
	}
	switch e.Action {
	case Add, Observe, Delete:
	case "":
		c.missing("action")
	default:
		c.malformed("structure/action", string(e.Action), fmt.Sprintf("action %.20q isn't known", e.Action), "use ADD, OBSERVE or DELETE")
	}
}

func (c *Checker) checkObject(e *Event) {
	sensed := len(e.Sensors) > 0 && e.ReadPoint.ID != ""
	if e.EPCs == nil && len(e.Quantities) == 0 && !sensed {
		c.missing("epcList or quantityList")
	}
	if e.ILMD != nil && e.Action != Add {
		c.malformed("structure/ilmd", "ilmd", "only an ObjectEvent with action ADD has ilmd", "remove it, or use ADD")
	}
}

func (c *Checker) checkAggregation(e *Event) {
	if e.ParentID == "" && (e.Type == AssociationEvent || e.Action != Observe) {
		c.missing("parentID")
	}
	if len(e.Children) == 0 && len(e.ChildQuantities) == 0 && e.Action != Delete {
		c.missing("childEPCs or childQuantityList")
	}
}

func (c *Checker) checkTransaction(e *Event) {
	if len(e.BizTransactions) == 0 {
		c.missing("bizTransactionList")
	}
	if e.EPCs == nil && len(e.Quantities) == 0 && e.Action != Delete {
		c.missing("epcList or quantityList")
	}
}

func (c *Checker) checkTransformation(e *Event) {
	in := len(e.Inputs) + len(e.InputQuantities)
	out := len(e.Outputs) + len(e.OutputQuantities)
	switch {
	case in+out == 0:
		c.missing("input or output list")
	case e.TransformationID != "":
	case in == 0:
		c.missing("input list or transformationID")
	case out == 0:
		c.missing("output list or transformationID")
	}
}

// checkForeign reports fields of other event types.
func (c *Checker) checkForeign(e *Event) {
	transforms, packs := e.Type == TransformationEvent, e.Type == AggregationEvent || e.Type == AssociationEvent
	lists := e.Type == ObjectEvent || e.Type == TransactionEvent
	for _, f := range [...]struct {
		name    string
		present bool
		allowed bool
	}{
		{"epcList", e.EPCs != nil, lists},
		{"quantityList", e.Quantities != nil, lists},
		{"parentID", e.ParentID != "", packs || e.Type == TransactionEvent},
		{"childEPCs", e.Children != nil, packs},
		{"childQuantityList", e.ChildQuantities != nil, packs},
		{"inputEPCList", e.Inputs != nil, transforms},
		{"inputQuantityList", e.InputQuantities != nil, transforms},
		{"outputEPCList", e.Outputs != nil, transforms},
		{"outputQuantityList", e.OutputQuantities != nil, transforms},
		{"transformationID", e.TransformationID != "", transforms},
		{"ilmd", e.ILMD != nil, transforms || e.Type == ObjectEvent},
	} {
		if f.present && !f.allowed {
			c.malformed("structure/foreign-field", f.name, fmt.Sprintf("%s has no %s", e.Type, f.name), "remove it, or use the event type that has it")
		}
	}
}

// checkURIs reports identifiers that aren't absolute URIs, and lists that name
// one twice.
func (c *Checker) checkURIs(e *Event) {
	for _, list := range [...]struct {
		name   string
		values []string
	}{{"epcList", e.EPCs}, {"childEPCs", e.Children}, {"inputEPCList", e.Inputs}, {"outputEPCList", e.Outputs}} {
		if len(list.values) > 1 {
			clear(c.seen)
		}
		for _, id := range list.values {
			c.checkURI(list.name, id)
			if len(list.values) == 1 {
				continue
			}
			before := len(c.seen)
			c.seen[id] = struct{}{}
			if len(c.seen) == before {
				c.report(SetStructure, Warning, "structure/duplicate-identifier", id, fmt.Sprintf("%s names %.80q twice", list.name, id), "name it once")
			}
		}
	}
	for _, v := range [...]struct{ name, value string }{
		{"parentID", e.ParentID},
		{"eventID", e.EventID},
		{"transformationID", e.TransformationID},
		{"readPoint", e.ReadPoint.ID},
		{"bizLocation", e.BizLocation.ID},
	} {
		if v.value != "" {
			c.checkURI(v.name, v.value)
		}
	}
}

func (c *Checker) checkURI(field, value string) {
	if value == "" {
		c.malformed("structure/empty", field, field+" has an empty entry", "fill it or remove it")
		return
	}
	if !isURI(value) {
		c.malformed("structure/not-a-uri", value, fmt.Sprintf("%s %.80q isn't a URI", field, value), uriRemedy(field))
	}
}

// uriRemedy says which URI belongs in a field.
func uriRemedy(field string) string {
	switch field {
	case "bizTransaction":
		return "write urn:epcglobal:cbv:bt:GLN:number, with the 13 digits of the GLN of whoever gave the number"
	case "eventID", "correctiveEventID":
		return "write a URI such as urn:uuid:5f0b7a52-3c1d-4e8b-9a6f-2d4c8e1b7a90"
	case "transformationID":
		return "write a URI such as urn:epcglobal:cbv:xform:GLN:number"
	}
	return "write an EPC URN or a GS1 Digital Link"
}

// isURI tells an absolute URI by its scheme and its characters.
func isURI(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon < 1 || colon == len(s)-1 {
		return false
	}
	for i := 0; i < colon; i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	for i := colon + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ' || c == 0x7F:
			return false
		case c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' || c == '}':
			return false
		}
	}
	return true
}

func (c *Checker) checkQuantities(e *Event) {
	for _, list := range [...][]Quantity{e.Quantities, e.ChildQuantities, e.InputQuantities, e.OutputQuantities} {
		for _, q := range list {
			c.checkURI("epcClass", q.Class)
			if q.Quantity != "" && !isDecimal(q.Quantity) {
				c.malformed("structure/quantity", q.Quantity, fmt.Sprintf("quantity %.40q isn't a number", q.Quantity), "write a decimal number")
			} else {
				c.checkAmount(q)
			}
			if q.UOM != "" && (!isUnit(q.UOM) || q.Quantity == "") {
				c.malformed("structure/uom", q.UOM, fmt.Sprintf("uom %.20q isn't a unit with a quantity", q.UOM), "use a UN/CEFACT code such as KGM, with a quantity")
			}
		}
	}
}

// checkAmount checks what EPCIS section 7.3.3.3 says of quantities: without a unit
// they count objects.
func (c *Checker) checkAmount(q Quantity) {
	amount, err := strconv.ParseFloat(q.Quantity, 64)
	switch {
	case q.Quantity == "" || err != nil && !errors.Is(err, strconv.ErrRange):
	case amount < 0:
		c.malformed("structure/quantity-negative", q.Quantity, fmt.Sprintf("quantity %.40s is negative", q.Quantity), "write how much or how many there are")
	case amount == 0:
		c.report(SetStructure, Warning, "structure/quantity-zero", q.Quantity, "the quantity is zero", "leave the element out")
	case q.UOM == "" && amount != math.Trunc(amount):
		c.report(SetStructure, Warning, "structure/quantity-count", q.Quantity, fmt.Sprintf("quantity %.40s has no unit, so it counts objects, and isn't whole", q.Quantity), "add uom, or correct the count")
	}
}

func (c *Checker) checkParts(e *Event) {
	if d := e.ErrorDeclaration; d != nil {
		if d.DeclarationTime.IsZero() {
			c.missing("declarationTime in errorDeclaration")
		}
		for _, id := range d.CorrectiveEventIDs {
			c.checkURI("correctiveEventID", id)
		}
	}
	c.checkDispositions(e)
	for _, p := range [...]struct {
		name  string
		place Place
	}{{"readPoint", e.ReadPoint}, {"bizLocation", e.BizLocation}} {
		if p.place.ID == "" && p.place.Extensions != nil {
			c.missing("id in " + p.name)
		}
	}
	for _, t := range e.BizTransactions {
		c.checkURI("bizTransaction", t.ID)
	}
	c.terms(e, func(t *term, value string) {
		if !isBare(value) && !isURI(value) {
			c.malformed("structure/not-a-uri", value, fmt.Sprintf("the %s %.80q isn't a URI", t.name, value), "write the standard's word or a URI")
		}
	})
	for _, list := range [...][]Party{e.Sources, e.Destinations} {
		for _, p := range list {
			c.checkURI("source or destination", p.ID)
			if p.Type == "" {
				c.missing("type of a source or destination")
			}
		}
	}
	for _, s := range e.CertificationInfo {
		if !isURI(s) {
			c.report(SetStructure, Warning, "structure/not-a-uri", s, fmt.Sprintf("certificationInfo %.80q isn't a URI", s), "write the address of the certificate")
		}
	}
}

func (c *Checker) checkDispositions(e *Event) {
	p := e.PersistentDisposition
	if p == nil {
		return
	}
	if len(p.Set)+len(p.Unset) == 0 {
		c.missing("set or unset in persistentDisposition")
	}
	for _, list := range [...][]string{p.Set, p.Unset} {
		for i, s := range list {
			if slices.Contains(list[:i], s) {
				c.report(SetStructure, Warning, "structure/duplicate-disposition", s, fmt.Sprintf("persistentDisposition names %.60q twice", s), "name it once")
			}
		}
	}
}

func (c *Checker) checkSensors(e *Event) {
	var times clock
	for i := range e.Sensors {
		s := &e.Sensors[i]
		if len(s.Reports) == 0 {
			c.missing("sensorReport in sensorElement")
		}
		c.checkFields(e, s.Metadata, &times)
		for _, r := range s.Reports {
			c.checkFields(e, r, &times)
			kind, _ := r.Get("type")
			if _, alarm := r.Get("exception"); kind == "" && (e.json || !alarm) {
				c.report(SetStructure, Warning, "structure/sensor-type", "type", "a sensorReport has no type", "say what was measured, as in Temperature")
			}
		}
	}
}

func (c *Checker) checkFields(e *Event, fields []Field, times *clock) {
	for _, f := range fields {
		if f.Name.Space != "" {
			continue
		}
		if e.json {
			c.checkKind(f)
		}
		switch f.Name.Local {
		case "time", "startTime", "endTime":
			at, ok := times.parse(f.Value)
			if !ok {
				c.malformed("structure/time", f.Value, fmt.Sprintf("%s %.40q isn't a date and time with an offset", f.Name.Local, f.Value), "write it like 2026-01-31T13:45:00.000-05:00")
			} else if at.After(e.EventTime) {
				c.report(SetStructure, Warning, "structure/sensor-time", f.Value, "the sensor reports from after the event", "correct one of the times")
			}
		case "booleanValue":
			if f.Value != "true" && f.Value != "false" && f.Value != "1" && f.Value != "0" {
				c.malformed("structure/boolean", f.Value, fmt.Sprintf("booleanValue %.20q isn't true or false", f.Value), "write true or false")
			}
		case "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue":
			c.checkURI(f.Name.Local, f.Value)
		case "hexBinaryValue":
			if !isHex(f.Value) {
				c.malformed("structure/hex", f.Value, fmt.Sprintf("hexBinaryValue %.40q isn't hexadecimal", f.Value), "write pairs of 0-9, A-F")
			}
		default:
			if isNumberField(f.Name.Local) && (f.Value == "" || !isDecimal(f.Value)) {
				c.malformed("structure/number", f.Value, fmt.Sprintf("%s %.40q isn't a number", f.Name.Local, f.Value), "write a decimal number")
			}
		}
	}
}

// checkKind reports values that JSON wrote as another type than its schema has.
func (c *Checker) checkKind(f Field) {
	want, name := KindText, "a string"
	switch {
	case f.Name.Local == "booleanValue":
		want, name = KindBool, "true or false without quotes"
	case isNumberField(f.Name.Local):
		want, name = KindNumber, "a number without quotes"
	}
	if f.Kind != want {
		c.report(SetStructure, Warning, "structure/json-type", f.Name.Local, fmt.Sprintf("%s isn't written as %s", f.Name.Local, name), "write "+name)
	}
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if (s[i] < '0' || s[i] > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != "" && len(s)%2 == 0
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)*$`)

// checkHeader holds the document itself against the schemas.
func (c *Checker) checkHeader(h *Header) {
	c.event = &Event{Where: Where{File: h.File}}
	defer func() { c.event = nil }()
	for _, f := range h.remarks {
		c.add(f)
	}
	optional := h.Kind == QueryDocument && h.Form == JSON && h.SchemaVersion == ""
	if h.Kind != BareEvent && !optional && !versionPattern.MatchString(h.SchemaVersion) {
		c.malformed("structure/schema-version", h.SchemaVersion, fmt.Sprintf("schemaVersion %.20q isn't a version", h.SchemaVersion), `write "1.2" or "2.0"`)
	}
	c.checkVersionNamespace(h)
	if h.Kind == CaptureDocument && h.CreationDate.IsZero() {
		c.malformed("structure/required", "creationDate", "the document has no creationDate", "add it")
	}
	if h.ID != "" {
		c.checkURI("the document's id", h.ID)
	}
	if h.Kind == QueryDocument && h.QueryName == "" {
		c.report(SetStructure, Warning, "structure/incomplete", "queryName", "the query results have no queryName", "name the query that was answered")
	}
	for i := range h.Vocabulary {
		c.checkVocabulary(h, &h.Vocabulary[i])
	}
}

func (c *Checker) checkVocabulary(h *Header, v *Vocabulary) {
	if v.Type == "" {
		c.malformed("structure/required", "type", "a vocabulary has no type", "write the type, such as "+VocabularyEPCClass)
	} else {
		c.checkURI("vocabulary type", v.Type)
	}
	for i := range v.Elements {
		el := &v.Elements[i]
		c.event = &Event{Where: Where{File: h.File, Line: el.Line}}
		c.checkURI("vocabulary element", el.ID)
		for j := range el.Attributes {
			c.checkURI("attribute id", el.Attributes[j].ID)
		}
	}
}

// checkVersionNamespace holds the version against the namespace of the document.
// The namespace decides by which schema it is read.
func (c *Checker) checkVersionNamespace(h *Header) {
	one, two := false, false
	for _, n := range h.Namespaces {
		one = one || n.URI == SpaceEPCIS1 || n.URI == SpaceQuery1 || n.URI == SpaceMaster1
		two = two || n.URI == SpaceEPCIS2 || n.URI == SpaceQuery2 || n.URI == SpaceMaster2
	}
	if h.Form != XML || one == two {
		return
	}
	if one && strings.HasPrefix(h.SchemaVersion, "2") || two && strings.HasPrefix(h.SchemaVersion, "1") {
		c.report(SetStructure, Warning, "structure/version-namespace", h.SchemaVersion, fmt.Sprintf("schemaVersion is %.20q, but the namespace is that of another version", h.SchemaVersion), "correct the one that is wrong: xsd:1 is of EPCIS 1.0 to 1.2, xsd:2 of EPCIS 2.0")
	}
}
