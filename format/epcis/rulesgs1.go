package epcis

// gs1Rules are those of identifiers and master data in a document. The codes that
// the gs1 package has as well mean the same there.
var gs1Rules = []Rule{
	{"gs1/check-digit", SetGS1, Fault, "the check digit of an identifier doesn't agree with its other digits", "a digit is wrong: compare with the source", "GS1 General Specifications, 7.9"},
	{"gs1/class-as-object", SetGS1, Fault, "a class (GTIN, or GTIN and lot) stands in a list of single objects", "name the object with its serial number, or use a quantity list", "EPCIS 2.0, epcList; CBV 2.0, section 8"},
	{"gs1/country", SetGS1, Warning, "a country isn't a code of ISO 3166", "write two capital letters, such as US", "CBV 2.0, master data attributes; ISO 3166-1"},
	{"gs1/date", SetGS1, Warning, "a date of master data doesn't exist or isn't written as CCYY-MM-DD", "write the date as CCYY-MM-DD", "CBV 2.0, master data attributes"},
	{"gs1/expiry", SetGS1, Fault, "an expiry date doesn't exist or isn't written as CCYY-MM-DD", "write the date as CCYY-MM-DD", "CBV 2.0, itemExpirationDate; GS1 General Specifications, AI (17)"},
	{"gs1/identifier", SetGS1, Fault, "an identifier of GS1 has the wrong form", "correct the identifier", "EPC Tag Data Standard, 6; GS1 Digital Link URI Syntax"},
	{"gs1/lot", SetGS1, Fault, "a lot is too long, or has characters outside the GS1 set 82", "a lot has 1 to 20 characters of the set", "GS1 General Specifications, AI (10)"},
	{"gs1/ndc", SetGS1, Warning, "a National Drug Code has the wrong form", "write it with hyphens as 4-4-2, 5-3-2 or 5-4-1, or as eleven digits", "21 CFR 207.33"},
	{"gs1/ndc-gtin", SetGS1, Warning, "a National Drug Code isn't the one that the GTIN holds", "correct the NDC, or the element's id", "GS1 US guideline R1.3; GS1 Healthcare US"},
	{"gs1/object-as-class", SetGS1, Fault, "a single object stands where a class belongs", "name the class, or list the object among the EPCs", "EPCIS 2.0, QuantityElement; CBV 2.0, section 8"},
	{"gs1/transaction-id", SetGS1, Warning, "a business transaction's URN doesn't hold a valid GLN and a number", "write urn:epcglobal:cbv:bt:GLN:number", "CBV 2.0, section 8, business transactions"},
}

// cbvRules are those of the vocabularies.
var cbvRules = []Rule{
	{"cbv/deprecated-term", SetCBV, Warning, "a word has another name now", "write the new name", "CBV 1.1, 7.2; CBV 2.0, 7.6"},
	{"cbv/identifier-kind", SetCBV, Warning, "a place, party or business document is named by a GS1 key of another kind", "use the identifier of the place, party or document itself", "CBV 2.0, section 8"},
	{"cbv/new-term", SetCBV, Warning, "a word of CBV 2.0 stands in a document of EPCIS 1.x", "use a word of CBV 1.2, or send EPCIS 2.0", "CBV 2.0, section 7, against CBV 1.2"},
	{"cbv/unit", SetCBV, Warning, "the unit of a sensor value has the wrong form", "use a code such as CEL or KGM", "UN/CEFACT Recommendation 20"},
	{"cbv/unit-mismatch", SetCBV, Warning, "the unit of a sensor value doesn't measure its property", "correct the unit or the type", "CBV 2.0, 7.6; UN/CEFACT Recommendation 20"},
	{"cbv/unknown-term", SetCBV, Fault, "a bare word isn't in the vocabulary of its field", "use one of the standard's, or a URI of your own vocabulary", "CBV 2.0, section 7"},
	{"cbv/wrong-vocabulary", SetCBV, Fault, "a URI of the CBV stands in a field of another vocabulary, or in none of its lists", "use a word of the field's vocabulary", "CBV 2.0, section 7; JSON schema 2.0.1 vocab-other-uri"},
}
