package main

import "pedigree/proof"

// signing is who signed the header on which everything else in an object hangs.
type signing struct {
	Header     proof.Hash `json:"header"`     // the header's hash, which they signed
	Set        proof.Hash `json:"set"`        // the validator set's hash, which the header names
	Changes    int        `json:"changes"`    // of validators since the trust file
	Validators []signer   `json:"validators"` // in the engine's order
}

// signer is one validator of the set.
type signer struct {
	Key    string `json:"key"` // 66 hexadecimal digits
	Power  uint64 `json:"power"`
	Signed bool   `json:"signed"`
}

// signingOf tells who signed an object's header, once the report says that it holds.
func signingOf(b []byte, t proof.Trust, r proof.Report) *signing {
	if s, found := r.Step(proof.PartHeader); !found || s.Verdict != proof.OK {
		return nil
	}
	object, err := proof.Open(b)
	if err != nil {
		return nil
	}
	if w, is := object.(proof.Witnessed); is {
		if object, err = proof.Open(w.Object); err != nil {
			return nil
		}
	}
	a, found := attestationOf(object)
	if !found {
		return nil
	}
	set := t.Validators
	if n := len(a.Links); n > 0 {
		set = a.Links[n-1].Next
	}
	h := a.Signed.Header
	s := &signing{Header: h.Hash(), Set: h.Validators, Changes: len(a.Links), Validators: make([]signer, len(set))}
	for i, v := range set {
		s.Validators[i] = signer{Key: v.Key.String(), Power: v.Power}
	}
	for _, c := range a.Signed.Commit.Signatures {
		if int(c.Index) < len(set) {
			s.Validators[c.Index].Signed = true
		}
	}
	return s
}

// attestationOf is the header of an object with its signatures.
func attestationOf(object any) (proof.Attestation, bool) {
	switch o := object.(type) {
	case proof.Bundle:
		return o.Header, true
	case proof.Receipt:
		return o.Header, true
	case proof.StateProof:
		return o.Header, true
	case proof.EventProof:
		return o.Header, true
	case proof.ConsistencyProof:
		return o.NewHeader, true
	}
	return proof.Attestation{}, false
}
