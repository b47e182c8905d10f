package proof

import (
	"crypto/subtle"
	"time"
)

const limitPlace = "It says whose keys hold the record, not where the goods lie."

// checkPlace follows the record to the outermost one it is packed in, and checks
// that nothing in between has left its container.
func (b Bundle) checkPlace(r *BundleReport, _ Options) error {
	top, err := b.outermost(r)
	if err != nil {
		return err
	}
	r.Outermost = top
	if err := b.checkAbsent(r); err != nil {
		return err
	}
	if len(b.Levels) > 0 && len(b.Absent) == 0 {
		r.optional(PartPlace, "The package may have left the container since: a bundle for its present place shows that it has no record of its own.")
		return nil
	}
	if top.State == StatePacked {
		r.optional(PartPlace, "The record is packed in another one, which is not shown.")
		return nil
	}
	if top.State == StateTransit {
		deadline := time.Unix(int64(min(top.Transit.Deadline, timeSecondsMax)), 0).UTC().Format(time.RFC3339)
		r.ok(PartPlace, limitPlace, "It is on offer to a receiver until %s, and its sender's until it is received.", deadline)
		return nil
	}
	r.ok(PartPlace, limitPlace, "It is where the keys %s (title) and %s (custody) are.", top.Owner, top.Holder)
	return nil
}

// outermost is the last record shown.
func (b Bundle) outermost(r *BundleReport) (Record, error) {
	top := r.Record
	for i, p := range b.Parents {
		if top.State != StatePacked {
			return Record{}, refuse(PartPlace, "record %d is packed in nothing, and another one is shown for it", i)
		}
		rec, err := p.record(b.Parts.StateRoot, top.Parent.Origin, top.Parent.Leaf)
		if err != nil {
			return Record{}, in(PartPlace, err)
		}
		r.recordAlerts("The outer container", rec)
		top = rec
	}
	return top, nil
}

func (b Bundle) checkAbsent(r *BundleReport) error {
	if len(b.Absent) == 0 {
		return nil
	}
	if len(b.Absent) != len(b.Levels) {
		return refuse(PartPlace, "%d absences are shown for %d containers", len(b.Absent), len(b.Levels))
	}
	leaf := r.Leaf
	for i, p := range b.Absent {
		if err := p.VerifyAbsent(b.Parts.StateRoot, RecordKey(b.Origin, leaf)); err != nil {
			return err
		}
		leaf = b.Levels[i].Leaf
	}
	return nil
}

// checkPresence checks the holder's signature over a nonce. Only one that the
// verifier chose proves anything, and for a package that was sealed in a container
// only together with its absences: who holds the container may long have sold it.
func (b Bundle) checkPresence(r *BundleReport, o Options) error {
	if b.Presence == nil {
		if len(o.Nonce) > 0 {
			r.notShown(PartPresence, "The holder did not answer your nonce: this may be a copy of someone else's bundle.")
			return nil
		}
		r.optional(PartPresence, "The holder was not asked: anyone can copy a bundle.")
		return nil
	}
	top := r.Outermost
	if top.State == StatePacked || top.State == StateEnded {
		return refuse(PartPresence, "nobody is shown to hold it, so nobody can answer for it")
	}
	message := PresenceMessage(r.Chain, b.Origin, r.Leaf, b.Presence.Nonce)
	if !VerifySignature(top.Holder, message, b.Presence.Signature) {
		return refuse(PartPresence, "the answer is not signed with the holder's key %s", top.Holder)
	}
	switch {
	case len(o.Nonce) == 0:
		r.optional(PartPresence, "The holder signed a nonce that you did not choose, perhaps for someone else.")
	case subtle.ConstantTimeCompare(o.Nonce, b.Presence.Nonce) != 1:
		return refuse(PartPresence, "the holder answered another nonce than yours")
	case len(b.Levels) > 0 && len(b.Absent) == 0:
		r.notShown(PartPresence, "The holder of the container answered your nonce, and the package may have left the container: ask for a bundle for its present place.")
	default:
		r.ok(PartPresence, "It shows who has the keys, not who has the goods.", "The holder's key answered your nonce.")
	}
	return nil
}
