package gs1

import (
	"strings"
	"testing"
)

// contents gives values each check accepts and refuses, by the AI that has it.
var contents = []struct {
	name, ai   string
	good, bad  []string
	ruleOfBads string
}{
	{"a check digit ends an SSCC", "00", []string{"103000102345678901"}, []string{"103000102345678902"}, RuleCheckDigit},
	{
		"a pair of check characters ends a model number", "8013",
		[]string{"1987654Ad4X4bL5ttr2310c2K", "12345678901234567890123NT", "12345_!\"%&'()*+,-./LC", "7907665Bm8v2AB", "00000!HV"},
		[]string{"1987654Ad4X4bL5ttr2310c2X", "7907665Bm8v2BA", "22", "0"},
		RuleCheckCharacters,
	},
	{"a company prefix begins an asset", "8004", []string{"4012", "4012345ABC"}, []string{"401A345", "A"}, RuleDigits},
	{"an asset is long enough for a company prefix", "8004", nil, []string{"401"}, RuleLength},
	{"a production date may have day 00", "11", []string{"270200", "270228"}, []string{"270229", "271300"}, RuleDate},
	{"a harvest date may not have day 00", "7007", []string{"270228", "270228270301"}, []string{"270200", "270228270300"}, RuleDate},
	{"a day of birth exists", "7250", []string{"19000228", "20000229"}, []string{"19000229", "20001301", "00000101"}, RuleDate},
	{"a time of day exists", "7011", []string{"2701312359", "2701310000", "270131"}, []string{"2701312400", "2701312360"}, RuleTime},
	{"a production time exists", "8008", []string{"27013123", "2701312359", "270131235959"}, []string{"27013124", "2701312360", "270131235960"}, RuleTime},
	{"a country is in the list", "422", []string{"840", "276"}, []string{"000", "999", "841"}, RuleCode},
	{"several countries may be written 999", "7030", []string{"999A", "840A"}, []string{"998A"}, RuleCode},
	{"up to five countries", "423", []string{"840", "840276250124004"}, []string{"840000"}, RuleCode},
	{"a country in letters is in the list", "4307", []string{"US", "DE"}, []string{"XX", "us", "ZZ"}, RuleCode},
	{"a currency is in the list", "3912", []string{"8401", "978123"}, []string{"0001", "2801"}, RuleCode},
	{"a package type is in the list", "7041", []string{"1A", "200", "8", "ZZ"}, []string{"0", "1C", "zz"}, RuleCode},
	{"a sex is a code of ISO 5218", "7252", []string{"0", "1", "2", "9"}, []string{"3", "8"}, RuleValue},
	{"an escape in a name is whole", "4300", []string{"A%20B", "AB", "%C3%A9"}, []string{"A%2", "%", "%G0"}, RulePercent},
	{"yes and no are 1 and 0", "4321", []string{"0", "1"}, []string{"2"}, RuleValue},
	{"a hyphen is the sign of a temperature", "4330", []string{"001250", "001250-"}, []string{"001250+"}, RuleValue},
	{"an importer index is base64url", "7040", []string{"1ABz", "1AB-", "1AB_", "1AB7"}, []string{"1AB.", "1AB="}, RuleValue},
	{"an identification medium is one of ICCBBA", "7241", []string{"01", "10", "80", "99"}, []string{"00", "11", "79"}, RuleValue},
	{"a place in a sequence is within it", "7258", []string{"1/1", "2/3"}, []string{"3/2", "0/1", "1/0", "1//", "12/", "/12", "123", "a/1"}, RuleValue},
	{"no dimension of a roll is zero", "8001", []string{"00010000100119", "99990000100100"}, []string{"00000000100119", "00010000000119", "00010000100019"}, RuleValue},
	{"a winding direction is 0, 1 or 9", "8001", []string{"00010000100101"}, []string{"00010000100121"}, RuleValue},
	{"a returnable asset begins with zero", "8003", []string{"02112345678900", "02112345678900ABC"}, []string{"12112345678900"}, RuleValue},
	{"a piece is within the total", "8006", []string{"003000101234550101", "003000101234550299"}, []string{"003000101234550002", "003000101234550100", "003000101234550302"}, RuleValue},
	{"an account number agrees with its check digits", "8007", []string{"DE91100000000123456789", "BE71096123456769"}, []string{"DE92100000000123456789", "BE71096123456760"}, RuleCheckDigit},
	{"an account number begins with a country", "8007", nil, []string{"XX361234567890"}, RuleCode},
	{"an account number holds capitals and digits", "8007", nil, []string{"DE9110000000012345678z", "DEx1100000000123456789"}, RuleCharset},
	{"an account number isn't too short", "8007", nil, []string{"BE71096123"}, RuleLength},
	{"the serial of a component has no zero in front", "8011", []string{"0", "1", "123456789012"}, []string{"01", "00"}, RuleValue},
	{"a unique device is no number", "8014", []string{"1987654Ad4X4bL5ttr2310c2K"}, []string{"1234567890", "22"}, RuleCheckCharacters},
	{"a place on earth is on it", "4309", []string{"00000000000000000000", "18000000003600000000"}, []string{"18000000010000000000", "18000000003600000001"}, RuleValue},
	{
		"a coupon has its required fields", "8110",
		[]string{"0123456" + "123456" + "1" + "1" + "1" + "1" + "0" + "123", "0123456" + "123456" + "3" + "100" + "2" + "12" + "9" + "123" + "1"},
		[]string{"7123456", "0", "0123456", "012345612345", "0123456123456", "01234561234566", "0123456123456111151230", "01234561234561111012"},
		RuleValue,
	},
	{
		"an offer file coupon has nothing after its serial", "8112",
		[]string{"001234561234560123456", "101234561234561123456" + "7"},
		[]string{"201234561234560123456", "0", "07", "001234561234560", "0012345612345601234567"},
		RuleValue,
	},
	{"a coupon holds only digits", "8112", nil, []string{"0a1234561234560123456"}, RuleDigits},
	{"a component identifier is of CSET 39", "8010", []string{"4012345ABC-1#/"}, []string{"4012345abc", "4012345."}, RuleCharset},
	{"a signature is base64url", "8030", []string{"A-_z09="}, []string{"A+", "A/", "A."}, RuleCharset},
	{"a serial has 20 characters at most", "21", []string{strings.Repeat("1", 20)}, []string{strings.Repeat("1", 21)}, RuleSerialLength},
	{"a lot has 20 characters at most", "10", []string{strings.Repeat("1", 20)}, []string{strings.Repeat("1", 21)}, RuleLotLength},
	{"a third-party serial has 28 characters at most", "235", []string{strings.Repeat("1", 28)}, []string{strings.Repeat("1", 29)}, RuleLength},
	{"a count is digits", "37", []string{"1", "12345678"}, []string{"1a", "-1"}, RuleDigits},
}

func TestContentsAreChecked(t *testing.T) {
	made := map[Check]bool{}
	for _, c := range contents {
		t.Run(c.name, func(t *testing.T) {
			spec, ok := LookupAI(c.ai)
			if !ok {
				t.Fatalf("there is no AI %s", c.ai)
			}
			for _, part := range spec.Components {
				for _, check := range part.Checks {
					made[check] = true
				}
			}
			for _, v := range c.good {
				if err := CheckValue(c.ai, v); err != nil {
					t.Errorf("%q: %v", v, err)
				}
			}
			byRule := 0
			for _, v := range c.bad {
				err := CheckValue(c.ai, v)
				if err == nil {
					t.Errorf("%q is accepted", v)
					continue
				}
				if err.(*Error).Rule == c.ruleOfBads {
					byRule++
				}
			}
			if byRule == 0 {
				t.Errorf("none of the bad values is refused by %s", c.ruleOfBads)
			}
		})
	}
	for check := checkDigit; check <= longitude; check++ {
		if !made[check] {
			t.Errorf("no value is tried against the check %s", check)
		}
	}
}

func TestEveryAIRefusesAnEmptyAndAnOverlongValue(t *testing.T) {
	for _, spec := range ais.specs {
		if CheckValue(spec.AI, "") == nil {
			t.Errorf("AI %s may be empty", spec.AI)
		}
		if CheckValue(spec.AI, strings.Repeat("0", spec.length()+1)) == nil {
			t.Errorf("AI %s may have %d characters", spec.AI, spec.length()+1)
		}
	}
}

func TestCheckCharactersAreLimitedTo23Before(t *testing.T) {
	if pair, err := CheckCharacters("1987654Ad4X4bL5ttr2310c"); err != nil || pair != "2K" {
		t.Errorf("got %s, %v", pair, err)
	}
	for n, want := range map[int]bool{0: true, 23: true, 24: false} {
		if _, err := CheckCharacters(strings.Repeat("1", n)); (err == nil) != want {
			t.Errorf("%d characters: %v", n, err)
		}
	}
	if _, err := CheckCharacters("a b"); err == nil {
		t.Error("a space has a value")
	}
}

func TestLookupAIFindsOnlyWholeAIs(t *testing.T) {
	for ai, want := range map[string]bool{"01": true, "415": true, "3105": true, "8200": true, "": false, "0": false, "1": false, "001": false, "0101": false, "31": false, "3106": false, "18": false, "41": false, "ab": false, "4a5": false, "80011": false} {
		if spec, ok := LookupAI(ai); ok != want || ok && spec.AI != ai {
			t.Errorf("%q: got %v, %v", ai, spec.AI, ok)
		}
	}
}

func TestUniqueDeviceWithARightPairIsStillNoNumber(t *testing.T) {
	tried := 0
	for n := 1000; n < 3000; n++ {
		pair, err := CheckCharacters(itoa(n))
		if err != nil {
			t.Fatal(err)
		}
		if !allDigits(pair) {
			continue
		}
		tried++
		if err := CheckValue("8014", itoa(n)+pair); err == nil || err.(*Error).Rule != RuleValue {
			t.Errorf("%d%s: got %v", n, pair, err)
		}
	}
	if tried == 0 {
		t.Error("no number ends in its own pair")
	}
}
