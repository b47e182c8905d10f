package proof

// Link leads from one validator set to the next: a header, signed by the set
// that is trusted so far, that names another set for the height after it.
type Link struct {
	Signed SignedHeader
	Next   ValidatorSet
}

// Attestation leads from a reader's Trust to one header. What is proved under a
// header's application hash is as of the height before it.
type Attestation struct {
	Links  []Link // validator changes since the trust file, oldest first
	Signed SignedHeader
	// Validators is the set that signed, for a reader who wants to see it; nil
	// when it is left out because the reader has it.
	Validators ValidatorSet
}

// Verify follows the links from the trusted set and checks the header with the
// set they lead to.
func (a Attestation) Verify(t Trust) error {
	if err := t.Check(); err != nil {
		return in(PartTrust, err)
	}
	if len(a.Links) > LinksMax {
		return refuse(PartHeader, "it has %d validator changes where at most %d are allowed", len(a.Links), LinksMax)
	}
	set, since := t.Validators, t.Height
	for _, l := range a.Links {
		if err := follow(l.Signed, t.ChainID, set, since); err != nil {
			return in(PartHeader, err)
		}
		next := l.Next.Hash()
		if next != l.Signed.Header.NextValidators || next == l.Signed.Header.Validators {
			return refuse(PartHeader, "header %d does not introduce the validator set that is shown with it", l.Signed.Header.Height)
		}
		set, since = l.Next, l.Signed.Header.Height+1
	}
	if err := follow(a.Signed, t.ChainID, set, since); err != nil {
		return in(PartHeader, err)
	}
	if a.Validators != nil && a.Validators.Hash() != a.Signed.Header.Validators {
		return refuse(PartHeader, "the validator set shown is not the one that signed header %d", a.Signed.Header.Height)
	}
	return nil
}

// reached is what a reader trusts once it has verified this attestation.
func (a Attestation) reached(t Trust) Trust {
	if n := len(a.Links); n > 0 {
		t.Validators = a.Links[n-1].Next
	}
	t.Height = a.Signed.Header.Height
	return t
}

func follow(s SignedHeader, chainID string, set ValidatorSet, since uint64) error {
	if s.Header.ChainID != chainID {
		return refuse(PartHeader, "it is of chain %q; the trust file is of chain %q", s.Header.ChainID, chainID)
	}
	if s.Header.Height < since {
		return refuse(PartHeader, "header %d is older than the validators that are trusted, from height %d on; use a trust file from the founding", s.Header.Height, since)
	}
	return s.Verify(set)
}

// Append appends [[[signed header, next set], ...], signed header, set or null].
func (a Attestation) Append(b []byte) []byte {
	b = AppendArray(AppendArray(b, 3), len(a.Links))
	for _, l := range a.Links {
		b = l.Next.Append(l.Signed.Append(AppendArray(b, 2)))
	}
	b = a.Signed.Append(b)
	if a.Validators == nil {
		return AppendNull(b)
	}
	return a.Validators.Append(b)
}

// Attestation reads what Attestation.Append wrote.
func (r *Reader) Attestation() Attestation {
	r.In(PartHeader)
	r.ArrayOf(3)
	var a Attestation
	for n := r.Array(LinksMax); n > 0 && r.err == nil; n-- {
		r.ArrayOf(2)
		a.Links = append(a.Links, Link{Signed: r.SignedHeader(), Next: r.ValidatorSet()})
	}
	a.Signed = r.SignedHeader()
	if !r.Null() {
		a.Validators = r.ValidatorSet()
	}
	return a
}

// proves checks that the header carries these parts as its application hash.
func (a Attestation) proves(parts AppHashParts) error {
	if got := parts.Hash(); got != a.Signed.Header.App {
		return refuse(PartHeader, "the roots shown make application hash %s, header %d carries %s", got, a.Signed.Header.Height, a.Signed.Header.App)
	}
	return nil
}

// appHashParts reads encoded parts as a byte string.
func (r *Reader) appHashParts() AppHashParts {
	r.In(PartHeader)
	b := r.Fixed(AppHashPartsSize)
	if r.err != nil {
		return AppHashParts{}
	}
	p, err := DecodeAppHashParts(b)
	if err != nil {
		r.fail("has roots that can't be read: %v", err)
	}
	return p
}
