package gs1_test

import (
	"testing"

	"pedigree/format/gs1"
)

func TestCountriesHaveTwoCapitalLetters(t *testing.T) {
	for code, want := range map[string]bool{
		"US": true, "DE": true, "ZW": true, "AD": true,
		"": false, "us": false, "USA": false, "UK": false, "XX": false, "840": false, " A": false, "D ": false,
	} {
		if got := gs1.IsCountry(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}
