package epcis

// structureRules say what the schemas demand, and what the standard's text demands
// beyond them.
var structureRules = []Rule{
	{"structure/action", SetStructure, Fault, "the action isn't ADD, OBSERVE or DELETE", "use one of the three, in capitals", "XSD 2.0 ActionType; JSON schema 2.0.1 action"},
	{"structure/boolean", SetStructure, Fault, "a booleanValue is neither true nor false", "write true or false", "XSD 2.0 SensorReportType; JSON schema 2.0.1 sensorReport"},
	{"structure/duplicate-disposition", SetStructure, Warning, "a persistent disposition names a word twice", "name it once", "JSON schema 2.0.1 persistentDisposition"},
	{"structure/duplicate-identifier", SetStructure, Warning, "a list names an identifier twice", "name it once", "JSON schema 2.0.1 epcList"},
	{"structure/empty", SetStructure, Fault, "an identifier is empty", "fill it, or remove it", "JSON schema 2.0.1 uri"},
	{"structure/foreign-field", SetStructure, Fault, "a field belongs to another type of event", "remove it, or use the type that has it", "XSD 2.0; JSON schema 2.0.1 propertyNames of each event"},
	{"structure/hex", SetStructure, Fault, "a hexBinaryValue isn't hexadecimal", "write pairs of 0-9, A-F", "XSD 2.0 SensorReportType; JSON schema 2.0.1 hexBinary"},
	{"structure/ilmd", SetStructure, Fault, "an object event that doesn't ADD has ilmd", "remove it, or use ADD", "EPCIS 2.0, ObjectEvent; JSON schema 2.0.1 ObjectEvent"},
	{"structure/incomplete", SetStructure, Warning, "an element lacks one that the schema of its version demands, though nothing is lost by it", "add the element, empty if there is nothing to say", "XSD 1.2 and 2.0, minOccurs"},
	{"structure/json-type", SetStructure, Warning, "a sensor value is written as another JSON type", "write numbers and booleans without quotes, the others with", "JSON schema 2.0.1 sensorReport, sensorMetadata"},
	{"structure/misplaced", SetStructure, Warning, "an element stands where the schema of its version has none of that name", "put it where the schema has it, or write a document of the version that has it", "XSD 1.2 and 2.0, content models"},
	{"structure/not-a-uri", SetStructure, Fault, "an identifier or word isn't a URI where one belongs", "write an EPC URN, a GS1 Digital Link or a word of the CBV in the form of the syntax", "XSD 2.0 anyURI; JSON schema 2.0.1 uri"},
	{"structure/number", SetStructure, Fault, "a sensor value isn't a number", "write a decimal number", "XSD 2.0 SensorReportType; JSON schema 2.0.1 decimal"},
	{"structure/offset", SetStructure, Fault, "eventTimeZoneOffset isn't an offset up to 14:00", "write it like -05:00", "JSON schema 2.0.1 Event"},
	{"structure/order", SetStructure, Warning, "elements don't stand in the order of the schema", "write them in the schema's order", "XSD 1.2 and 2.0, sequences"},
	{"structure/qualified", SetStructure, Warning, "elements inside the document stand in a namespace", "give the namespace a prefix and write only the document's own name with it", "XSD 1.2 and 2.0, elementFormDefault"},
	{"structure/quantity", SetStructure, Fault, "a quantity isn't a number", "write a decimal number", "XSD 2.0 QuantityElementType; JSON schema 2.0.1 decimal"},
	{"structure/quantity-count", SetStructure, Warning, "a quantity without a unit counts objects and isn't whole", "add uom, or correct the count", "EPCIS 2.0, QuantityElement"},
	{"structure/quantity-negative", SetStructure, Fault, "a quantity is negative", "write how much or how many there are", "EPCIS 2.0, QuantityElement"},
	{"structure/quantity-zero", SetStructure, Warning, "a quantity is zero", "leave the element out", "EPCIS 2.0, QuantityElement"},
	{"structure/repeated", SetStructure, Fault, "an element stands twice where one may, and only the last would count", "keep one", "XSD 1.2 and 2.0, maxOccurs"},
	{"structure/required", SetStructure, Fault, "a field that every event of the type must have is missing", "add it", "XSD 2.0; JSON schema 2.0.1 required"},
	{"structure/schema-version", SetStructure, Fault, "schemaVersion isn't a version", "write 1.2 or 2.0", "XSD 2.0 Document; JSON schema 2.0.1 version"},
	{"structure/sensor-time", SetStructure, Warning, "a sensor reports from after the event", "correct one of the times", "EPCIS conformance requirement M122"},
	{"structure/sensor-type", SetStructure, Warning, "a sensor report doesn't say what it measures", "add its type, as in Temperature", "JSON schema 2.0.1 sensorReport"},
	{"structure/time", SetStructure, Fault, "a time of sensor data isn't a date and time of day with an offset", "write it like 2026-01-31T13:45:00.000-05:00", "XSD 2.0 DateTimeStamp; JSON schema 2.0.1 time"},
	{"structure/uom", SetStructure, Fault, "a unit isn't a code of two or three capitals and digits, or stands without a quantity", "use a UN/CEFACT code such as KGM, with a quantity", "JSON schema 2.0.1 uom; XSD 2.0 QuantityElementType"},
	{"structure/urn-in-json", SetStructure, Warning, "JSON has a word of the CBV in the form of XML", "write the bare word", "JSON schema 2.0.1 vocab-other-uri"},
}
