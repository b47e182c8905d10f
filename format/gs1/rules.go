package gs1

// The codes of Error.Rule. They are part of the interface: a code is never
// given another meaning.
const (
	RuleEmpty           = "gs1/empty"
	RuleTooLong         = "gs1/too-long"
	RuleUnrecognised    = "gs1/unrecognised"
	RuleAmbiguous       = "gs1/ambiguous"
	RuleCharset         = "gs1/charset"
	RuleDigits          = "gs1/digits"
	RuleLength          = "gs1/length"
	RuleLotLength       = "gs1/lot-length"
	RuleSerialLength    = "gs1/serial-length"
	RuleCheckDigit      = "gs1/check-digit"
	RuleCheckCharacters = "gs1/check-characters"
	RuleDate            = "gs1/date"
	RuleTime            = "gs1/time"
	RuleCode            = "gs1/code"
	RuleValue           = "gs1/value"
	RuleUnknownAI       = "gs1/unknown-ai"
	RuleRepeatedAI      = "gs1/repeated-ai"
	RuleMissingAI       = "gs1/missing-ai"
	RuleExcludedAI      = "gs1/excluded-ai"
	RuleSeparator       = "gs1/separator"
	RuleSymbology       = "gs1/symbology"
	RuleBracket         = "gs1/bracket"
	RuleURI             = "gs1/uri"
	RulePercent         = "gs1/percent"
	RuleCompressed      = "gs1/compressed"
	RuleNoKey           = "gs1/no-key"
	RuleQualifier       = "gs1/qualifier"
	RuleAttribute       = "gs1/attribute"
	RuleURN             = "gs1/urn"
	RuleURNScheme       = "gs1/urn-scheme"
	RulePattern         = "gs1/pattern"
	RulePrefixLength    = "gs1/prefix-length"
	RulePrefixUnknown   = "gs1/prefix-length-unknown"
	RulePrefixOverlap   = "gs1/prefix-overlap"
	RulePrefixList      = "gs1/prefix-list"
	RuleNDC             = "gs1/ndc"
	RuleNDCSplit        = "gs1/ndc-split-unknown"
)

// The documents the rules come from, as Rule.Source names them.
const (
	genSpecs      = "GS1 General Specifications"
	dictionary    = "GS1 syntax dictionary"
	linkSyntax    = "GS1 Digital Link: URI syntax"
	tagData       = "EPC Tag Data Standard"
	prefixLengths = "GS1 company prefix length list"
	drugCode      = "21 CFR 207.33"
	ours          = "a limit of this package"
)

// Rule documents one code: what it means, what to do about it, and the standard
// and section that asks for it.
type Rule struct {
	Code    string
	Meaning string
	Remedy  string
	Source  string
}

// Rules documents every code an Error of this package can carry.
var Rules = []Rule{
	{RuleEmpty, "there is nothing to read, or an element has no value", "send the text again, complete", dictionary},
	{RuleTooLong, "the text, or the number of its elements, is beyond a limit of this package", "send one code at a time", ours},
	{RuleUnrecognised, "the text is in none of the forms read here", "scan again, or type the numbers with their brackets, as in (01)…(21)…", genSpecs + ", section 7.8"},
	{RuleAmbiguous, "the text can be read as two different identifiers", "put the application identifier before it, as in (01) or (414)", genSpecs + ", section 3"},
	{RuleCharset, "a character is outside the set the standard allows there", "compare with the print on the pack; check the scanner's keyboard layout", genSpecs + ", section 7.11; " + tagData + ", annex A"},
	{RuleDigits, "a character other than 0-9 stands where only digits may", "compare with the print on the pack", genSpecs + ", section 3"},
	{RuleLength, "a value is shorter or longer than the standard allows", "compare with the print on the pack; a separator (FNC1) may be missing", genSpecs + ", section 3; " + dictionary},
	{RuleLotLength, "a batch or lot number (AI 10) has more than 20 characters", "check the lot; if it is followed by another element the separator (FNC1) after it is missing", genSpecs + ", section 3, AI (10)"},
	{RuleSerialLength, "a serial number (AI 21) has more than 20 characters", "check the serial; if it is followed by another element the separator (FNC1) after it is missing", genSpecs + ", section 3, AI (21)"},
	{RuleCheckDigit, "the check digit doesn't agree with the other digits", "a digit is wrong: compare with the print on the pack", genSpecs + ", section 7.9; ISO 6346; IMO A.1117(30)"},
	{RuleCheckCharacters, "the two check characters don't agree with the other characters", "a character is wrong: compare with the source", genSpecs + ", section 7.9"},
	{RuleDate, "a date doesn't exist or isn't written as the element asks", "write YYMMDD; day 00 stands for the last day of the month only where the element allows it", genSpecs + ", sections 3 and 7.12"},
	{RuleTime, "a time of day doesn't exist", "write HHMM from 0000 to 2359", genSpecs + ", section 3"},
	{RuleCode, "a code isn't in the list the standard refers to", "use a code of the list named", dictionary + " (iso3166, iso4217, packagetype)"},
	{RuleValue, "a value breaks a rule of its element", "compare with the print on the pack", dictionary},
	{RuleUnknownAI, "the digits are no application identifier", "a separator (FNC1) may be missing before this point, or the code isn't a GS1 code", genSpecs + ", section 3; " + dictionary},
	{RuleRepeatedAI, "an application identifier occurs twice with different values", "scan one item at a time", genSpecs + ", section 4.13"},
	{RuleMissingAI, "an element may only be used together with another that is missing", "scan the other code of the same item too", genSpecs + ", section 4.13; " + dictionary + " (req)"},
	{RuleExcludedAI, "two elements that may not be used together are both present", "scan one item at a time", genSpecs + ", section 4.13; " + dictionary + " (ex)"},
	{RuleSeparator, "a separator (FNC1) stands where none may", "scan again; check the scanner's set-up", genSpecs + ", section 7.8"},
	{RuleSymbology, "the symbology identifier isn't that of a GS1 code", "scan the GS1 code (DataMatrix ]d2, GS1-128 ]C1, QR ]Q3, DataBar ]e0)", genSpecs + ", section 5; ISO/IEC 15424"},
	{RuleBracket, "the brackets around an application identifier are wrong", "write (AI)value(AI)value; write \\( for a bracket that belongs to a value", genSpecs + ", section 4.14"},
	{RuleURI, "the web address is malformed", "copy the whole address again", "RFC 3986; " + linkSyntax},
	{RulePercent, "a percent sign isn't followed by two hexadecimal digits, or must be written as %25", "escape the character, as in %2F for /", "RFC 3986, section 2.1; " + tagData + ", annex A"},
	{RuleCompressed, "the address is (or looks like) a compressed Digital Link, which isn't read here", "ask the sender for the uncompressed address", "GS1 Digital Link: compression"},
	{RuleNoKey, "there is no GS1 identification key", "the address must hold a key such as /01/ and a GTIN, or /00/ and an SSCC", linkSyntax},
	{RuleQualifier, "a key qualifier doesn't belong to the key, or comes in the wrong order", "for a GTIN the order is /22/, /10/, /21/", linkSyntax + "; " + dictionary + " (dlpkey)"},
	{RuleAttribute, "an element isn't allowed as an attribute in a Digital Link query", "put key qualifiers in the path", linkSyntax + "; " + dictionary + " (flag ?)"},
	{RuleURN, "the EPC URN doesn't have the parts its scheme asks for", "compare with urn:epc:id:sgtin:COMPANYPREFIX.INDICATORANDITEM.SERIAL", tagData + ", section 6.3"},
	{RuleURNScheme, "the EPC scheme isn't known, or has no GS1 key and so no Digital Link form", "use one of the GS1 schemes, such as sgtin, sscc, sgln", tagData + ", sections 6.3 and 7"},
	{RulePattern, "a * stands where none may in an EPC pattern, or the pattern names more or less than the one class asked for", "let * replace whole parts, from the right; for one class only the last: urn:epc:idpat:sgtin:COMPANYPREFIX.INDICATORANDITEM.*", tagData + ", section 8"},
	{RulePrefixLength, "a GS1 company prefix in an EPC URN must have 6 to 12 digits, and the parts together a fixed number", "check where the dot after the company prefix stands", tagData + ", sections 6.3 and 7"},
	{RulePrefixUnknown, "the number of digits of the company prefix isn't known, so the EPC URN can't be made", "give the company prefix in the prefix table, or keep the Digital Link form", tagData + ", section 7"},
	{RulePrefixOverlap, "one company prefix in the table begins with another", "keep the one that is licensed", genSpecs + ", section 1.4"},
	{RulePrefixList, "the list of company prefix lengths isn't in one of GS1's two layouts, or contradicts itself", "fetch the list again from GS1, as JSON or XML, complete", prefixLengths},
	{RuleNDC, "the text isn't a National Drug Code", "write ten digits as 4-4-2, 5-3-2 or 5-4-1", drugCode},
	{RuleNDCSplit, "where the hyphens of this National Drug Code go isn't known", "give the labeler in the labeler table, or the hyphenated code in master data", drugCode},
}

func remedyOf(rule string) string {
	for i := range Rules {
		if Rules[i].Code == rule {
			return Rules[i].Remedy
		}
	}
	return ""
}
