package gs1

// CheckEPC says whether a text is an EPC URN as the EPC Tag Data Standard
// writes them (section 6.3): a pure identity (urn:epc:id) of any scheme, those
// without a GS1 key (gid, usdod, adi, bic, imovn) included, the class
// urn:epc:class:lgtin, or a pattern (urn:epc:idpat, section 8). Characters,
// lengths, numbers and check digits are checked. urn:epc:tag, raw and pat, which
// describe a tag's memory, are refused.
func CheckEPC(urn string) error {
	if err := checkEPC(urn); err != nil {
		return err
	}
	return nil
}

func checkEPC(urn string) *Error {
	kind, name, at, err := cutScheme(urn)
	if err != nil {
		return err
	}
	if kind == kindPattern {
		_, err := parsePattern(urn)
		return err
	}
	if kind == kindID {
		if s := otherOf(name); s != nil {
			return s.checkBody(urn, at)
		}
	}
	var room [96]byte
	_, err = appendPath(room[:0], urn)
	return err
}
