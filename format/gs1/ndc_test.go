package gs1

import "testing"

func TestNDCGoesIntoAGTINAndBack(t *testing.T) {
	for indicator, want := range map[int]GTIN{0: "00300010123455", 1: "10300010123452"} {
		got, err := GTINFromNDC(indicator, "0001012345")
		if err != nil || got != want {
			t.Errorf("indicator %d: got %s, %v, want %s", indicator, got, err, want)
		}
		if back, ok := NDC10FromGTIN(got); !ok || back != "0001012345" {
			t.Errorf("%s holds %s, %v", got, back, ok)
		}
		if _, err := ParseGTIN(string(got)); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		indicator int
		ndc       string
	}{{-1, "0001012345"}, {9, "0001012345"}, {0, "000101234"}, {0, "00010123456"}, {0, "0001-12345"}, {0, ""}} {
		if g, err := GTINFromNDC(c.indicator, c.ndc); err == nil {
			t.Errorf("%d and %q make %s", c.indicator, c.ndc, g)
		}
	}
}

func TestHyphenatedNDCIsFilledTo11Digits(t *testing.T) {
	for in, want := range map[string]string{
		"0001-0123-45": "00001012345",
		"12345-678-90": "12345067890",
		"12345-6789-0": "12345678900",
	} {
		got, err := NDC11(in)
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
		n, err := ParseNDC(in)
		if err != nil || n.String() != in || len(n.NDC10()) != 10 {
			t.Errorf("%s: got %v, %v", in, n, err)
		}
	}
	for _, bad := range []string{"", "0001012345", "0001-0123-456", "0001-01234-5", "123456-78-90", "12345-67-890", "1234-567-890", "0001_0123_45", "000a-0123-45", "0001-0123-4-"} {
		if n, err := ParseNDC(bad); err == nil {
			t.Errorf("%q is read as %v", bad, n)
		}
		if _, err := NDC11(bad); err == nil {
			t.Errorf("%q is filled", bad)
		}
	}
}

func TestLabelerTableSaysWhereTheHyphensGo(t *testing.T) {
	labelers := Labelers{"0001": 4, "12345": 3, "54321": 4, "9999": 4, "99991": 3, "8888": 3}
	for in, want := range map[string]string{
		"0001012345": "0001-0123-45",
		"1234567890": "12345-678-90",
		"5432167890": "54321-6789-0",
		"9999212345": "9999-2123-45",
	} {
		got, err := SplitNDC(in, labelers)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", in, got, err, want)
		}
	}
	for name, in := range map[string]string{
		"two readings":                      "9999112345",
		"an unknown labeler":                "7777712345",
		"a split that isn't one of the FDA": "8888123456",
		"nine digits":                       "000101234",
	} {
		if got, err := SplitNDC(in, labelers); err == nil {
			t.Errorf("%s: %s is read as %v", name, in, got)
		}
	}
}

func TestTheBillingFormIsTurnedBack(t *testing.T) {
	for _, c := range []struct {
		name, ndc11 string
		labelers    LabelerTable
		want, rule  string
	}{
		{"only the labeler begins with zero", "01234567890", nil, "1234-5678-90", ""},
		{"only the product begins with zero", "12345067890", nil, "12345-678-90", ""},
		{"the package begins with zero", "12345678909", nil, "12345-6789-9", ""},
		{"the same with hyphens", "12345-6789-09", nil, "12345-6789-9", ""},
		{"labeler and product begin with zero", "00001012345", nil, "", RuleNDCSplit},
		{"the table knows the labeler of four", "00001012345", Labelers{"0001": 4}, "0001-0123-45", ""},
		{"the table knows the labeler of five", "00001012345", Labelers{"00001": 3}, "00001-123-45", ""},
		{"the table knows both", "00001012345", Labelers{"0001": 4, "00001": 3}, "", RuleNDCSplit},
		{"the table knows neither", "00001012345", Labelers{"0002": 4}, "", RuleNDCSplit},
		{"no part begins with zero", "12345678912", nil, "", RuleNDC},
		{"ten digits", "1234567890", nil, "", RuleNDC},
		{"hyphens elsewhere", "1234-56789-09", nil, "", RuleNDC},
		{"letters", "1234567890A", nil, "", RuleNDC},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := SplitNDC11(c.ndc11, c.labelers)
			if c.rule != "" {
				if ruleOf(err) != c.rule {
					t.Errorf("got %v, %v, want a refusal by %s", n, err, c.rule)
				}
				return
			}
			if err != nil || n.String() != c.want {
				t.Errorf("got %v, %v", n, err)
			}
		})
	}
}
