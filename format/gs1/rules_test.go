package gs1

import (
	"errors"
	"strings"
	"testing"
)

// errOf drops a value a function returns beside its error.
func errOf[T any](_ T, err error) error { return err }

// refusals gives one input for each rule that must be refused by that rule.
var refusals = []struct {
	name, rule string
	err        func() error
}{
	{"an empty scan", RuleEmpty, func() error { return errOf(Parse("  ")) }},
	{"a scan beyond the limit", RuleTooLong, func() error { return errOf(Parse(strings.Repeat("9", MaxInputBytes+1))) }},
	{"a word", RuleUnrecognised, func() error { return errOf(Parse("aspirin")) }},
	{"13 digits alone", RuleAmbiguous, func() error { return errOf(Parse("4012345000009")) }},
	{"a serial with a space", RuleCharset, func() error { return CheckSerial("A 1") }},
	{"a GTIN with a letter", RuleDigits, func() error { return errOf(ParseGTIN("0030001012345O")) }},
	{"an SSCC of 17 digits", RuleLength, func() error { return errOf(ParseSSCC("10300010234567890")) }},
	{"a lot of 21 characters", RuleLotLength, func() error { return errOf(Parse("]d210123456789012345678901")) }},
	{"a serial of 21 characters", RuleSerialLength, func() error { return errOf(Parse("(21)123456789012345678901")) }},
	{"a wrong check digit", RuleCheckDigit, func() error { return errOf(ParseGTIN("00300010123456")) }},
	{"a wrong pair of check characters", RuleCheckCharacters, func() error { return CheckValue("8013", "1987654Ad4X4bL5ttr2310cXK") }},
	{"an expiry on 31 February", RuleDate, func() error { return errOf(Parse("]d217270231")) }},
	{"an expiry time of 24 hours", RuleTime, func() error { return CheckValue("7003", "2712312400") }},
	{"a country that isn't one", RuleCode, func() error { return CheckValue("422", "999") }},
	{"a piece beyond the total", RuleValue, func() error { return CheckValue("8006", "003000101234550302") }},
	{"an AI that isn't one", RuleUnknownAI, func() error { return errOf(Parse("(18)1")) }},
	{"two different serials", RuleRepeatedAI, func() error { return errOf(Parse("(21)1(21)2")) }},
	{"a lot without a GTIN", RuleMissingAI, func() error { return Scan{Elements: []Element{{"10", "L1"}}}.CheckAssociations() }},
	{"two places of origin", RuleExcludedAI, func() error {
		return Scan{Elements: []Element{{"01", "00300010123455"}, {"422", "840"}, {"426", "124"}}}.CheckAssociations()
	}},
	{"two separators in a row", RuleSeparator, func() error { return errOf(Parse("]d210L1\x1d\x1d17271231")) }},
	{"a code 39 barcode", RuleSymbology, func() error { return errOf(Parse("]A0ABC")) }},
	{"a bracket that isn't closed", RuleBracket, func() error { return errOf(Parse("(01")) }},
	{"an address with a space", RuleURI, func() error { return errOf(Parse("https://example.com/01/0 1")) }},
	{"a bare percent sign in an EPC URN", RulePercent, func() error { return errOf(PathFromURN("urn:epc:id:sgtin:0300010.012345.5%")) }},
	{"a compressed address", RuleCompressed, func() error { return errOf(Parse("https://example.com/DBHKVAdpQgqrpYfj")) }},
	{"an address without a key", RuleNoKey, func() error { return errOf(Parse("https://example.com/about/us")) }},
	{"a lot after the serial in a path", RuleQualifier, func() error { return errOf(Parse("/01/00300010123455/21/1/10/L1")) }},
	{"a serial in a strict query", RuleAttribute, func() error {
		return errOf(Options{StrictAttributes: true}.Parse("/01/00300010123455?21=1"))
	}},
	{"an EPC URN without a serial", RuleURN, func() error { return errOf(Parse("urn:epc:id:sgtin:0300010.012345")) }},
	{"an EPC scheme without a key", RuleURNScheme, func() error { return errOf(Parse("urn:epc:id:gid:95100000.12345.400")) }},
	{"a pattern of all a company's items", RulePattern, func() error { return errOf(PathFromURN("urn:epc:idpat:sgtin:0300010.012345.1")) }},
	{"a company prefix of 5 digits", RulePrefixLength, func() error { return errOf(PathFromURN("urn:epc:id:sgtin:03000.12345678.1")) }},
	{"a company prefix nobody knows", RulePrefixUnknown, func() error { return errOf(URNFromPath("/01/00300010123455/21/1", nil)) }},
	{"a company prefix within another", RulePrefixOverlap, func() error { return errOf(NewPrefixTable([]string{"0300010", "030001012"})) }},
	{"a list of prefix lengths that is empty", RulePrefixList, func() error { return errOf(ReadPrefixList(strings.NewReader(""))) }},
	{"a drug code of 3-5-2 digits", RuleNDC, func() error { return errOf(ParseNDC("123-45678-90")) }},
	{"a drug code of an unknown labeler", RuleNDCSplit, func() error { return errOf(SplitNDC("0001012345", Labelers{})) }},
}

func TestEachRuleRefuses(t *testing.T) {
	covered := map[string]bool{}
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			covered[c.rule] = true
			err := c.err()
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a refusal by %s", err, c.rule)
			}
			if refused.Rule != c.rule {
				t.Fatalf("refused by %s, want %s: %v", refused.Rule, c.rule, err)
			}
			if refused.Text == "" || refused.Remedy == "" {
				t.Errorf("the refusal says too little: %v", err)
			}
			if refused.Offset < 0 || refused.Offset > len(refused.Input) {
				t.Errorf("offset %d is outside the input %q", refused.Offset, refused.Input)
			}
		})
	}
	for _, r := range Rules {
		if !covered[r.Code] {
			t.Errorf("no input is refused by %s", r.Code)
		}
	}
}

func TestRulesAreDocumentedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		if !strings.HasPrefix(r.Code, "gs1/") || r.Meaning == "" || r.Remedy == "" || r.Source == "" {
			t.Errorf("the rule %+v isn't documented", r)
		}
		if seen[r.Code] {
			t.Errorf("the rule %s is there twice", r.Code)
		}
		seen[r.Code] = true
	}
}

func TestErrorSaysWhatWhereAndWhatToDo(t *testing.T) {
	_, err := Parse("]d20100300010123455172702311012345")
	want := `gs1/date: month 02 of 2027 has 28 days, there is no day 31 (AI 17) at offset 25 of "]d20100300010123455172702311012345"; ` +
		"write YYMMDD; day 00 stands for the last day of the month only where the element allows it"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestErrorRepeatsOnlyTheBeginningOfALongInput(t *testing.T) {
	_, err := Parse("(01" + strings.Repeat("x", 200))
	if err == nil || len(err.Error()) > 250 {
		t.Errorf("got %v", err)
	}
}
