package gs1

import (
	"errors"
	"strings"
	"testing"
)

// rightEPCs are right EPC URNs, at least one of each scheme of the Tag Data
// Standard.
var rightEPCs = []string{
	"urn:epc:id:sgtin:0300010.012345.1001",
	"urn:epc:id:sscc:0300010.1234567890",
	"urn:epc:id:sgln:0300010.00001.0",
	"urn:epc:id:grai:0300010.12345.A1",
	"urn:epc:id:giai:0300010.A%2F1",
	"urn:epc:id:gsrn:0300010.1234567890",
	"urn:epc:id:gsrnp:0300010.1234567890",
	"urn:epc:id:gdti:0300010.12345.A1",
	"urn:epc:id:cpi:0300010.A%23-%2F9.1",
	"urn:epc:id:sgcn:0300010.12345.0099",
	"urn:epc:id:ginc:0300010.a.b",
	"urn:epc:id:gsin:0300010.123456789",
	"urn:epc:id:itip:0300010.012345.01.02.9",
	"urn:epc:id:upui:0300010.012345.T1",
	"urn:epc:id:pgln:0300010.00001",
	"urn:epc:class:lgtin:0300010.012345.L1",
	"urn:epc:id:gid:0.0.0",
	"urn:epc:id:gid:268435455.16777215.68719476735",
	"urn:epc:id:usdod:2S194.12345678901",
	"urn:epc:id:usdod:W81X9C.68719476735",
	"urn:epc:id:adi:35962.PQ7VZ4.M37GXB92",
	"urn:epc:id:adi:W81X9C..1",
	"urn:epc:id:adi:35962.A-%2F9.%23M-%2F7",
	"urn:epc:id:adi:35962." + strings.Repeat("A", 32) + "." + strings.Repeat("%2F", 30),
	"urn:epc:id:adi:35962.A.%23" + strings.Repeat("9", 29),
	"urn:epc:id:bic:CSQU3054383",
	"urn:epc:id:bic:TOLU4734787",
	"urn:epc:id:imovn:9176187",
	"urn:epc:id:imovn:9074729",
	"urn:epc:idpat:sgtin:0300010.*.*",
	"URN:EPC:id:imovn:9176187",
}

func TestEveryEPCSchemeIsChecked(t *testing.T) {
	for _, urn := range rightEPCs {
		if err := CheckEPC(urn); err != nil {
			t.Errorf("%s: %v", urn, err)
		}
	}
	for _, s := range schemes {
		if s.kind == kindPattern {
			continue
		}
		if !anyBegins(rightEPCs, urnStart+s.kind+":"+s.name+":") {
			t.Errorf("no URN of the scheme %s is tried", s.name)
		}
	}
	for _, s := range otherSchemes {
		if !anyBegins(rightEPCs, urnStart+kindID+":"+s.name+":") {
			t.Errorf("no URN of the scheme %s is tried", s.name)
		}
	}
}

func anyBegins(list []string, start string) bool {
	for _, s := range list {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

func TestWrongEPCsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, urn, rule string
		offset          int
	}{
		{"a manager number above 28 bits", "urn:epc:id:gid:268435456.1.1", RuleValue, 15},
		{"an object class above 24 bits", "urn:epc:id:gid:1.16777216.1", RuleValue, 17},
		{"a serial number above 36 bits", "urn:epc:id:gid:1.1.68719476736", RuleValue, 19},
		{"a number far above", "urn:epc:id:gid:1.1.99999999999999999999999999", RuleValue, 19},
		{"a manager number with a zero in front", "urn:epc:id:gid:01.1.1", RuleValue, 15},
		{"a letter in an object class", "urn:epc:id:gid:1.1a.1", RuleDigits, 18},
		{"a gid of two parts", "urn:epc:id:gid:1.1", RuleURN, 17},
		{"a gid of four parts", "urn:epc:id:gid:1.1.1.1", RuleDigits, 20},
		{"an empty serial number", "urn:epc:id:gid:1.1.", RuleEmpty, 19},
		{"a CAGE code of 4", "urn:epc:id:usdod:2S19.1", RuleLength, 17},
		{"a DODAAC of 7", "urn:epc:id:usdod:W81X9CA.1", RuleLength, 17},
		{"a CAGE code with an O", "urn:epc:id:usdod:2S1O4.1", RuleCharset, 20},
		{"a CAGE code with an I", "urn:epc:id:adi:2SI94.A.1", RuleCharset, 17},
		{"a CAGE code in small letters", "urn:epc:id:usdod:2s194.1", RuleCharset, 18},
		{"a usdod serial with a letter", "urn:epc:id:usdod:2S194.1A", RuleDigits, 24},
		{"a usdod serial above 36 bits", "urn:epc:id:usdod:2S194.68719476736", RuleValue, 23},
		{"a part number in small letters", "urn:epc:id:adi:2S194.a.1", RuleCharset, 21},
		{"a part number with a number sign", "urn:epc:id:adi:2S194.%23A.1", RuleCharset, 21},
		{"a part number with a bare slash", "urn:epc:id:adi:2S194.A/B.1", RulePercent, 22},
		{"a part number of 33", "urn:epc:id:adi:2S194." + strings.Repeat("A", 33) + ".1", RuleLength, 21},
		{"an aerospace serial of 31", "urn:epc:id:adi:2S194.A." + strings.Repeat("A", 31), RuleLength, 23},
		{"a marked aerospace serial of 31", "urn:epc:id:adi:2S194.A.%23" + strings.Repeat("A", 30), RuleLength, 26},
		{"a marked aerospace serial that is empty", "urn:epc:id:adi:2S194.A.%23", RuleEmpty, 23},
		{"an aerospace serial with a dot", "urn:epc:id:adi:2S194.A.1.2", RuleCharset, 24},
		{"an adi of two parts", "urn:epc:id:adi:2S194.A", RuleURN, 21},
		{"a container with a wrong check digit", "urn:epc:id:bic:CSQU3054384", RuleCheckDigit, 25},
		{"a container of an unknown category", "urn:epc:id:bic:CSQA3054383", RuleCode, 18},
		{"a container in small letters", "urn:epc:id:bic:csqU3054383", RuleCharset, 15},
		{"a container with a letter in its number", "urn:epc:id:bic:CSQU30543B3", RuleDigits, 24},
		{"a container of 12", "urn:epc:id:bic:CSQU30543833", RuleLength, 15},
		{"a vessel with a wrong check digit", "urn:epc:id:imovn:9176188", RuleCheckDigit, 23},
		{"a vessel of 6 digits", "urn:epc:id:imovn:917618", RuleLength, 17},
		{"a vessel with a letter", "urn:epc:id:imovn:917618A", RuleDigits, 23},
		{"a piece beyond its total", "urn:epc:id:itip:0300010.012345.03.02.9", RuleValue, 31},
		{"a piece zero", "urn:epc:id:itip:0300010.012345.00.02.9", RuleValue, 31},
		{"an overlong serial", "urn:epc:id:sgtin:0300010.012345." + strings.Repeat("1", 21), RuleSerialLength, 32},
		{"a scheme that isn't one", "urn:epc:id:abc:1.1", RuleURNScheme, 8},
		{"a class of a scheme without one", "urn:epc:class:sgtin:0300010.012345.1", RuleURNScheme, 8},
		{"a class of a scheme without a key", "urn:epc:class:gid:1.1.1", RuleURNScheme, 8},
		{"a tag", "urn:epc:tag:sgtin-96:3.0300010.012345.1", RuleURNScheme, 8},
		{"a raw tag", "urn:epc:raw:96.x300000", RuleURN, 12},
		{"a tag pattern", "urn:epc:pat:sgtin-96:3.0300010.*.*", RuleURNScheme, 8},
		{"a kind that isn't one", "urn:epc:ids:sgtin:0300010.012345.1", RuleURNScheme, 8},
		{"no EPC", "urn:uuid:1", RuleURN, 0},
		{"nothing", "", RuleURN, 0},
		{"more than is read", "urn:epc:id:gid:" + strings.Repeat("1", MaxInputBytes), RuleTooLong, MaxInputBytes},
	} {
		t.Run(c.name, func(t *testing.T) {
			var refused *Error
			err := CheckEPC(c.urn)
			if !errors.As(err, &refused) || refused.Rule != c.rule || refused.Offset != c.offset {
				t.Errorf("got %v, want a refusal by %s at %d", err, c.rule, c.offset)
			}
		})
	}
}

func TestEPCsWithoutAKeyHaveNoLink(t *testing.T) {
	for _, urn := range []string{"urn:epc:id:gid:1.1.1", "urn:epc:id:usdod:2S194.1", "urn:epc:id:adi:2S194.A.1", "urn:epc:id:bic:CSQU3054383", "urn:epc:id:imovn:9176187", "urn:epc:idpat:gid:1.1.*"} {
		var refused *Error
		if _, err := PathFromURN(urn); !errors.As(err, &refused) || refused.Rule != RuleURNScheme || !strings.Contains(refused.Text, "no Digital Link form") {
			t.Errorf("%s: got %v", urn, err)
		}
	}
}

func TestContainerCheckDigitsOfEveryLetter(t *testing.T) {
	// The letter in the first place counts once, so the remainder shows its value.
	for letter, value := range map[byte]int{'A': 10, 'B': 12, 'K': 21, 'L': 23, 'U': 32, 'V': 34, 'Z': 38} {
		if got, want := containerCheck(string(letter)), byte('0'+value%11%10); got != want {
			t.Errorf("%c: got %c, want %c", letter, got, want)
		}
	}
}
