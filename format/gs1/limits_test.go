package gs1

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// manyElements makes n element strings of different AIs.
func manyElements(n int) []Element {
	var elements []Element
	for _, spec := range ais.specs {
		if spec.Title == "INTERNAL" || strings.HasPrefix(spec.AI, "3") && len(spec.AI) == 4 && spec.Predefined {
			value := "000001"
			elements = append(elements, Element{spec.AI, value})
		}
		if len(elements) == n {
			return elements
		}
	}
	return nil
}

func TestLimitsHoldAtTheirValueAndRefuseOneMore(t *testing.T) {
	element := func(n int) string {
		var b strings.Builder
		for _, e := range manyElements(n) {
			b.WriteString("(" + e.AI + ")" + e.Value)
		}
		return b.String()
	}
	address := func(n int) string {
		const stem = "https://example.com/01/00300010123455?x="
		return stem + strings.Repeat("1", n-len(stem))
	}
	urn := func(n int) string {
		return "urn:epc:id:" + strings.Repeat("x", n-11)
	}
	for _, c := range []struct {
		name  string
		limit int
		try   func(n int) error
	}{
		{"bytes of an address", MaxInputBytes, func(n int) error { return errOf(Parse(address(n))) }},
		{"bytes of a Digital Link", MaxInputBytes, func(n int) error { return errOf(ParseDigitalLink(address(n))) }},
		{"bytes of an element string", MaxInputBytes, func(n int) error { return errOf(ParseElementString(strings.Repeat("\x1d", n))) }},
		{"bytes of printed text", MaxInputBytes, func(n int) error { return errOf(ParseBracketed(strings.Repeat(" ", n))) }},
		{"bytes of an EPC URN", MaxInputBytes, func(n int) error { return errOf(PathFromURN(urn(n))) }},
		{"elements of a scan", MaxElements, func(n int) error { return errOf(Parse(element(n))) }},
		{"elements to write", MaxElements, func(n int) error { return errOf(BuildElementString(manyElements(n))) }},
		{"segments of a path", MaxPathSegments, func(n int) error {
			return errOf(Parse(strings.Repeat("/x", n-2) + "/01/00300010123455"))
		}},
		{"parameters of a query", MaxQueryParameters, func(n int) error {
			return errOf(Parse("/01/00300010123455?" + strings.TrimSuffix(strings.Repeat("a=1&", n), "&")))
		}},
		{"digits of a company prefix", MaxPrefix, func(n int) error {
			return errOf(NewPrefixTable([]string{strings.Repeat("1", n)}))
		}},
		{"characters of a lot", MaxLot, func(n int) error { return CheckLot(strings.Repeat("1", n)) }},
		{"characters of a serial", MaxSerial, func(n int) error { return CheckSerial(strings.Repeat("1", n)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			limited := func(err error) bool {
				var refused *Error
				if !errors.As(err, &refused) {
					return false
				}
				switch refused.Rule {
				case RuleTooLong, RulePrefixLength, RuleLotLength, RuleSerialLength:
					return true
				}
				return false
			}
			if err := c.try(c.limit); limited(err) {
				t.Errorf("%d is refused: %v", c.limit, err)
			}
			if err := c.try(c.limit + 1); !limited(err) {
				t.Errorf("%d isn't refused by the limit: %v", c.limit+1, err)
			}
		})
	}
}

func TestCompanyPrefixesInURNsHave6To12Digits(t *testing.T) {
	for n := range 15 {
		urn := fmt.Sprintf("urn:epc:id:sscc:%s.%s", strings.Repeat("1", n), strings.Repeat("1", 17-n))
		if _, err := PathFromURN(urn); (err == nil) != (n >= MinPrefix && n <= MaxPrefix) {
			t.Errorf("%d digits: %v", n, err)
		}
	}
}

func TestErrorsDoNotKeepAnOverlongInput(t *testing.T) {
	huge := strings.Repeat("9", 10*MaxInputBytes)
	for name, err := range map[string]error{
		"Parse": errOf(Parse(huge)), "ParseGTIN": errOf(ParseGTIN(huge)), "ParseSSCC": errOf(ParseSSCC(huge)), "ParseDate": errOf(ParseDate(huge)),
		"ParseNDC": errOf(ParseNDC(huge)), "CheckLot": CheckLot(huge), "CheckValue": CheckValue("21", huge), "CheckDigit": errOf(CheckDigit(huge)),
		"PathFromURN": errOf(PathFromURN("urn:epc:" + huge)), "NewPrefixTable": errOf(NewPrefixTable([]string{huge})), "an AI": CheckValue(huge, "1"),
	} {
		var refused *Error
		if !errors.As(err, &refused) || len(refused.Input) > MaxInputBytes {
			t.Errorf("%s keeps %d bytes", name, len(refused.Input))
		}
	}
}
