package proof

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
)

// TagFork begins every encoded Fork.
const TagFork = "pedigree/fork/1"

// ErrNoFork says that two headers don't prove that validators signed two histories.
var ErrNoFork = errors.New("this doesn't prove a fork")

// Fork is two headers of one height that differ, each signed by more than two
// thirds of the validators: they rewrote what they had signed. An honest validator
// signs one block a height.
type Fork struct {
	First, Second ForkSide
	// Members are state proofs of validators' rows, which say whose they are.
	Members [][]byte
}

// ForkSide is one of the two histories.
type ForkSide struct {
	Parts  *AppHashParts // what the ledger held before that block; nil when it isn't shown
	Header Attestation
}

// ForkSigner is a validator that signed at the height of a fork.
type ForkSigner struct {
	Key         Key    `json:"key"`
	Address     string `json:"address"` // as the engine's log names it, 40 hexadecimal digits
	Member      string `json:"member,omitempty"`
	First       bool   `json:"first"` // whether it signed the first side, and the second
	Second      bool   `json:"second"`
	Contradicts bool   `json:"contradicts"` // both
}

// ForkReport is what a fork proved.
type ForkReport struct {
	Report
	Header  [2]Hash      `json:"headers"`
	Signers []ForkSigner `json:"signed_by"`
}

// Verify checks both headers, that they contradict each other, and whose the
// validators are. A fork that holds is an alert: nothing that this ledger's
// validators signed is to be believed from that height on without witnesses.
func (f Fork) Verify(t Trust) (ForkReport, error) {
	r := ForkReport{Report: Report{Kind: TagFork}}
	for i, s := range []ForkSide{f.First, f.Second} {
		if err := r.header(s.Header, t); err != nil {
			return r, err
		}
		if s.Parts != nil {
			if err := s.Header.proves(*s.Parts); err != nil {
				return r, r.stop(PartHeader, err)
			}
		}
		r.Header[i] = s.Header.Signed.Header.Hash()
	}
	a, b := f.First.Header.Signed.Header, f.Second.Header.Signed.Header
	if a.Height != b.Height || r.Header[0] == r.Header[1] {
		return r, r.stop(PartFork, &PartError{Part: PartFork, Err: fmt.Errorf("%w: the headers are of heights %d and %d, with the hashes %s and %s", ErrNoFork, a.Height, b.Height, r.Header[0], r.Header[1])})
	}
	members, err := f.members(t)
	if err != nil {
		return r, r.stop(PartFork, err)
	}
	r.signers(f, t, members)
	r.ok(PartFork, "", "The validators signed two histories: at height %d the block %s%s and the block %s%s.", a.Height, r.Header[0], f.First.text(), r.Header[1], f.Second.text())
	r.alert("FORK: the validators signed two blocks of height %d. Show this file to every member.", a.Height)
	return r, nil
}

func (s ForkSide) text() string {
	if s.Parts == nil {
		return ""
	}
	return fmt.Sprintf(" after %d events with root %s", s.Parts.EventCount, s.Parts.EventRoot)
}

// signers names who signed which side, the ones who signed both first.
func (r *ForkReport) signers(f Fork, t Trust, members map[Key]string) {
	at := map[Key]int{}
	for i, s := range []ForkSide{f.First, f.Second} {
		set := s.Header.reached(t).Validators
		for _, c := range s.Header.Signed.Commit.Signatures {
			key := set[c.Index].Key
			place, known := at[key]
			if !known {
				place = len(r.Signers)
				at[key] = place
				address := Validator{Key: key}.Address()
				r.Signers = append(r.Signers, ForkSigner{Key: key, Address: hex.EncodeToString(address[:]), Member: members[key]})
			}
			signer := &r.Signers[place]
			signer.First, signer.Second = signer.First || i == 0, signer.Second || i == 1
			signer.Contradicts = signer.First && signer.Second
		}
	}
	for _, s := range r.Signers {
		name := "Signed one side"
		if s.Contradicts {
			name = "Signed both sides"
		}
		member := s.Member
		if member == "" {
			member = "not shown"
		}
		r.fact(name, "validator %s, member %s", s.Address, member)
	}
}

// members reads whose the validators are, as the ledger states it.
func (f Fork) members(t Trust) (map[Key]string, error) {
	list := map[Key]string{}
	for i, raw := range f.Members {
		p, err := DecodeStateProof(raw)
		if err == nil {
			_, err = p.Verify(t)
		}
		if err != nil {
			return nil, refuse(PartFork, "the proof of member %d doesn't hold: %v", i+1, err)
		}
		if len(p.Key) != 1+KeySize || p.Key[0] != PrefixValidator {
			return nil, refuse(PartFork, "the proof of member %d is not of a validator", i+1)
		}
		if p.Value == nil {
			continue
		}
		v := NewReader(p.Value)
		v.ArrayOf(validatorRowFields)
		org := v.Text(OrgIDMax)
		v.Uint()
		v.Uint()
		if err := v.Done(); err != nil {
			return nil, refuse(PartFork, "the row of validator %x can't be read: %v", p.Key[1:], err)
		}
		list[Key(p.Key[1:])] = org
	}
	return list, nil
}

// validatorRowFields are the member, its power and when the engine was last told.
const validatorRowFields = 3

// ValidatorKey is the state key of a validator: whose it is.
func ValidatorKey(k Key) []byte { return append([]byte{PrefixValidator}, k[:]...) }

// Encode returns [tag, first, second, [state proof, ...]], each side [parts or
// null, attestation].
func (f Fork) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, 4096), 4), TagFork)
	for _, s := range []ForkSide{f.First, f.Second} {
		b = AppendArray(b, 2)
		if s.Parts == nil {
			b = AppendNull(b)
		} else {
			b = AppendBytes(b, s.Parts.Encode())
		}
		b = s.Header.Append(b)
	}
	b = AppendArray(b, len(f.Members))
	for _, m := range f.Members {
		b = AppendBytes(b, m)
	}
	return b
}

// DecodeFork reads what Fork.Encode wrote.
func DecodeFork(b []byte) (Fork, error) {
	r, err := openReader(b, TagFork, 4)
	if err != nil {
		return Fork{}, err
	}
	var f Fork
	for _, s := range []*ForkSide{&f.First, &f.Second} {
		r.In(PartHeader)
		r.ArrayOf(2)
		if !r.Null() {
			parts := r.appHashParts()
			s.Parts = &parts
		}
		s.Header = r.Attestation()
	}
	r.In(PartFork)
	for n := r.Array(ValidatorsMax); n > 0 && r.err == nil; n-- {
		f.Members = append(f.Members, bytes.Clone(r.Bytes(ObjectSizeMax)))
	}
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return Fork{}, fmt.Errorf("couldn't read the proof of a fork: %w", err)
	}
	return f, nil
}

// Sides lists the headers that an object shows, to hold against those of others.
func Sides(object any) []ForkSide {
	switch o := object.(type) {
	case Receipt:
		list := []ForkSide{{Header: o.Header}}
		if o.Later == nil {
			list[0].Parts = o.Parts
			return list
		}
		later := *o.Later
		// Its links begin where those of the first header end.
		later.Links = append(append([]Link{}, o.Header.Links...), later.Links...)
		return append(list, ForkSide{Parts: o.Parts, Header: later})
	case Bundle:
		return []ForkSide{{Parts: &o.Parts, Header: o.Header}}
	case StateProof:
		return []ForkSide{{Parts: &o.Parts, Header: o.Header}}
	case EventProof:
		return []ForkSide{{Parts: &o.Parts, Header: o.Header}}
	case ConsistencyProof:
		return []ForkSide{{Parts: &o.OldParts, Header: o.OldHeader}, {Parts: &o.NewParts, Header: o.NewHeader}}
	case Witnessed:
		inner, err := Open(o.Object)
		if err != nil {
			return nil
		}
		return Sides(inner)
	}
	return nil
}
