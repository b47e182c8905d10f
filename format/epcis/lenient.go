package epcis

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The codes of what a lenient reader tolerates. A code is never given another
// meaning.
const (
	LenientDoctype       = "lenient/doctype"
	LenientEncoding      = "lenient/encoding"
	LenientTime          = "lenient/time"
	LenientOffset        = "lenient/offset"
	LenientZone          = "lenient/zone"
	LenientEmpty         = "lenient/empty"
	LenientCase          = "lenient/letter-case"
	LenientUnknown       = "lenient/unknown-field"
	LenientNumber        = "lenient/number"
	LenientSingle        = "lenient/single-value"
	LenientList          = "lenient/list-of-one"
	LenientContext       = "lenient/no-context"
	LenientQuantityEvent = "lenient/quantity-event"
	LenientMasterData    = "lenient/master-data-document"
)

// Tolerance documents one fault that a lenient reader understands without
// guessing.
type Tolerance struct {
	Code    string // of the Finding that remarks on it
	Strict  string // of the Error by which a strict reader refuses it; "" where it takes the value as it is
	Meaning string
	Remedy  string
}

// Tolerances documents every code a lenient reader adds.
var Tolerances = []Tolerance{
	{LenientDoctype, "epcis/doctype", "the XML has a DOCTYPE that declares nothing; one with declarations or an address is always refused", "remove the DOCTYPE line"},
	{LenientEncoding, "epcis/encoding", "the XML declares another encoding, but its bytes are UTF-8 or ASCII alone", `declare encoding="UTF-8"`},
	{LenientTime, "epcis/bad-time", "a time lacks seconds, has a space for the T, a short offset or more than nine decimals", "write it like 2026-01-31T13:45:00.000-05:00"},
	{LenientOffset, "epcis/bad-time", "a time of an event has no offset; the event's eventTimeZoneOffset is taken", "write the offset, like 2026-01-31T13:45:00.000-05:00"},
	{LenientZone, "", "eventTimeZoneOffset isn't ±hh:mm but says as much", "write it like -05:00"},
	{LenientEmpty, "epcis/bad-value", "a field is null, or a time that may be absent is empty; it is taken as absent", "leave the field out"},
	{LenientCase, "epcis/unknown-field", "a name or word of the standard is in another letter case", "write it as the standard does"},
	{LenientUnknown, "epcis/unknown-field", "a field is neither the standard's nor in a namespace; it is kept as an extension", "correct its name, or put it in a namespace of its own"},
	{LenientNumber, "epcis/bad-value", "a number is written as a string", "write it without quotes"},
	{LenientSingle, "epcis/bad-value", "a single value stands where a list belongs; it is taken as a list of one", "put it in [ and ]"},
	{LenientList, "epcis/bad-value", "a list of one stands where a single value belongs", "leave [ and ] out"},
	{LenientContext, "epcis/no-context", "the JSON has no @context; that of EPCIS 2.0 is assumed", "write \"@context\": [\"" + standardContext + "\"] first"},
	{LenientQuantityEvent, "epcis/unknown-event", "a QuantityEvent, which EPCIS 1.1 deprecated, is taken as the object event that it stands for", "write an ObjectEvent with action OBSERVE and a quantityList"},
	{LenientMasterData, "epcis/not-epcis", "the JSON is a document of master data alone, which JSON doesn't have", "send an EPCISDocument with epcisHeader and an empty eventList"},
}

// Remarks returns what the reader saw in the event and took all the same. A
// Checker with the structure rules reports them too.
func (e *Event) Remarks() []Finding { return slices.Clone(e.remarks) }

// Remarks returns what the reader saw outside the events and took all the same.
// It is whole once Next has returned io.EOF.
func (h *Header) Remarks() []Finding { return slices.Clone(h.remarks) }

// remark makes the finding of a tolerated fault.
func remark(code, subject, text string, where Where) Finding {
	f := Finding{Severity: Warning, Set: SetStructure, Rule: code, Where: where, Subject: subject, Text: text}
	for i := range Tolerances {
		if Tolerances[i].Code == code {
			f.Remedy = Tolerances[i].Remedy
		}
	}
	return f
}

// lateTime is a time without offset, until the event's offset is known.
type lateTime struct {
	field string // eventTime, recordTime or declarationTime
	wall  time.Time
	line  int
	text  string
}

// lenientTime rewrites a time as the standard wants it. naive is true when it
// has no offset; the result is then in UTC.
func lenientTime(s string) (out string, naive, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < len("2026-01-31T13:45") || !strings.ContainsRune("Tt ", rune(s[10])) {
		return "", false, false
	}
	date, rest := s[:10], strings.TrimLeft(s[11:], " ")
	if len(rest) < 5 {
		return "", false, false
	}
	clock, rest := rest[:5], rest[5:]
	seconds := ":00"
	if len(rest) >= 3 && rest[0] == ':' {
		seconds, rest = rest[:3], rest[3:]
	}
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		n := 1
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n > 1 {
			seconds += "." + rest[1:min(n, 1+fractionalDigits)]
		}
		rest = rest[n:]
	}
	rest = strings.TrimSpace(rest)
	if rest == "" {
		return date + "T" + clock + seconds + "Z", true, true
	}
	zone, ok := lenientZone(rest)
	return date + "T" + clock + seconds + zone, false, ok
}

// lenientZone rewrites an offset as ±hh:mm.
func lenientZone(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "Z" || s == "z" {
		return "+00:00", true
	}
	if rest, ok := strings.CutPrefix(s, "\u2212"); ok { // the minus sign of typesetters
		s = "-" + rest
	}
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return "", false
	}
	hours, minutes, colon := strings.Cut(s[1:], ":")
	switch {
	case !colon && len(hours) == 4:
		hours, minutes = hours[:2], hours[2:]
	case !colon:
		minutes = "00"
	}
	if len(hours) == 1 {
		hours = "0" + hours
	}
	zone := s[:1] + hours + ":" + minutes
	_, ok := offsetMinutes(zone)
	return zone, ok
}

// settleZone brings eventTimeZoneOffset into its form and gives times without
// an offset that of the event.
func settleZone(e *Event, late []lateTime, tolerate func(code, subject, text string)) (missing *lateTime) {
	if zone, ok := lenientZone(e.EventTimeZoneOffset); ok && zone != e.EventTimeZoneOffset {
		tolerate(LenientZone, "eventTimeZoneOffset", fmt.Sprintf("eventTimeZoneOffset %.20q is taken as %s", e.EventTimeZoneOffset, zone))
		e.EventTimeZoneOffset = zone
	}
	for i := range late {
		l := &late[i]
		minutes, ok := offsetMinutes(e.EventTimeZoneOffset)
		if !ok {
			return l
		}
		w := l.wall
		at := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), time.FixedZone("", minutes*60))
		switch l.field {
		case "eventTime":
			e.EventTime = at
		case "recordTime":
			e.RecordTime = at
		case "declarationTime":
			e.ErrorDeclaration.DeclarationTime = at
		}
		said := len(e.remarks)
		tolerate(LenientOffset, l.field, fmt.Sprintf("%s %.40q has no offset; %s is taken", l.field, l.text, e.EventTimeZoneOffset))
		if len(e.remarks) > said {
			e.remarks[said].Where.Line = l.line
		}
	}
	return nil
}

// fold returns the known name that a name is but for letter case, or "".
func fold(name string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, name) {
			return k
		}
	}
	return ""
}

var (
	eventNames = []string{
		"eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo",
		"epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList",
		"inputQuantityList", "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
		"persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList",
		"ilmd", "sensorElementList",
	}
	eventTypes    = []string{string(ObjectEvent), string(AggregationEvent), string(TransactionEvent), string(TransformationEvent), string(AssociationEvent)}
	actions       = []string{string(Add), string(Observe), string(Delete)}
	documentNames = []string{
		"@context", "type", "id", "schemaVersion", "creationDate", "sender", "receiver", "instanceIdentifier",
		"epcisHeader", "epcisBody",
	}
	documentTypes = []string{"EPCISDocument", "EPCISQueryDocument"}
)

// settleAction brings an action into its letter case.
func settleAction(e *Event, tolerate func(code, subject, text string)) {
	if known := fold(string(e.Action), actions); known != "" && known != string(e.Action) {
		tolerate(LenientCase, "action", fmt.Sprintf("the action %q is taken as %s", e.Action, known))
		e.Action = Action(known)
	}
}
