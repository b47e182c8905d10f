package epcis

import "fmt"

// The children of each element in EPCIS 1.2 and 2.0 XML, from the XSDs, in the
// order they must have. An item is name[=type][mark]: ? is optional, * any
// number, + one or more, none exactly one; # at the end lets elements of other
// namespaces follow, ~ at the start lets the children come in any order. An
// element without an entry is a leaf, or may hold anything ("any"). Fields that
// the checks of the model demand in every form are optional here.
const shapesCommon = `
EPCISDocument       EPCISHeader? EPCISBody extension=any? #
EPCISMasterDataDocument EPCISHeader? EPCISBody=MasterBody #
MasterBody          VocabularyList? extension=any? #
HeaderExtension     EPCISMasterData? extension=any?
EPCISMasterData     VocabularyList extension=any?
VocabularyList      Vocabulary*
Vocabulary          VocabularyElementList? extension=any? #
VocabularyElementList VocabularyElement+
VocabularyElement   attribute* children? extension=any? #
children            id*
EPCISBody           EventList? extension=any? #
correctiveEventIDs  correctiveEventID*
epcList             epc*
childEPCs           epc*
inputEPCList        epc*
outputEPCList       epc*
quantityList        quantityElement*
childQuantityList   quantityElement*
inputQuantityList   quantityElement*
outputQuantityList  quantityElement*
quantityElement     epcClass? quantity? uom?
readPoint           id? extension=any? #
bizLocation         id? extension=any? #
bizTransactionList  bizTransaction+
sourceList          source+
destinationList     destination+
ilmd                extension=any? #
sbdh:StandardBusinessDocumentHeader sbdh:HeaderVersion sbdh:Sender+ sbdh:Receiver+ sbdh:DocumentIdentification sbdh:Manifest? sbdh:BusinessScope?
sbdh:Sender         sbdh:Identifier sbdh:ContactInformation*
sbdh:Receiver       sbdh:Identifier sbdh:ContactInformation*
sbdh:DocumentIdentification sbdh:Standard sbdh:TypeVersion sbdh:InstanceIdentifier sbdh:Type sbdh:MultipleType? sbdh:CreationDateAndTime
`

const shapes12 = shapesCommon + `
EPCISHeader         sbdh:StandardBusinessDocumentHeader extension=HeaderExtension? #
EventList           ~ ObjectEvent* AggregationEvent* QuantityEvent* TransactionEvent* extension=ListExtension*
ListExtension       ~ TransformationEvent? extension=any?
ObjectEvent         eventTime? recordTime? eventTimeZoneOffset? baseExtension? epcList action? bizStep? disposition? readPoint? bizLocation? bizTransactionList? extension=ObjectExtension? #
ObjectExtension     quantityList? sourceList? destinationList? ilmd? extension=any?
AggregationEvent    eventTime? recordTime? eventTimeZoneOffset? baseExtension? parentID? childEPCs action? bizStep? disposition? readPoint? bizLocation? bizTransactionList? extension=AggregationExtension? #
AggregationExtension childQuantityList? sourceList? destinationList? extension=any?
TransactionEvent    eventTime? recordTime? eventTimeZoneOffset? baseExtension? bizTransactionList? parentID? epcList action? bizStep? disposition? readPoint? bizLocation? extension=TransactionExtension? #
TransactionExtension quantityList? sourceList? destinationList? extension=any?
TransformationEvent eventTime? recordTime? eventTimeZoneOffset? baseExtension? inputEPCList? inputQuantityList? outputEPCList? outputQuantityList? transformationID? bizStep? disposition? readPoint? bizLocation? bizTransactionList? sourceList? destinationList? ilmd? extension=any? #
baseExtension       eventID? errorDeclaration? extension=any?
errorDeclaration    declarationTime? reason? correctiveEventIDs? extension=any? #
`

const shapes20 = shapesCommon + `
EPCISHeader         sbdh:StandardBusinessDocumentHeader? extension=HeaderExtension? #
EventList           ~ ObjectEvent* AggregationEvent* TransformationEvent* TransactionEvent* AssociationEvent* extension=others*
ObjectEvent         eventTime? recordTime? eventTimeZoneOffset? eventID? errorDeclaration? certificationInfo? baseExtension=others? epcList? action? bizStep? disposition? readPoint? bizLocation? bizTransactionList? quantityList? sourceList? destinationList? sensorElementList? persistentDisposition? ilmd? extension=others? #
AggregationEvent    eventTime? recordTime? eventTimeZoneOffset? eventID? errorDeclaration? certificationInfo? baseExtension=others? parentID? childEPCs? action? bizStep? disposition? readPoint? bizLocation? bizTransactionList? childQuantityList? sourceList? destinationList? sensorElementList? persistentDisposition? extension=others? #
TransactionEvent    eventTime? recordTime? eventTimeZoneOffset? eventID? errorDeclaration? certificationInfo? baseExtension=others? bizTransactionList? parentID? epcList? action? bizStep? disposition? readPoint? bizLocation? quantityList? sourceList? destinationList? sensorElementList? persistentDisposition? extension=others? #
TransformationEvent eventTime? recordTime? eventTimeZoneOffset? eventID? errorDeclaration? certificationInfo? baseExtension=others? inputEPCList? inputQuantityList? outputEPCList? outputQuantityList? transformationID? bizStep? disposition? readPoint? bizLocation? bizTransactionList? sourceList? destinationList? sensorElementList? persistentDisposition? ilmd? extension=others? #
AssociationEvent    eventTime? recordTime? eventTimeZoneOffset? eventID? errorDeclaration? certificationInfo? baseExtension=others? parentID? childEPCs? childQuantityList? action? bizStep? disposition? readPoint? bizLocation? bizTransactionList? sourceList? destinationList? sensorElementList? persistentDisposition? extension=others? #
others              #
errorDeclaration    ~ declarationTime? reason? correctiveEventIDs? extension=any? #
sensorElementList   sensorElement+ extension=any?
sensorElement       sensorMetadata? sensorReport* extension=any? #
persistentDisposition unset* set*
`

// enter judges the element that was just opened by the shape of its parent.
func (w *shapeWatch) enter(d *xmlDecoder) {
	depth := len(d.open)
	for len(w.frames) <= depth {
		w.frames = append(w.frames, shapeFrame{})
	}
	if depth == 2 && !w.begun {
		w.begin(d)
	}
	w.frames[depth] = shapeFrame{}
	parent := &w.frames[depth-1]
	if parent.shape == nil {
		return
	}
	i := parent.shape.find(d.local, d.space)
	if i < 0 {
		w.stranger(d, parent)
		return
	}
	if string(d.local) == "StandardBusinessDocumentHeader" && d.space != SpaceSBDH {
		w.report(d, Warning, "structure/sbdh-namespace", "<StandardBusinessDocumentHeader> isn't in the namespace of the SBDH", `declare xmlns:sbdh="`+SpaceSBDH+`" and write sbdh: before its name and those of all elements in it`)
	}
	if d.space != "" && d.space != SpaceSBDH && !w.qualified {
		w.qualified = true
		w.report(d, Warning, "structure/qualified", fmt.Sprintf("<%.60s> stands in a namespace", d.local), "declare the namespace with a prefix on the document and write only the document's own name with it: the schemas leave all others unqualified")
	}
	child := &parent.shape.children[i]
	w.frames[depth].shape = child.shape
	if bit := uint32(1) << i; parent.seen&bit == 0 {
		parent.seen |= bit
	} else if !child.many {
		w.report(d, Fault, "structure/repeated", fmt.Sprintf("<%.60s> stands twice in one element", d.local), "keep one")
	}
	if i < parent.last && !parent.shape.unordered {
		after := "an extension"
		if parent.last < len(parent.shape.children) {
			after = "<" + parent.shape.children[parent.last].name + ">"
		}
		w.report(d, Warning, "structure/order", fmt.Sprintf("<%.60s> stands behind %s: the schema has it before", d.local, after), "write the elements in the schema's order")
	}
	parent.last = max(parent.last, i)
}

// stranger judges an element that its parent's shape doesn't name.
func (w *shapeWatch) stranger(d *xmlDecoder, parent *shapeFrame) {
	if !isCoreSpace(d.space) && parent.shape.others {
		if !parent.shape.unordered {
			parent.last = len(parent.shape.children)
		}
		return
	}
	w.report(d, Warning, "structure/misplaced", fmt.Sprintf("the schema of EPCIS %s has no <%.60s> here", w.version, d.local), "put the element where the schema has it, or write a document of the version that has it")
}

// leave judges what the element that was just closed lacks.
func (w *shapeWatch) leave(d *xmlDecoder) {
	depth := len(d.open) + 1
	if depth >= len(w.frames) {
		return
	}
	f := &w.frames[depth]
	if f.shape == nil || f.seen&f.shape.required == f.shape.required {
		return
	}
	for i := range f.shape.children {
		if bit := uint32(1) << i; f.shape.required&bit != 0 && f.seen&bit == 0 {
			w.report(d, Warning, "structure/incomplete", fmt.Sprintf("<%.60s> lacks <%s>, which the schema demands", f.shape.name, f.shape.children[i].name), "add the element, empty if there is nothing to say")
		}
	}
}

// report keeps a remark on the event being read, or else on the header.
func (w *shapeWatch) report(d *xmlDecoder, severity Severity, rule, text, remedy string) {
	f := Finding{
		Severity: severity, Set: SetStructure, Rule: rule, Subject: d.path(), Text: text, Remedy: remedy,
		Where: Where{File: d.file, Line: d.startLine},
	}
	to := &d.header.remarks
	if w.event != nil {
		to, f.Where.Event = &w.event.remarks, w.event.Where.Event
	}
	if len(*to) < remarksKept {
		*to = append(*to, f)
	}
}
