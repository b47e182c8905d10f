package partnerview

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"pedigree/domain/org"
	"pedigree/proof"
)

// Standing is whether a partner is authorised now in one of its roles at one of its sites.
type Standing struct {
	Partner   int64     `json:"partner" doc:"Its number in the address book"`
	Role      org.Roles `json:"role"`
	GLN       string    `json:"gln,omitempty" doc:"Of the site; empty when no site is entered"`
	Authority Authority `json:"authority"`
}

// today is what is found once for all that is asked of a partner now.
type today struct {
	pairs   map[int64][][]loadedList // lists in force, by day
	partner Partner                  // whom it is about
	member  seen                     // as the ledger has it at this moment
	found   bool
}

// Standings judges every partner of the book by what a check would find now, and keeps
// nothing. It leaves the grounds out and ends after standingsMax.
func (b *Book) Standings(ctx context.Context) ([]Standing, error) {
	list, err := b.standings(ctx, func(Partner) bool { return true })
	for i := range list {
		list[i].Authority.Grounds = nil
	}
	return list, err
}

// StandingsOf judges one partner, with the grounds.
func (b *Book) StandingsOf(ctx context.Context, id int64) ([]Standing, error) {
	return b.standings(ctx, func(p Partner) bool { return p.ID == id })
}

func (b *Book) standings(ctx context.Context, wanted func(Partner) bool) (list []Standing, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		known, err := b.now(tx)
		if err != nil {
			return err
		}
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		t := &today{pairs: map[int64][][]loadedList{}}
		for _, id := range slices.Sorted(maps.Keys(e.newest)) {
			p := e.newest[id]
			if p.Name == "" || !wanted(p) {
				continue
			}
			if err := b.turn(t, p); err != nil {
				return err
			}
			for _, q := range t.queries() {
				if len(list) == standingsMax {
					return nil
				}
				a, err := b.inquire(&inquiry{tx: tx, known: known, today: t}, q)
				if err != nil {
					return err
				}
				list = append(list, Standing{Partner: p.ID, Role: org.Roles(q.Role), GLN: q.GLN, Authority: a})
			}
		}
		return nil
	})
	return list, err
}

// turn goes on to a partner. A check would note first what the ledger says of it.
func (b *Book) turn(t *today, p Partner) (err error) {
	t.partner, t.member, t.found = p, seen{}, false
	if p.Org == "" {
		return nil
	}
	t.member.height, t.member.blockTime = b.registry.Status()
	t.member.member, t.found, err = b.registry.Member(p.Org)
	return err
}

// queries are all that can be asked of a partner's authority: each role that the book or
// the ledger gives it, at each site. One without a site is asked about as a whole.
func (t *today) queries() (list []Query) {
	p := t.partner
	sites, roles := p.Sites, uint64(p.Roles)
	if len(sites) == 0 {
		sites = []Site{{}}
	}
	if t.found {
		roles |= t.member.member.Roles
	}
	for _, s := range sites {
		for role := uint64(1); role <= proof.RolesMax; role <<= 1 {
			if _, err := required(role); err == nil && roles&role != 0 {
				list = append(list, Query{Partner: p.ID, Org: p.Org, GLN: s.GLN, Role: role})
			}
		}
	}
	return list
}

// memberOf is what is known of an inquiry's member: what checks had seen of it, or, now,
// what the ledger says itself.
func (b *Book) memberOf(i *inquiry) (newest, then seen, found bool, err error) {
	if i.today != nil && i.today.found {
		return i.today.member, i.today.member, true, nil
	}
	return b.sightings(i.tx, i.org, i.at, i.known)
}

// lists are the lists in force on the inquiry's day.
func (i *inquiry) lists() (pairs [][]loadedList, err error) {
	if i.today == nil {
		return inForce(i.tx, i.day, i.known)
	}
	pairs, had := i.today.pairs[i.day]
	if !had {
		pairs, err = inForce(i.tx, i.day, i.known)
		i.today.pairs[i.day] = pairs
	}
	return pairs, err
}
