package anchor

import (
	"fmt"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// Limits of anchors.
const (
	PurposesMax    = 32 // of one member, over its whole life
	PurposeSizeMax = 32 // bytes
)

// The reasons for which an anchor is refused. Numbers are append-only.
var (
	CodeBadPurpose = ledger.Code{Number: 400, Name: "anchor/bad-purpose", Kind: ledger.Invalid}
	CodeBadRoot    = ledger.Code{Number: 401, Name: "anchor/bad-root", Kind: ledger.Invalid}
	CodeNotOwn     = ledger.Code{Number: 402, Name: "anchor/not-own", Kind: ledger.Denied}
	CodeTooMany    = ledger.Code{Number: 403, Name: "anchor/too-many", Kind: ledger.Limit}
)

// Codes lists the module's codes in the order of their numbers.
func Codes() []ledger.Code {
	return []ledger.Code{CodeBadPurpose, CodeBadRoot, CodeNotOwn, CodeTooMany}
}

// Module is the rules of anchors as data.
func Module() ledger.Module {
	return ledger.Module{
		Name:       "anchor",
		Entries:    []ledger.EntryKind{ledger.Entry[SetAnchor]("anchor")},
		Events:     []string{"anchored"},
		Maps:       []ledger.MapInfo{anchors.Info()},
		Codes:      Codes(),
		Invariants: []ledger.Invariant{{Name: "each member has few purposes", Check: checkPurposes}},
	}
}

// place is the key of an anchor. A member's id has no slash, so its purposes stand
// together and apart from all others.
type place struct{ Member, Purpose string }

var placeKey = ledger.KeyCodec[place]{
	Append: func(b []byte, k place) []byte { return append(append(append(b, k.Member...), '/'), k.Purpose...) },
	Decode: func(b []byte) (place, error) {
		member, purpose, ok := strings.Cut(string(b), "/")
		if !ok {
			return place{}, fmt.Errorf("the key %q is no anchor", b)
		}
		return place{member, purpose}, nil
	},
}

var anchors = ledger.Map[place, Anchor]{Prefix: proof.PrefixAnchor, Name: "anchor/anchor", Key: placeKey, Value: ledger.CBORValue[Anchor]()}

func checkPurposes(s ledger.State) error {
	member, n, fault := "", 0, error(nil)
	anchors.Each(s, nil, func(k place, _ Anchor) bool {
		if k.Member != member {
			member, n = k.Member, 0
		}
		if n++; n > PurposesMax {
			fault = fmt.Errorf("member %s has more than %d", member, PurposesMax)
		}
		return fault == nil
	})
	return fault
}
