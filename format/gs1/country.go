package gs1

import "strings"

// IsCountry tells whether code is a two-letter country code of ISO 3166-1, in
// capitals, as AI 4307 and the countryCode of master data hold it.
func IsCountry(code string) bool {
	return len(code) == 2 && code[0] != ' ' && code[1] != ' ' && strings.Contains(iso3166Letters, " "+code+" ")
}
