package traceview

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// Title and custody can go separate ways: a record has an owner's key and a holder's
// key, and an offer names either or both (custody.md, section 4). What this
// organisation has of a record is what it has keys of.

// keptAs is the status of goods by the keys of ours that they have.
func keptAs(ownerKey, holderKey int64) int {
	switch {
	case ownerKey != 0 && holderKey == 0:
		return StatusInCare
	case ownerKey == 0 && holderKey != 0:
		return StatusKept
	}
	return StatusOnHand
}

// handedOn is a stock row after a partner received what was offered of it.
func handedOn(it *item, title, custody bool) {
	if title {
		it.ownerKey = 0
	}
	if custody {
		it.holderKey = 0
	}
	if it.status = StatusAway; it.ownerKey != 0 || it.holderKey != 0 {
		it.status = keptAs(it.ownerKey, it.holderKey)
	}
}

// keysAt says with which keys of ours goods come to stand that were offered with title,
// custody or both: what is not offered stays as it is here.
func (in *receiving) keysAt(tx *sql.Tx, i int) (owner, holder int64, err error) {
	o, keys := in.content.Offers[i], in.keys[i]
	owner, holder = keys.owner, keys.holder
	if !o.Owner.IsZero() && !o.Holder.IsZero() {
		return owner, holder, nil
	}
	hadOwner, hadHolder, err := keysHere(tx, in.content.Goods[i].Path)
	if o.Owner.IsZero() {
		owner = hadOwner
	}
	if o.Holder.IsZero() {
		holder = hadHolder
	}
	return owner, holder, err
}

// keysHere are the keys of ours that a thing, or what it is in, stands under: its
// owner's where another keeps it for us, its holder's where we keep it for another.
func keysHere(tx queryer, path string) (owner, holder int64, err error) {
	it, ok, err := loadItem(tx, path)
	if err != nil || !ok {
		return 0, 0, err
	}
	top, err := topOf(tx, it)
	if err != nil {
		return 0, 0, err
	}
	switch top.status {
	case StatusInCare:
		return top.ownerKey, 0, nil
	case StatusKept:
		return 0, top.holderKey, nil
	}
	return 0, 0, nil
}

// mayGo refuses an offer that this organisation can't make of what it has: who keeps
// goods for another hands custody on, who has goods kept sells them.
func (s *shipping) mayGo(path string, top item) error {
	switch {
	case top.status == StatusKept && s.request.CustodyOnly, top.status == StatusInCare && s.request.TitleOnly && top.path == path:
		if s.third != "" && s.third != top.partner {
			return fmt.Errorf("%s has to do with %s and other goods of this shipment with %s; ship them apart", path, top.partner, s.third)
		}
		s.third = top.partner
		return nil
	case top.status == StatusKept:
		return fmt.Errorf("%s is kept here for %s: hand it on with custody only (pedigree ship --custody-only); only its owner sells it", path, top.partner)
	case top.status == StatusInCare && s.request.TitleOnly:
		return fmt.Errorf("%s is in %s, which %s keeps: only who keeps it can take it out; sell the whole, or have it handed over first", path, top.path, top.partner)
	case top.status == StatusInCare:
		return fmt.Errorf("%s is yours, and %s keeps it: sell it with title only (pedigree ship --title-only) and have it handed over, or have it handed back first", path, top.partner)
	}
	return shippable(path, top)
}

// offeredOf tells what an offer gives: title, custody or both.
func offeredOf(owner, holder []byte) (title, custody bool) {
	var none proof.Key
	return string(owner) != string(none[:]), string(holder) != string(none[:])
}

// otherOf is the organisation that keeps goods of ours, or for which we keep some: the
// one with which they were last exchanged. Goods that are wholly ours have none.
func otherOf(tx queryer, it item) (string, error) {
	if it.status != StatusInCare && it.status != StatusKept {
		return "", nil
	}
	partner := it.partner
	err := tx.QueryRow(`SELECT s.partner FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment
		WHERE i.path = ? AND i.status = ? ORDER BY s.created DESC, s.n DESC LIMIT 1`, it.path, shipmentReceived).Scan(&partner)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return partner, err
}

// between are the sources and destinations of a shipping event (CBV 2.0, section 7.4):
// title goes from owning party to owning party; where custody goes alone the owner
// stays, and possession moves.
func (s *shippingDocument) between() (from, to []epcis.Party) {
	owner, next, place := s.from.party, s.to.party, s.from.place
	switch {
	case s.request.CustodyOnly:
		if s.third.org != "" {
			owner = s.third.party
		}
		next = owner
		from = []epcis.Party{{Type: "possessing_party", ID: s.from.party}}
		to = []epcis.Party{{Type: "possessing_party", ID: s.to.party}}
	case s.third.org != "" && s.request.FromGLN == "":
		place = s.third.place // where they are kept
	}
	from = append([]epcis.Party{{Type: "owning_party", ID: owner}, {Type: "location", ID: place}}, from...)
	return from, append([]epcis.Party{{Type: "owning_party", ID: next}, {Type: "location", ID: s.to.place}}, to...)
}

// everyone are the parties that the document names.
func (s *shippingDocument) everyone() []*shipParty {
	list := []*shipParty{&s.from, &s.to}
	if s.third.org != "" {
		list = append(list, &s.third)
	}
	return list
}
