package anchor

import (
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// Anchor is the latest root that a member put on the ledger for a purpose.
type Anchor struct {
	_      struct{} `cbor:",toarray"`
	Root   proof.Hash
	Height uint64 // of the entry
}

// SetAnchor puts a root on the ledger for the organisation that sends it, in place
// of the one before.
type SetAnchor struct {
	_       struct{}   `cbor:",toarray"`
	Purpose string     `json:"purpose"` // such as audit
	Root    proof.Hash `json:"root"`
}

// Validate implements ledger.Message.
func (e *SetAnchor) Validate() error {
	if e.Purpose == "" || len(e.Purpose) > PurposeSizeMax || strings.Trim(e.Purpose, "-.") != e.Purpose || strings.Trim(e.Purpose, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return CodeBadPurpose.Errorf("purpose %q: use 1 to %d lower-case letters, digits, and inner hyphens and dots", e.Purpose, PurposeSizeMax)
	}
	if e.Root.IsZero() {
		return CodeBadRoot.Errorf("the root of %s is missing; give its 32 bytes", e.Purpose)
	}
	return nil
}

// anchored is the data of the event of that name.
type anchored struct {
	_       struct{} `cbor:",toarray"`
	Member  string
	Purpose string
	Root    proof.Hash
}

// Apply implements ledger.Message.
func (e *SetAnchor) Apply(b *ledger.Block, s ledger.State) error {
	if b.Council() || len(b.Admitted()) != 1 {
		return CodeNotOwn.Errorf("an anchor is one organisation's own word; let it send the entry alone, and not by a proposal")
	}
	k := place{b.Sender(), e.Purpose}
	if !anchors.Has(s, k) && purposes(s, k.Member) >= PurposesMax {
		return CodeTooMany.Errorf("member %s has anchors for %d purposes; use one of these", k.Member, PurposesMax)
	}
	anchors.Set(s, k, Anchor{Root: e.Root, Height: b.Height})
	return b.Emit("anchored", anchored{Member: k.Member, Purpose: e.Purpose, Root: e.Root})
}

func purposes(s ledger.State, member string) int {
	n := 0
	anchors.Each(s, []byte(member+"/"), func(place, Anchor) bool {
		n++
		return true
	})
	return n
}

// Latest returns the last root that a member put on the ledger for a purpose.
func Latest(s ledger.State, member, purpose string) (Anchor, bool) {
	return anchors.Get(s, place{member, purpose})
}

// Key is the state key of an anchor, for proving it.
func Key(member, purpose string) []byte { return anchors.RawKey(place{member, purpose}) }

// Each calls fn with a member's anchors in the order of their purposes, until fn
// returns false.
func Each(s ledger.State, member string, fn func(purpose string, a Anchor) bool) {
	anchors.Each(s, []byte(member+"/"), func(k place, a Anchor) bool { return fn(k.Purpose, a) })
}
