package proof

import "fmt"

// States of a custody record.
const (
	StateLive    = 1 // in its owner's and holder's hands
	StateTransit = 2 // offered to a receiver
	StatePacked  = 3 // inside another record, whose keys it follows
	StateEnded   = 4 // left the supply for good, or by export
)

// Flags of a custody record.
const (
	FlagHeld         = 1  // may not move until cleared
	FlagSuspect      = 2  // under investigation
	FlagIllegitimate = 4  // found illegitimate; may only go back
	FlagStolen       = 8  // reported stolen; may only go back
	FlagFrozen       = 16 // stopped by the council, for a time
	FlagReentered    = 32 // left the network once and came back; lasting
	FlagsMax         = 63
)

// Classes of an ended record.
const (
	EndLeftSupply  = 1 // dispensed, destroyed, decommissioned, sampled
	EndLeftNetwork = 2 // exported or sold outside the network
	EndLost        = 3 // lost or stolen
	EndTransformed = 4 // became input of a transformation
)

// NestMax is how many levels may be packed below a record.
const NestMax = 6

// Record is the value under RecordKey(origin, leaf): one package or container
// that has surfaced on the ledger.
type Record struct {
	State  uint64
	Flags  uint64
	Depth  uint8 // of the sealed slot tree; 0 for a unit or a box
	Root   Hash  // of the sealed slot tree; zero at depth 0
	Owner  Key   // title; none while packed
	Holder Key   // custody; none while packed
	Out    uint64
	Kids   uint64 // records that are packed directly in this one
	Ack    uint64 // the last recall its owner answered
	At     uint64 // height at which the record was created
	Nest   uint64 // levels packed below

	Transit Transit // only in StateTransit
	Parent  Parent  // only in StatePacked
	End     uint64  // only in StateEnded: the class
}

// Transit is an offer under way.
type Transit struct {
	To       Key    // who shall own; none when only custody moves
	ToHolder Key    // who shall hold; none when only title moves
	Back     Key    // where refused items go
	Deadline uint64 // Unix seconds; until then it can be received
	Memo     Hash   // MemoCommitment, or zero
}

// Parent names the record that a packed record is in.
type Parent struct{ Origin, Leaf Hash }

const recordFields = 12

// Encode returns the record's one encoding: [state, flags, depth, root, owner,
// holder, out, kids, ack, at, nest, extra], where extra is null, the transit
// [to, toHolder, back, deadline, memo], the parent [origin, leaf], or the end class.
func (r Record) Encode() []byte {
	b := AppendArray(make([]byte, 0, 192), recordFields)
	b = AppendUint(AppendUint(b, r.State), r.Flags)
	b = AppendHash(AppendUint(b, uint64(r.Depth)), r.Root)
	b = AppendKey(AppendKey(b, r.Owner), r.Holder)
	for _, n := range []uint64{r.Out, r.Kids, r.Ack, r.At, r.Nest} {
		b = AppendUint(b, n)
	}
	switch r.State {
	case StateTransit:
		b = AppendArray(b, 5)
		b = AppendKey(AppendKey(AppendKey(b, r.Transit.To), r.Transit.ToHolder), r.Transit.Back)
		return AppendHash(AppendUint(b, r.Transit.Deadline), r.Transit.Memo)
	case StatePacked:
		b = AppendArray(b, 2)
		return AppendBytes(AppendBytes(b, r.Parent.Origin[:]), r.Parent.Leaf[:])
	case StateEnded:
		return AppendUint(b, r.End)
	default:
		return AppendNull(b)
	}
}

// DecodeRecord reads what Encode wrote.
func DecodeRecord(b []byte) (Record, error) {
	r := NewReader(b)
	r.ArrayOf(recordFields)
	rec := Record{State: r.UintMax(StateEnded), Flags: r.UintMax(FlagsMax), Depth: uint8(r.UintMax(SlotDepthMax))}
	rec.Root = r.HashOrNull()
	rec.Owner, rec.Holder = r.KeyOrNull(), r.KeyOrNull()
	rec.Out, rec.Kids, rec.Ack, rec.At = r.Uint(), r.Uint(), r.Uint(), r.Uint()
	rec.Nest = r.UintMax(NestMax)
	switch rec.State {
	case StateLive:
		if !r.Null() {
			r.fail("has something after a live record")
		}
	case StateTransit:
		r.ArrayOf(5)
		rec.Transit = Transit{To: r.KeyOrNull(), ToHolder: r.KeyOrNull(), Back: r.KeyOrNull(), Deadline: r.Uint(), Memo: r.HashOrNull()}
	case StatePacked:
		r.ArrayOf(2)
		rec.Parent = Parent{Origin: r.Hash(), Leaf: r.Hash()}
	case StateEnded:
		rec.End = r.UintMax(EndTransformed)
	default:
		r.fail("has no record state")
	}
	if err := r.Done(); err != nil {
		return Record{}, fmt.Errorf("couldn't read a custody record: %w", err)
	}
	return rec, nil
}
