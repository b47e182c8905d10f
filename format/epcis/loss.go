package epcis

// Loss is something of a document that the target of a conversion can't hold.
type Loss struct {
	Where  Where  `json:"where"`  // the event, or the file alone for the header
	Rule   string `json:"rule"`   // stable code, one of Losses
	Field  string `json:"field"`  // name of the field, element or member concerned
	Text   string `json:"text"`   // what is lost
	Remedy string `json:"remedy"` // what to do about it
}

// String names the place, the field, the loss, the rule and the remedy.
func (l Loss) String() string { return l.refusal().Error() }

// refusal is the loss as an error.
func (l Loss) refusal() *Error {
	return &Error{
		File: l.Where.File, Line: l.Where.Line, Path: l.Where.Path, Event: l.Where.Event,
		Rule: l.Rule, Text: l.Field + ": " + l.Text, Remedy: l.Remedy,
	}
}

// The codes of losses. A code is never given another meaning.
const (
	LossSensor            = "loss/sensor-element"
	LossPersistent        = "loss/persistent-disposition"
	LossCertification     = "loss/certification-info"
	LossAssociation       = "loss/association-event"
	LossWord              = "loss/cbv-word"
	LossErrorDeclaration  = "loss/error-declaration"
	LossEventID           = "loss/event-id"
	LossMasterData        = "loss/master-data"
	LossOtherType         = "loss/field-of-other-type"
	LossPrefixUnknown     = "loss/prefix-unknown"
	LossNoDigitalLink     = "loss/no-digital-link"
	LossNoURN             = "loss/no-epc-urn"
	LossLinkDetail        = "loss/digital-link-detail"
	LossSBDH              = "loss/sbdh"
	LossComment           = "loss/comment"
	LossAttribute         = "loss/attribute"
	LossContext           = "loss/context"
	LossMixed             = "loss/mixed-content"
	LossOrder             = "loss/order"
	LossNoNamespace       = "loss/no-namespace"
	LossValueKind         = "loss/value-kind"
	LossList              = "loss/list"
	LossNestedList        = "loss/nested-list"
	LossName              = "loss/name"
	LossMasterDocument    = "loss/master-data-document"
	LossQueryHeader       = "loss/query-header"
	LossHeaderExtension   = "loss/header-extension"
	LossDocumentID        = "loss/document-id"
	LossDocumentExtension = "loss/document-extension"
)

// LossRule documents one code of losses.
type LossRule struct {
	Code    string
	Into    string // which targets can't hold it
	Meaning string
	Remedy  string
}

// Losses documents every code a Loss can carry.
var Losses = []LossRule{
	{LossSensor, "XML 1.1, 1.2", "sensor data came with EPCIS 2.0; it is left out", "send EPCIS 2.0 to partners who need it, or the sensor data apart"},
	{LossPersistent, "XML 1.1, 1.2", "persistent dispositions came with EPCIS 2.0; they are left out", "say it with a disposition, or send EPCIS 2.0"},
	{LossCertification, "XML 1.1, 1.2", "certification information came with EPCIS 2.0; it is left out", "send it as a business transaction, or send EPCIS 2.0"},
	{LossAssociation, "XML 1.1, 1.2", "association events came with EPCIS 2.0; the whole event is left out", "send EPCIS 2.0, or tell the partner by an aggregation event"},
	{LossWord, "XML 1.1, 1.2", "the word came with CBV 2.0; it is written, but partners who know CBV 1.2 only don't know it", "agree on it with the partner, or use a word of CBV 1.2"},
	{LossErrorDeclaration, "XML 1.1", "error declarations came with EPCIS 1.2; what is left would look like a valid event, so the whole event is left out", "send EPCIS 1.2"},
	{LossEventID, "XML 1.1", "event identifiers came with EPCIS 1.2; the identifier is left out", "send EPCIS 1.2, or identify events by their hash"},
	{LossMasterData, "XML 1.1", "master data in the header came with EPCIS 1.2; it is left out", "send EPCIS 1.2, or the master data as a document of its own"},
	{LossOtherType, "XML", "the field doesn't belong to this type of event, so XML has no place for it; it is left out", "correct the event"},
	{LossPrefixUnknown, "EPC URN", "nothing says how many digits of the identifier are the GS1 company prefix; it is kept as a Digital Link", "give the company prefix in the prefix table"},
	{LossNoDigitalLink, "Digital Link", "the EPC URN has no Digital Link form; it is kept as it is", "nothing, if the receiver reads EPC URNs"},
	{LossNoURN, "EPC URN", "the Digital Link has no EPC URN form; it is kept as it is", "correct it, or leave it if the receiver reads Digital Links"},
	{LossLinkDetail, "EPC URN", "the Digital Link says more than the identifier (a domain of its own, a query, further qualifiers); the rest is left out", "keep the identifiers as they are, or send the rest apart"},
	{LossSBDH, "JSON", "the field of the Standard Business Document Header has no place in JSON; it is left out", "send it apart; JSON keeps sender, receiver and instance identifier"},
	{LossComment, "all", "comments and processing instructions are no part of the data; they are left out", "put what the receiver must know into an extension"},
	{LossAttribute, "all", "an attribute has no place in the target as an attribute", "use an element instead"},
	{LossContext, "all", "a JSON-LD context given by its address, or a keyword of one, is left out; prefixes are kept", "declare prefixes in the document itself"},
	{LossMixed, "JSON", "text between elements loses its place among them", "put the text into an element of its own"},
	{LossOrder, "JSON", "elements of one name that don't stand together are brought together", "keep those of one name together"},
	{LossNoNamespace, "JSON, XML 2.0", "the extension has no namespace, which the target demands; it is left out", "give it a namespace"},
	{LossValueKind, "XML", "XML doesn't tell numbers, true and false, null and empty objects from text; the text is kept", "agree on the kind of the value with the receiver"},
	{LossList, "XML", "XML doesn't tell a list of one from a single value, and has no empty list", "agree with the receiver on what is a list"},
	{LossNestedList, "XML", "XML has no list inside a list; it is left out", "give the inner list a name"},
	{LossName, "XML", "the name can't be a name in XML; what it names is left out", "use a name of letters, digits, '-', '_' and '.' that begins with a letter"},
	{LossMasterDocument, "JSON", "JSON has no document of master data alone; it becomes an EPCISDocument without events", "nothing, if the receiver reads master data from the header"},
	{LossQueryHeader, "JSON", "a query document in JSON has no header; the field is left out", "send it apart"},
	{LossHeaderExtension, "XML 2.0", "the header of XML 2.0 has no place for extensions; it is written behind the events", "tell the receiver where to look"},
	{LossDocumentID, "XML", "the document's JSON-LD id has no place in XML; it is left out", "send it as the instance identifier"},
	{LossDocumentExtension, "JSON", "the element beside the header has no namespace, which JSON demands; it is left out", "give it a namespace"},
}

func lossRemedy(code string) string {
	for i := range Losses {
		if Losses[i].Code == code {
			return Losses[i].Remedy
		}
	}
	return ""
}
