package gs1

import "strings"

// PrefixTable knows the GS1 company prefixes. digits begins with the company
// prefix of a key (the indicator of a GTIN and the extension of an SSCC taken
// off); the answer is how many of them are the prefix.
type PrefixTable interface {
	PrefixLength(digits string) (int, bool)
}

// Prefixes is a PrefixTable held in memory.
type Prefixes struct {
	known map[string]struct{}
}

// NewPrefixTable makes a table of company prefixes of 6 to 12 digits. No prefix
// may begin with another one, for then two companies would own the same keys.
func NewPrefixTable(prefixes []string) (*Prefixes, error) {
	if len(prefixes) > MaxPrefixes {
		return nil, refuse(RuleTooLong, itoa(len(prefixes)), "prefix table", 0, "the table has more than "+itoa(MaxPrefixes)+" prefixes")
	}
	t := &Prefixes{known: make(map[string]struct{}, len(prefixes))}
	for _, p := range prefixes {
		if len(p) < MinPrefix || len(p) > MaxPrefix || !allDigits(p) {
			return nil, refuse(RulePrefixLength, clip(p), "prefix table", 0, "a company prefix has 6 to 12 digits")
		}
		t.known[p] = struct{}{}
	}
	for _, p := range prefixes {
		if n, ok := t.PrefixLength(p[:len(p)-1]); ok {
			return nil, refuse(RulePrefixOverlap, p, "prefix table", 0, "the company prefix "+p[:n]+" is in the table too")
		}
	}
	return t, nil
}

// PrefixLength finds the company prefix that digits begin with.
func (t *Prefixes) PrefixLength(digits string) (int, bool) {
	if t == nil {
		return 0, false
	}
	for n := MinPrefix; n <= MaxPrefix && n <= len(digits); n++ {
		if _, ok := t.known[digits[:n]]; ok {
			return n, true
		}
	}
	return 0, false
}

// PrefixTables asks several tables, such as a document's own prefixes and then
// GS1's list: the first that knows the company prefix answers.
type PrefixTables []PrefixTable

// PrefixLength finds the company prefix that digits begin with.
func (t PrefixTables) PrefixLength(digits string) (int, bool) {
	for _, table := range t {
		if table == nil {
			continue
		}
		if n, ok := table.PrefixLength(digits); ok {
			return n, true
		}
	}
	return 0, false
}

// CompanyPrefixOf returns the GS1 company prefix in an EPC URN (urn:epc:id,
// class or idpat of a GS1 scheme), and false for anything else.
func CompanyPrefixOf(urn string) (string, bool) {
	p, err := splitURN(urn)
	if err != nil {
		return "", false
	}
	return p.prefix, true
}

// PrefixMatches says whether the key in a canonical Digital Link path belongs
// to a company prefix: it begins with it once the indicator digit of a GTIN or
// the extension digit of an SSCC is taken off. A GTIN-8 belongs to none.
func PrefixMatches(prefix, path string) bool {
	if prefix == "" || !allDigits(prefix) {
		return false
	}
	key, value, ok := firstPair(path)
	if !ok {
		return false
	}
	skip, ok := prefixOffset(key)
	if !ok || len(value) < skip || key == "01" && GTIN(value).IsGTIN8() {
		return false
	}
	return strings.HasPrefix(value[skip:], prefix)
}

// prefixOffset says how many characters of the key's value come before the
// company prefix.
func prefixOffset(key string) (int, bool) {
	switch key {
	case "00", "01", "8003", "8006":
		return 1, true
	case "253", "255", "401", "402", "414", "415", "417", "8004", "8010", "8013", "8017", "8018":
		return 0, true
	}
	return 0, false
}

// firstPair returns the first AI and value of a path /AI/value/…
func firstPair(path string) (ai, value string, ok bool) {
	if path == "" || path[0] != '/' {
		return "", "", false
	}
	ai, value, ok = strings.Cut(path[1:], "/")
	value, _, _ = strings.Cut(value, "/")
	return ai, value, ok && value != ""
}
