package epcis

import "slices"

// docs/reference/rules.md lists the rules; its notes are written by hand.
//go:generate go test -count=1 -run ^TestTheRulesPageIsFresh$ . -update

// Rule documents one code that reading or checking can give: an Error's Rule, or
// a Finding's. A code is never given another meaning.
type Rule struct {
	Code     string
	Set      Set      // the set a Finding of this rule belongs to; SetStructure for errors
	Severity Severity // the gravest it is given with
	Meaning  string
	Remedy   string
	Source   string // standard and part of it
}

// Rules documents every code of this package, sorted within each set. Those of
// converting are in Losses.
var Rules = slices.Concat(readRules, structureRules, gs1Rules, cbvRules, dscsaRules)

// FindRule returns the rule of a code.
func FindRule(code string) (Rule, bool) {
	for _, r := range Rules {
		if r.Code == code {
			return r, true
		}
	}
	return Rule{}, false
}

// readRules are refusals: the document can't be read further.
var readRules = []Rule{
	{"epcis/bad-time", SetStructure, Fault, "a time isn't a date and time of day with an offset, or doesn't exist", "write it like 2026-01-31T13:45:00.000-05:00", "XSD 2.0 DateTimeStamp; RFC 3339"},
	{"epcis/bad-value", SetStructure, Fault, "a JSON value is of another type than its field", "write the type named", "JSON schema 2.0.1"},
	{"epcis/doctype", SetStructure, Fault, "the XML has a DOCTYPE, which EPCIS doesn't need and which can carry harmful entities", "remove the DOCTYPE line", "XML 1.0, 2.8; refused by this package"},
	{"epcis/duplicate-key", SetStructure, Fault, "a name stands twice in one JSON object", "keep one", "RFC 8259, 4"},
	{"epcis/encoding", SetStructure, Fault, "the document isn't UTF-8, or is packed", "save it as UTF-8, unpacked", "XML 1.0, 4.3.3; RFC 8259, 8.1"},
	{"epcis/entity", SetStructure, Fault, "an entity that XML doesn't define by itself", "use only &amp; &lt; &gt; &quot; &apos; and character references", "XML 1.0, 4.6"},
	{"epcis/json", SetStructure, Fault, "the text isn't JSON", "correct it; most often a comma or a quotation mark is wrong", "RFC 8259"},
	{"epcis/late-header", SetStructure, Fault, "the header stands behind the events, where the target must have it first", "convert from a file, which can be read twice", "EPCIS 2.0, XML binding"},
	{"epcis/limit-attributes", SetStructure, Fault, "an element has too many attributes", "raise Limits.Attributes, if the document is meant so", "a limit of this package"},
	{"epcis/limit-bytes", SetStructure, Fault, "the document is too large", "send it in several documents", "a limit of this package"},
	{"epcis/limit-depth", SetStructure, Fault, "elements or values are nested too deep", "raise Limits.Depth, if the document is meant so", "a limit of this package"},
	{"epcis/limit-epcs", SetStructure, Fault, "an event has too many identifiers", "split the event", "a limit of this package"},
	{"epcis/limit-events", SetStructure, Fault, "the document has too many events", "send it in several documents", "a limit of this package"},
	{"epcis/limit-members", SetStructure, Fault, "a JSON object has too many members", "raise Limits.MembersPerObject, if the document is meant so", "a limit of this package"},
	{"epcis/limit-namespaces", SetStructure, Fault, "too many namespaces are declared at one time", "declare each once, on the document", "a limit of this package"},
	{"epcis/limit-nodes", SetStructure, Fault, "an event or the header has too many extension elements", "send fewer extensions", "a limit of this package"},
	{"epcis/limit-tag", SetStructure, Fault, "an XML tag is too long", "raise Limits.TagBytes, if the document is meant so", "a limit of this package"},
	{"epcis/limit-text", SetStructure, Fault, "a text, name, string or number is too long", "raise Limits.TextBytes, if the document is meant so", "a limit of this package"},
	{"epcis/limit-vocabulary", SetStructure, Fault, "the master data has too many elements", "send only the master data that the events need", "a limit of this package"},
	{"epcis/no-body", SetStructure, Fault, "the document has no body, or JSON no event list in it", "send a document of events; without any, an empty list", "XSD 1.2 and 2.0 EPCISDocumentType; JSON schema 2.0.1 epcisDocument"},
	{"epcis/no-context", SetStructure, Fault, "the JSON has no @context, or not before its extensions", "write the @context of EPCIS 2.0 first", "JSON schema 2.0.1 required-ld-context"},
	{"epcis/no-events", SetStructure, Fault, "the body holds something else than events", "send a document of events; queries go to the query interface", "XSD 1.2 and 2.0 EPCISBodyType"},
	{"epcis/not-epcis", SetStructure, Fault, "the document is of another kind", "send an EPCISDocument, an EPCISQueryDocument or one standard event", "EPCIS 2.0"},
	{"epcis/read", SetStructure, Fault, "the source of the document failed", "send the file again", "the source's own error"},
	{"epcis/repeated", SetStructure, Fault, "a field or list stands twice where one may", "keep one", "XSD 1.2 and 2.0"},
	{"epcis/trailing", SetStructure, Fault, "something follows the document", "remove what stands behind its end", "XML 1.0, 2.1; RFC 8259, 2"},
	{"epcis/truncated", SetStructure, Fault, "the document ends too early", "send the whole file again", "XML 1.0, 2.1; RFC 8259, 2"},
	{"epcis/unexpected-text", SetStructure, Fault, "text stands where only elements belong", "remove the text", "XSD 1.2 and 2.0"},
	{"epcis/unknown-event", SetStructure, Fault, "an event is of no standard type", "use one of the five event types", "XSD 2.0 EventListType; JSON schema 2.0.1 eventType"},
	{"epcis/unknown-field", SetStructure, Fault, "a field that the standard doesn't have stands outside a namespace", "correct its name (letter case counts), or put it in a namespace of its own", "XSD 1.2 and 2.0; JSON schema 2.0.1 propertyNames"},
	{"epcis/unknown-prefix", SetStructure, Fault, "a prefix isn't declared", "declare it on the document, in xmlns or @context", "Namespaces in XML 1.0, 2; JSON-LD 1.1, 4.1"},
	{"epcis/unwritable", SetStructure, Fault, "a value given to a writer can't be written", "correct the value before writing", "XML 1.0, 2.2; RFC 8259, 7"},
	{"epcis/xml", SetStructure, Fault, "the text isn't well-formed XML", "correct it where the line says", "XML 1.0; Namespaces in XML 1.0"},
}
