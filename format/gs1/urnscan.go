package gs1

// ParseURN reads an EPC URN: urn:epc:id of the schemes sgtin, sscc, sgln, grai,
// giai, gsrn, gsrnp, gdti, cpi, sgcn, ginc, gsin, itip, upui and pgln,
// urn:epc:class:lgtin, and the patterns of one class, as in
// urn:epc:idpat:sgtin:0614141.112345.*.
func ParseURN(urn string) (Scan, error) {
	scan, err := urnScan(urn)
	if err != nil {
		return Scan{}, err
	}
	return scan, nil
}

func urnScan(urn string) (Scan, *Error) {
	p, err := splitURN(urn)
	if err != nil {
		return Scan{}, err
	}
	var room [96]byte
	key, err := p.appendKey(room[:0], false)
	if err != nil {
		return Scan{}, err
	}
	s := p.scheme
	scan := Scan{Form: EPCURN, Prefix: p.prefix, Elements: append(make([]Element, 0, 2), Element{s.key, string(key)})}
	if s.qualifier == "" || p.noExtension() {
		return scan, nil
	}
	last, err := p.appendText(room[:0], p.last, p.lastAt, s.last, s.lastMax, false)
	if err != nil {
		return Scan{}, err
	}
	scan.Elements = append(scan.Elements, Element{s.qualifier, string(last)})
	return scan, nil
}
