package gs1

// identity is what a scan identifies, at its finest: a primary key and at most
// one qualifier.
type identity struct {
	key, value       string
	qualifier, extra string // "" when there is none
}

// keysByPrecedence is the order in which a primary key is looked for where the
// form of the scan doesn't say which one is meant: a label that carries an SSCC
// is the label of that logistic unit, whatever else it says.
var keysByPrecedence = [...]string{"00", "01", "8006", "414", "417", "8003", "8004", "8010", "8013", "8017", "8018", "253", "255", "401", "402", "415"}

// finestQualifiers lists the qualifiers of a key that make an identifier of
// their own, the finest first. Others (such as the variant, AI 22) describe the
// thing and are left out.
func finestQualifiers(key string) []string {
	switch key {
	case "01":
		return gtinQualifiers
	case "8006":
		return itipQualifiers
	case "414":
		return placeQualifiers
	case "8010":
		return partQualifiers
	case "415":
		return paymentQualifiers
	}
	return nil
}

var (
	gtinQualifiers    = []string{"21", "235", "10"}
	itipQualifiers    = []string{"21", "10"}
	placeQualifiers   = []string{"254"}
	partQualifiers    = []string{"8011"}
	paymentQualifiers = []string{"8020"}
)

// identity finds the key and the qualifier of the scan, and checks both, for a
// Scan can be made by hand.
func (s Scan) identity() (identity, *Error) {
	id, ok := s.keyElement()
	if !ok {
		return id, refuse(RuleNoKey, "", "", 0, "the scan holds no GS1 key")
	}
	if err := checkElement(id.key, id.value); err != nil {
		return id, err
	}
	for _, q := range finestQualifiers(id.key) {
		v, ok := s.Value(q)
		if !ok || q == "254" && v == "0" {
			continue
		}
		id.qualifier, id.extra = q, v
		if err := checkElement(q, v); err != nil {
			return id, err
		}
		break
	}
	return id, nil
}

func (s Scan) keyElement() (identity, bool) {
	if (s.Form == DigitalLink || s.Form == EPCURN) && len(s.Elements) > 0 {
		return identity{key: s.Elements[0].AI, value: s.Elements[0].Value}, true
	}
	for _, key := range keysByPrecedence {
		if v, ok := s.Value(key); ok {
			return identity{key: key, value: v}, true
		}
	}
	return identity{}, false
}

// Path returns the canonical Digital Link path of what the scan identifies, at
// its finest: /01/{gtin}/21/{serial}, or with 235 or 10 where there is no
// serial, /00/{sscc}, /414/{gln} with /254/{extension} where there is one, and
// so on. Everything else the scan says is left out.
func (s Scan) Path() (string, error) {
	id, err := s.identity()
	if err != nil {
		return "", err
	}
	var room [96]byte
	return string(id.appendPath(room[:0])), nil
}

func (id identity) appendPath(dst []byte) []byte {
	dst = append(append(append(dst, '/'), id.key...), '/')
	dst = appendEscaped(dst, id.value)
	if id.qualifier == "" {
		return dst
	}
	dst = append(append(append(dst, '/'), id.qualifier...), '/')
	return appendEscaped(dst, id.extra)
}

// IsCanonical says whether path is a canonical Digital Link path: the one
// CanonicalPath makes of it.
func IsCanonical(path string) bool {
	canonical, err := CanonicalPath(path)
	return err == nil && canonical == path
}

// CanonicalPath returns the canonical path of a Digital Link, whole or path
// alone, or of an EPC URN. Two texts name the same thing exactly when their
// canonical paths are equal.
func CanonicalPath(linkOrURN string) (string, error) {
	if hasURNStart(linkOrURN) {
		return PathFromURN(linkOrURN)
	}
	scan, err := ParseDigitalLink(linkOrURN)
	if err != nil {
		return "", err
	}
	return scan.Path()
}
