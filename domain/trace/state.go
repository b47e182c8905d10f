package trace

import (
	"encoding/binary"
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

// Name is a record's place in state: its origin and its leaf.
type Name struct{ Origin, Leaf proof.Hash }

var nameKey = ledger.KeyCodec[Name]{
	Append: func(b []byte, n Name) []byte { return append(append(b, n.Origin[:]...), n.Leaf[:]...) },
	Decode: func(b []byte) (Name, error) {
		if len(b) != 2*proof.HashSize {
			return Name{}, fmt.Errorf("record key of %d bytes", len(b))
		}
		return Name{proof.Hash(b[:proof.HashSize]), proof.Hash(b[proof.HashSize:])}, nil
	},
}

var hashKey = ledger.KeyCodec[proof.Hash]{
	Append: func(b []byte, h proof.Hash) []byte { return append(b, h[:]...) },
	Decode: func(b []byte) (proof.Hash, error) {
		if len(b) != proof.HashSize {
			return proof.Hash{}, fmt.Errorf("hash key of %d bytes", len(b))
		}
		return proof.Hash(b), nil
	},
}

var seqKey = ledger.KeyCodec[uint64]{
	Append: binary.BigEndian.AppendUint64,
	Decode: func(b []byte) (uint64, error) {
		if len(b) != 8 {
			return 0, fmt.Errorf("number key of %d bytes", len(b))
		}
		return binary.BigEndian.Uint64(b), nil
	},
}

// dueKey orders origins by the day on which they may be pruned.
type dueKey struct {
	Day    uint32
	Origin proof.Hash
}

// Recall is the value under a recall's number.
type Recall struct {
	_     struct{} `cbor:",toarray"`
	Org   string   // who recalls; empty when the council does
	At    uint64   // height
	Class uint64   // FDA class 1 to 3 (21 CFR 7.3(m))
	Text  proof.Hash
	Count uint64 // origins named so far
}

// Recovery is a new pair of keys that waits for a veto.
type Recovery struct {
	_      struct{} `cbor:",toarray"`
	Owner  proof.Key
	Holder proof.Key
	From   uint64 // Unix seconds of block time from which it can be finished
}

// The module's typed maps.
var (
	records = ledger.Map[Name, proof.Record]{
		Prefix: proof.PrefixRecord, Name: "trace/record", Key: nameKey,
		Value: ledger.ValueCodec[proof.Record]{Encode: proof.Record.Encode, Decode: proof.DecodeRecord},
	}
	origins = ledger.Map[proof.Hash, proof.OriginState]{
		Prefix: proof.PrefixOrigin, Name: "trace/origin", Key: hashKey,
		Value: ledger.ValueCodec[proof.OriginState]{Encode: proof.OriginState.Encode, Decode: proof.DecodeOriginState},
	}
	recalls    = ledger.Map[uint64, Recall]{Prefix: proof.PrefixRecall, Name: "trace/recall", Key: seqKey, Value: ledger.CBORValue[Recall]()}
	recoveries = ledger.Map[Name, Recovery]{Prefix: proof.PrefixRecovery, Name: "trace/recovery", Key: nameKey, Value: ledger.CBORValue[Recovery]()}
	freezes    = ledger.Map[Name, uint64]{Prefix: proof.PrefixFreeze, Name: "trace/freeze", Key: nameKey, Value: ledger.CBORValue[uint64]()}
	counters   = ledger.Map[string, uint64]{Prefix: proof.PrefixTraceCounter, Name: "trace/counter", Key: ledger.TextKey, Value: ledger.CBORValue[uint64]()}
	pruneDue   = ledger.Map[dueKey, uint64]{
		Prefix: proof.PrefixPruneDue, Name: "trace/prune-due", Value: ledger.CBORValue[uint64](),
		Key: ledger.KeyCodec[dueKey]{
			Append: func(b []byte, k dueKey) []byte {
				return append(binary.BigEndian.AppendUint32(b, k.Day), k.Origin[:]...)
			},
			Decode: func(b []byte) (dueKey, error) {
				if len(b) != 4+proof.HashSize {
					return dueKey{}, fmt.Errorf("prune key of %d bytes", len(b))
				}
				return dueKey{binary.BigEndian.Uint32(b), proof.Hash(b[4:])}, nil
			},
		},
	}
)

// GetRecord returns a record by name.
func GetRecord(s ledger.State, n Name) (proof.Record, bool) { return records.Get(s, n) }

// GetOrigin returns an origin's counters.
func GetOrigin(s ledger.State, o proof.Hash) (proof.OriginState, bool) { return origins.Get(s, o) }

// GetRecall returns a recall by number.
func GetRecall(s ledger.State, seq uint64) (Recall, bool) { return recalls.Get(s, seq) }

// Pending is how many records of the origins a recall names have no answer yet;
// zero is complete over those records.
func Pending(s ledger.State, seq uint64, named []proof.Hash) uint64 {
	pending := uint64(0)
	for _, o := range named {
		if c, ok := origins.Get(s, o); ok && c.Recall == seq {
			pending += c.Live - c.Acked
		}
	}
	return pending
}
