package gs1

// PathFromURN turns an EPC URN into the canonical Digital Link path, such as
// /01/00300010123455/21/1001. It can always be computed; check digits are added.
func PathFromURN(urn string) (string, error) {
	var room [96]byte
	dst, err := appendPath(room[:0], urn)
	if err != nil {
		return "", err
	}
	return string(dst), nil
}

// AppendPathFromURN appends the canonical path of an EPC URN to dst. On an
// error it returns dst as it was.
func AppendPathFromURN(dst []byte, urn string) ([]byte, error) {
	grown, err := appendPath(dst, urn)
	if err != nil {
		return dst, err
	}
	return grown, nil
}

func appendPath(dst []byte, urn string) ([]byte, *Error) {
	p, err := splitURN(urn)
	if err != nil {
		return dst, err
	}
	s := p.scheme
	dst = append(dst, '/')
	dst = append(dst, s.key...)
	dst = append(dst, '/')
	if dst, err = p.appendKey(dst, true); err != nil {
		return dst, err
	}
	if s.qualifier == "" || p.noExtension() {
		return dst, nil
	}
	dst = append(dst, '/')
	dst = append(dst, s.qualifier...)
	dst = append(dst, '/')
	return p.appendText(dst, p.last, p.lastAt, s.last, s.lastMax, true)
}

// appendKey writes the value of the primary key.
func (p *urnParts) appendKey(dst []byte, encode bool) ([]byte, *Error) {
	s := p.scheme
	dst = p.appendKeyDigits(dst)
	if s.digits == 0 {
		return p.appendText(dst, p.reference, p.refAt, s.text, s.textMax-len(p.prefix), encode)
	}
	if s.joined {
		return p.appendText(dst, p.last, p.lastAt, s.last, s.lastMax, encode)
	}
	return dst, nil
}
