package trace

import (
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Ref names a record inside a message: an index into the message's list of
// origins, and a leaf.
type Ref struct {
	_      struct{}   `cbor:",toarray"`
	Origin uint64     `json:"origin"`
	Leaf   proof.Hash `json:"leaf"`
}

// Origins is the list with which every custody message starts.
type Origins []proof.Hash

func (o Origins) validate() error {
	if len(o) == 0 || len(o) > OriginsMax {
		return CodeBadShape.Errorf("a custody message names 1 to %d origins, this one %d", OriginsMax, len(o))
	}
	for i, h := range o {
		for _, earlier := range o[:i] {
			if h == earlier {
				return CodeTwice.Errorf("origin %s is listed twice; list it once and refer to it by its place", h)
			}
		}
	}
	return nil
}

func (o Origins) name(r Ref) Name { return Name{o[r.Origin], r.Leaf} }

func (o Origins) validateRefs(refs []Ref, least, most int) error {
	if len(refs) < least || len(refs) > most {
		return CodeBadShape.Errorf("the message names %d records where %d to %d are allowed", len(refs), least, most)
	}
	seen := make(map[Name]bool, len(refs))
	for _, r := range refs {
		if r.Origin >= uint64(len(o)) {
			return CodeBadShape.Errorf("record %s refers to origin number %d of a list of %d", r.Leaf, r.Origin, len(o))
		}
		if n := o.name(r); seen[n] {
			return CodeTwice.Errorf("record %s is named twice", r.Leaf)
		} else {
			seen[n] = true
		}
	}
	return nil
}

// op is one custody operation at work: the block, state and what both allow.
type op struct {
	b *ledger.Block
	s ledger.State
}

// load returns a record that must exist.
func (o op) load(n Name) (proof.Record, error) {
	r, ok := records.Get(o.s, n)
	if !ok {
		return r, CodeNoRecord.Errorf("there is no record %s of origin %s; it was never surfaced, or its container was not opened yet", n.Leaf, n.Origin)
	}
	return r, nil
}

// live returns a record that must be live, hence top-most.
func (o op) live(n Name) (proof.Record, error) {
	r, err := o.load(n)
	if err == nil && r.State != proof.StateLive {
		return r, CodeNotLive.Errorf("record %s is %s, not live; %s", n.Leaf, stateNames[r.State], stateHints[r.State])
	}
	return r, err
}

var stateNames = [...]string{"", "live", "in transit", "packed", "ended"}

var stateHints = [...]string{"", "", "wait until it is received, rejected or reclaimed", "unpack it first", "nothing leaves an ended record"}

func (o op) owner(r proof.Record, n Name) error {
	if !o.b.Signed(r.Owner) {
		return CodeNotOwner.Errorf("the owner's key of record %s did not sign; only its owner may do this", n.Leaf)
	}
	return nil
}

func (o op) holder(r proof.Record, n Name) error {
	if !o.b.Signed(r.Holder) {
		return CodeNotHolder.Errorf("the holder's key of record %s did not sign; only its holder may do this", n.Leaf)
	}
	return nil
}

func (o op) both(r proof.Record, n Name) error {
	if err := o.owner(r, n); err != nil {
		return err
	}
	return o.holder(r, n)
}

// save writes a record and counts the write against the admission. A freeze that
// has lapsed goes with it, so that no reader takes it for one in force.
func (o op) save(n Name, r proof.Record) error {
	if r.Flags&proof.FlagFrozen != 0 && !o.frozen(r, n) {
		r.Flags &^= proof.FlagFrozen
		freezes.Delete(o.s, n)
	}
	records.Set(o.s, n, r)
	return o.b.CountWrite(1)
}

// origin returns an origin that must exist.
func (o op) origin(h proof.Hash) (proof.OriginState, error) {
	c, ok := origins.Get(o.s, h)
	if !ok {
		return c, CodeNoOrigin.Errorf("there is no origin %s", h)
	}
	return c, nil
}

// stopped refuses a record that may not move: held, or frozen by the council.
func (o op) stopped(r proof.Record, n Name) error {
	if r.Flags&proof.FlagHeld != 0 {
		return CodeStopped.Errorf("record %s is held; clear the hold first", n.Leaf)
	}
	if o.frozen(r, n) {
		return CodeStopped.Errorf("record %s is frozen by the council; it lapses after seven days unless renewed", n.Leaf)
	}
	return nil
}

// frozen reports whether a freeze is in force; one that lapsed no longer counts.
func (o op) frozen(r proof.Record, n Name) bool {
	if r.Flags&proof.FlagFrozen == 0 {
		return false
	}
	until, ok := freezes.Get(o.s, n)
	return ok && o.b.Time < until
}

// returnOnly are the flags with which goods may only go back.
const returnOnly = proof.FlagIllegitimate | proof.FlagStolen

// commissioner checks that the sender may bring goods of a class onto the ledger.
func (o op) commissioner(class uint64) error {
	makers := uint64(proof.RoleManufacturer | proof.RoleRepackager)
	if class == proof.ClassIntroduced || class == proof.ClassBox {
		return nil // any member in good standing; the kernel has checked that
	}
	if o.b.Council() { // then the sender is only whoever cast the last vote
		return CodeNotCommissioner.Errorf("the council commissions nothing; the maker sends its own commission")
	}
	if !org.HasRole(o.s, o.b.Sender(), makers) || !org.LicensedNow(o.b, o.s, o.b.Sender(), makers) {
		return CodeNotCommissioner.Errorf("organisation %s is no manufacturer or repackager with a licence in effect today; have its licence recorded first", o.b.Sender())
	}
	return nil
}

// count changes an origin's counters by one record's coming or going.
func (o op) count(h proof.Hash, live, acked int) error {
	c, err := o.origin(h)
	if err != nil {
		return err
	}
	c.Live = uint64(int64(c.Live) + int64(live))
	c.Acked = uint64(int64(c.Acked) + int64(acked))
	o.settle(h, &c)
	origins.Set(o.s, h, c)
	return nil
}

// settle notes when an origin's last record has ended, so that it can be pruned.
func (o op) settle(h proof.Hash, c *proof.OriginState) {
	switch {
	case c.Live > 0:
		c.Closed = 0
	case c.Closed == 0:
		c.Closed = o.b.Day()
		pruneDue.Set(o.s, dueKey{uint32(c.Closed + PruneAfterDays), h}, pruneRecords)
	}
}

// acked is 1 when a record's owner has answered its origin's present recall.
func acked(r proof.Record, c proof.OriginState) int {
	if c.Recall != 0 && r.Ack == c.Recall {
		return 1
	}
	return 0
}

// newKeys refuses weak keys where the ledger first meets them.
func newKeys(keys ...proof.Key) error {
	for _, k := range keys {
		if err := ledger.CheckOneTimeKey(k); err != nil {
			return err
		}
	}
	return nil
}
