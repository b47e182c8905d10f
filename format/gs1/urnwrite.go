package gs1

// SGTINURN writes the EPC URN of one serialised trade item. prefixLen is the
// number of digits of the GS1 company prefix, 6 to 12.
func SGTINURN(prefixLen int, gtin GTIN, serial string) (string, error) {
	if err := checkElement("21", serial); err != nil {
		return "", err
	}
	return keyURN(identity{"01", string(gtin), "21", serial}, prefixLen)
}

// LGTINURN writes the EPC class URN of one lot of a trade item.
func LGTINURN(prefixLen int, gtin GTIN, lot string) (string, error) {
	if err := checkElement("10", lot); err != nil {
		return "", err
	}
	return keyURN(identity{"01", string(gtin), "10", lot}, prefixLen)
}

// GTINPatternURN writes the EPC pattern of all items of a GTIN, as EPCIS master
// data and quantity lists name a product.
func GTINPatternURN(prefixLen int, gtin GTIN) (string, error) {
	return keyURN(identity{key: "01", value: string(gtin)}, prefixLen)
}

// SSCCURN writes the EPC URN of one logistic unit.
func SSCCURN(prefixLen int, sscc SSCC) (string, error) {
	return keyURN(identity{key: "00", value: string(sscc)}, prefixLen)
}

// SGLNURN writes the EPC URN of a place. An empty extension, or "0", is none.
func SGLNURN(prefixLen int, gln GLN, extension string) (string, error) {
	id := identity{key: "414", value: string(gln)}
	if extension != "" && extension != "0" {
		if err := checkElement("254", extension); err != nil {
			return "", err
		}
		id.qualifier, id.extra = "254", extension
	}
	return keyURN(id, prefixLen)
}

// PGLNURN writes the EPC URN of a party.
func PGLNURN(prefixLen int, gln GLN) (string, error) {
	return keyURN(identity{key: "417", value: string(gln)}, prefixLen)
}

func keyURN(id identity, prefixLen int) (string, error) {
	if err := checkElement(id.key, id.value); err != nil {
		return "", err
	}
	urn, err := id.urn(prefixLen)
	if err != nil {
		return "", err
	}
	return urn, nil
}

// URN writes the EPC URN of what the scan identifies. The table must know the
// company prefix, for nothing in the scan says where it ends; otherwise the
// error is gs1/prefix-length-unknown.
func (s Scan) URN(prefixes PrefixTable) (string, error) {
	id, err := s.identity()
	if err != nil {
		return "", err
	}
	urn, err := id.urnFrom(prefixes)
	if err != nil {
		return "", err
	}
	return urn, nil
}

// URNFromPath writes the EPC URN of a Digital Link, path or whole address. What
// isn't part of the identifier is left out. Where the table doesn't know the
// company prefix the error is gs1/prefix-length-unknown.
func URNFromPath(path string, prefixes PrefixTable) (string, error) {
	scan, err := ParseDigitalLink(path)
	if err != nil {
		return "", err
	}
	return scan.URN(prefixes)
}

func (id identity) urnFrom(prefixes PrefixTable) (string, *Error) {
	skip, ok := prefixOffset(id.key)
	if !ok {
		return "", id.noScheme()
	}
	digits := id.value[skip:]
	if end := firstNonDigit(digits); end >= 0 {
		digits = digits[:end]
	}
	n, ok := 0, false
	if prefixes != nil {
		n, ok = prefixes.PrefixLength(digits)
	}
	if !ok {
		return "", refuse(RulePrefixUnknown, id.value, "AI "+id.key, skip, "the number of digits of the company prefix isn't known")
	}
	return id.urn(n)
}

func (id identity) noScheme() *Error {
	return refuse(RuleURNScheme, id.value, "AI "+id.key, 0, "this key has no EPC scheme")
}

// scheme finds the EPC scheme of the identifier: the one with its qualifier, or
// the pattern of a class where there is none but could be one.
func (id identity) scheme() *scheme {
	for i := range schemes {
		s := &schemes[i]
		if s.key != id.key {
			continue
		}
		if s.joined == (id.serialAt(s) < len(id.value)) && s.qualifier == id.qualifier && s.pattern == id.isClass(s) {
			return s
		}
		if s.qualifier == "254" {
			return s
		}
	}
	return nil
}

// serialAt is where the part that is joined to the key begins in its value.
func (id identity) serialAt(s *scheme) int {
	switch {
	case s.filler:
		return min(len(id.value), s.digits+2)
	case s.key == "253" || s.key == "255":
		return min(len(id.value), s.digits+1)
	}
	return len(id.value)
}

// isClass says whether the identifier names a class in a scheme that also has
// identifiers of single objects.
func (id identity) isClass(s *scheme) bool {
	switch s.key {
	case "01", "8006", "8010":
		return id.qualifier == ""
	case "8003", "253", "255":
		return id.serialAt(s) == len(id.value)
	}
	return false
}

// urn writes the identifier, already checked, with a company prefix of n digits.
func (id identity) urn(n int) (string, *Error) {
	s := id.scheme()
	if s == nil {
		return "", id.noScheme()
	}
	skip, _ := prefixOffset(id.key)
	least := n
	if s.leading || !s.emptyRef && s.digits == 0 {
		least++
	}
	if n < MinPrefix || n > MaxPrefix || len(id.value)-skip < n || firstNonDigit(id.value[skip:skip+n]) >= 0 || s.digits > 0 && s.digits < least-boolInt(s.emptyRef) {
		return "", refuse(RulePrefixLength, id.value, "AI "+id.key, skip, "a company prefix of "+itoa(n)+" digits doesn't fit the key")
	}
	prefix := id.value[skip : skip+n]
	var reference, pieces, last string
	switch {
	case s.digits == 0:
		reference = EscapeURN(id.value[skip+n:])
	case s.leading:
		reference = id.value[:1] + id.value[skip+n:s.digits]
	default:
		reference = id.value[skip+n : skip+s.digits]
	}
	if s.pieces {
		pieces = "." + id.value[14:16] + "." + id.value[16:18]
	}
	switch {
	case s.pattern:
		last = ".*"
	case s.joined:
		last = "." + EscapeURN(id.value[id.serialAt(s):])
	case s.qualifier == "254" && id.qualifier == "":
		last = ".0"
	case s.qualifier != "":
		last = "." + EscapeURN(id.extra)
	}
	return urnStart + s.kind + ":" + s.name + ":" + prefix + "." + reference + pieces + last, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
