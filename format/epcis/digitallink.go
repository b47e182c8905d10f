package epcis

import (
	"strings"

	"pedigree/format/gs1"
)

// linkKey describes a primary key of the Digital Link standard as far as the
// event hash needs it: the shape of its value, and the qualifiers that identify
// further, the finest first.
type linkKey struct {
	ai     string
	word   string // of Digital Link 1.0
	digits int    // leading digits of the value
	more   bool   // further characters may follow the digits
	finest []string
}

var linkKeys = []linkKey{
	{"01", "gtin", 14, false, []string{"21", "235", "10"}},
	{"00", "sscc", 18, false, nil},
	{"414", "gln", 13, false, []string{"254"}},
	{"417", "party", 13, false, nil},
	{"253", "gdti", 13, true, nil},
	{"255", "gcn", 13, true, nil},
	{"401", "ginc", 4, true, nil},
	{"402", "gsin", 17, false, nil},
	{"8003", "grai", 14, true, nil},
	{"8004", "giai", 4, true, nil},
	{"8006", "itip", 18, false, []string{"21", "10"}},
	{"8010", "cpid", 4, true, []string{"8011"}},
	{"8017", "gsrnp", 18, false, nil},
	{"8018", "gsrn", 18, false, nil},
}

// constrain returns the canonical path of a Digital Link on any domain, reduced
// to the finest identifier, or false when the address isn't one. Check digits
// don't matter here: that is the gs1 rule set's work.
func constrain(uri string) (path string, ok bool) {
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(uri, "http://"); !ok {
			return "", false
		}
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 {
		return "", false
	}
	segments := strings.Split(strings.TrimSuffix(rest[slash+1:], "/"), "/")
	if len(segments) > gs1.MaxPathSegments {
		return "", false
	}
	for i := 0; i+1 < len(segments); i++ {
		if key := findKey(segments[i]); key != nil {
			if path, ok := key.path(segments[i+1:]); ok {
				return path, true
			}
		}
	}
	return "", false
}

func findKey(segment string) *linkKey {
	for i := range linkKeys {
		if linkKeys[i].ai == segment || linkKeys[i].word == segment {
			return &linkKeys[i]
		}
	}
	return nil
}

// path builds the canonical path from the segments behind the key's own.
func (k *linkKey) path(rest []string) (string, bool) {
	value := rest[0]
	if k.ai == "01" {
		switch len(value) {
		case 8, 12, 13:
			value = "00000000000000"[:14-len(value)] + value
		}
	}
	if !k.fits(value) || len(rest)%2 == 0 {
		return "", false
	}
	best := len(k.finest)
	serial := ""
	for i := 1; i+1 < len(rest); i += 2 {
		ai, known := qualifierAI(rest[i])
		if !known {
			return "", false
		}
		for rank, q := range k.finest {
			if q == ai && rank < best {
				best, serial = rank, rest[i+1]
			}
		}
	}
	path := "/" + k.ai + "/" + reescape(value)
	if best < len(k.finest) {
		path += "/" + k.finest[best] + "/" + reescape(serial)
	}
	return path, true
}

func (k *linkKey) fits(value string) bool {
	if len(value) < k.digits || !k.more && len(value) != k.digits {
		return false
	}
	for i := 0; i < k.digits; i++ {
		if value[i] < '0' || value[i] > '9' {
			return false
		}
	}
	return true
}

func qualifierAI(segment string) (string, bool) {
	switch segment {
	case "10", "21", "22", "235", "254", "8011", "8019", "8020", "7040":
		return segment, true
	case "lot":
		return "10", true
	case "ser":
		return "21", true
	case "cpv":
		return "22", true
	case "glnx":
		return "254", true
	}
	return "", false
}

// reescape brings the percent-encoding of a path segment into the form of the
// event hash.
func reescape(segment string) string {
	plain := true
	for i := 0; i < len(segment) && plain; i++ {
		c := segment[i]
		plain = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '.' || c == '_'
	}
	if plain {
		return segment
	}
	value, err := gs1.UnescapePath(segment)
	if err != nil {
		return segment
	}
	return string(relaxEscapes([]byte(gs1.EscapePath(value)), 0))
}
