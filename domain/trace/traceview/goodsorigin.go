package traceview

import (
	"bytes"

	"pedigree/proof"
)

// OriginOpening opens the maker's statement of one origin; without a statement
// (boxes, introduced goods) only the origin is set.
type OriginOpening struct {
	Origin    proof.Hash
	Body      []byte // proof.Statement; nil when there is none
	Signature proof.Signature
	Salt      proof.Hash
}

// appendOrigins appends [[origin, null] or [origin, [body, signature, salt]], ...].
func appendOrigins(b []byte, list []OriginOpening) []byte {
	b = proof.AppendArray(b, len(list))
	for _, o := range list {
		b = proof.AppendBytes(proof.AppendArray(b, 2), o.Origin[:])
		if o.Body == nil {
			b = proof.AppendNull(b)
			continue
		}
		b = proof.AppendBytes(proof.AppendArray(b, 3), o.Body)
		b = proof.AppendBytes(proof.AppendBytes(b, o.Signature[:]), o.Salt[:])
	}
	return b
}

func readOrigins(r *proof.Reader) []OriginOpening {
	var list []OriginOpening
	for n := r.Array(GoodsOriginsMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(2)
		o := OriginOpening{Origin: r.Hash()}
		if !r.Null() {
			r.ArrayOf(3)
			o.Body = bytes.Clone(r.Bytes(proof.StatementSizeMax))
			o.Signature, o.Salt = r.Signature(), r.Hash()
			if r.Err() == nil && len(o.Body) == 0 {
				r.Refuse("has an empty statement")
			}
		}
		list = append(list, o)
	}
	return list
}
