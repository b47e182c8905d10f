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

// URN writes the EPC URN of what the scan identifies. Unless the scan was read
// from an EPC URN, the table must know the company prefix, for nothing else says
// where it ends; otherwise the error is gs1/prefix-length-unknown.
func (s Scan) URN(prefixes PrefixTable) (string, error) {
	id, err := s.identity()
	if err != nil {
		return "", err
	}
	urn := ""
	if s.Prefix != "" {
		urn, err = id.urn(len(s.Prefix))
	} else {
		urn, err = id.urnFrom(prefixes)
	}
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

// scheme finds the EPC scheme of the identifier.
func (id identity) scheme() *scheme {
	for i := range schemes {
		if schemes[i].fits(id) {
			return &schemes[i]
		}
	}
	return nil
}

// fits says whether the scheme writes identifiers of this key, this qualifier
// and, where the serial is joined to the key, this length.
func (s *scheme) fits(id identity) bool {
	switch {
	case s.key != id.key:
		return false
	case s.qualifier == "254":
		return true
	case s.joined:
		return len(id.value) > s.keyLength()
	case s.pattern && s.digits > 0:
		return id.qualifier == "" && len(id.value) == s.keyLength()
	}
	return s.qualifier == id.qualifier
}

// keyLength is the number of characters of a numeric key without what may be
// joined to it.
func (s *scheme) keyLength() int {
	n := s.digits + 1
	if s.filler {
		n++
	}
	if s.pieces {
		n += 4
	}
	return n
}

// urn writes the identifier, already checked, with a company prefix of n digits.
func (id identity) urn(n int) (string, *Error) {
	s := id.scheme()
	if s == nil {
		return "", id.noScheme()
	}
	skip, _ := prefixOffset(id.key)
	if n < MinPrefix || n > MaxPrefix || len(id.value)-skip < n || firstNonDigit(id.value[skip:skip+n]) >= 0 {
		return "", refuse(RulePrefixLength, id.value, "AI "+id.key, skip, "a company prefix of "+itoa(n)+" digits doesn't fit the key")
	}
	if s.digits == 0 && len(id.value) == n && !s.emptyRef {
		return "", refuse(RulePrefixLength, id.value, "AI "+id.key, n, "nothing follows the company prefix of "+itoa(n)+" digits")
	}
	return urnStart + s.kind + ":" + s.name + ":" + id.value[skip:skip+n] + "." + id.reference(s, skip, n) + id.last(s), nil
}

// reference is the part after the company prefix, with piece and total.
func (id identity) reference(s *scheme, skip, n int) string {
	switch {
	case s.digits == 0:
		return EscapeURN(id.value[n:])
	case s.pieces:
		return id.value[:1] + id.value[skip+n:s.digits] + "." + id.value[14:16] + "." + id.value[16:18]
	case s.leading:
		return id.value[:1] + id.value[skip+n:s.digits]
	}
	return id.value[skip+n : skip+s.digits]
}

// last is the last part with its dot, or "".
func (id identity) last(s *scheme) string {
	switch {
	case s.pattern:
		return ".*"
	case s.joined:
		return "." + EscapeURN(id.value[s.keyLength():])
	case s.qualifier == "254" && id.qualifier == "":
		return ".0"
	case s.qualifier != "":
		return "." + EscapeURN(id.extra)
	}
	return ""
}
