package proof

import "fmt"

// Classes of an origin: how its goods came onto the ledger.
const (
	ClassMade       = 1 // commissioned by its maker
	ClassRepacked   = 2 // commissioned by a repackager
	ClassIntroduced = 3 // stock from before, or from outside, the network: not proved to its maker
	ClassBox        = 4 // a holder's container: carries no provenance of its own
)

// Suite is the one set of custody hash rules that exists. A lot lives in one
// suite for ever; a verifier that meets another one stops.
const Suite = 1

// ParentsMax is how many input origins a transformation's output names.
const ParentsMax = 64

// OriginState is the value under OriginKey: the counters of one commission.
type OriginState struct {
	At      uint64 // height of the commission
	Day     uint64 // block time of the commission in days since 1970-01-01 UTC
	Suite   uint64
	Class   uint64
	Until   uint64 // half-years since 2000: after it, pruning may forget the origin
	Stmt    Hash   // StatementCommitment, or zero
	TagRoot Hash   // reserved for uniqueness tags; zero in suite 1
	Root2   Hash   // reserved for a second tree of the same goods; zero in suite 1
	Live    uint64 // records of this origin that have not ended
	Acked   uint64 // of these, those whose owner answered the present recall
	Recall  uint64 // number of the present recall, or 0
	Ended   [EndTransformed]uint64
	Parents []Hash // input origins of a transformation
	Closed  uint64 // day on which Live last fell to zero, or 0
}

const originFields = 14

// Encode returns [at, day, suite, class, until, stmt, tagRoot, root2, live,
// acked, recall, [ended by class 1 to 4], [parents], closed].
func (o OriginState) Encode() []byte {
	b := AppendArray(make([]byte, 0, 96), originFields)
	for _, n := range []uint64{o.At, o.Day, o.Suite, o.Class, o.Until} {
		b = AppendUint(b, n)
	}
	b = AppendHash(AppendHash(AppendHash(b, o.Stmt), o.TagRoot), o.Root2)
	b = AppendUint(AppendUint(AppendUint(b, o.Live), o.Acked), o.Recall)
	b = AppendArray(b, len(o.Ended))
	for _, n := range o.Ended {
		b = AppendUint(b, n)
	}
	b = AppendArray(b, len(o.Parents))
	for _, p := range o.Parents {
		b = AppendBytes(b, p[:])
	}
	return AppendUint(b, o.Closed)
}

// DecodeOriginState reads what Encode wrote.
func DecodeOriginState(b []byte) (OriginState, error) {
	r := NewReader(b)
	r.ArrayOf(originFields)
	o := OriginState{At: r.Uint(), Day: r.Uint(), Suite: r.Uint(), Class: r.UintMax(ClassBox), Until: r.Uint()}
	o.Stmt, o.TagRoot, o.Root2 = r.HashOrNull(), r.HashOrNull(), r.HashOrNull()
	o.Live, o.Acked, o.Recall = r.Uint(), r.Uint(), r.Uint()
	r.ArrayOf(len(o.Ended))
	for i := range o.Ended {
		o.Ended[i] = r.Uint()
	}
	for n := r.Array(ParentsMax); n > 0; n-- {
		o.Parents = append(o.Parents, r.Hash())
	}
	o.Closed = r.Uint()
	if r.err == nil && o.Suite != Suite {
		r.fail("is of custody suite %d; this program knows suite %d only and stops", o.Suite, Suite)
	}
	if err := r.Done(); err != nil {
		return OriginState{}, fmt.Errorf("couldn't read an origin: %w", err)
	}
	return o, nil
}
