package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// Self is the number of the organisation's own entry.
const Self int64 = 0

// Add enters a new partner and gives it a number.
func (b *Book) Add(ctx context.Context, p Partner) (Partner, error) {
	if err := b.leadAll(ctx, p); err != nil {
		return Partner{}, err
	}
	err := b.vault.Update(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		if len(e.newest) >= partnersMax {
			return limited("the address book has %d partners, the most it holds", len(e.newest))
		}
		if err := tx.QueryRow(`SELECT COALESCE(MAX(partner), 0) + 1 FROM partner_entry`).Scan(&p.ID); err != nil {
			return err
		}
		p, err = b.append(tx, e, p, false)
		return err
	})
	return p, err
}

// Change puts a new entry in place of a partner's. The organisation's own is made when
// it isn't there.
func (b *Book) Change(ctx context.Context, id int64, change func(p *Partner) error) (p Partner, err error) {
	if p, err = b.current(ctx, id); err != nil {
		return p, err
	}
	if err := change(&p); err != nil {
		return p, err
	}
	if err := b.leadAll(ctx, p); err != nil { // asks for addresses, so in no transaction
		return p, err
	}
	err = b.vault.Update(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		now, found := e.newest[id]
		if id != Self && (!found || now.Name == "") {
			return missing("there is no partner %d; list them with pedigree partner list", id)
		}
		if !now.Since.Equal(p.Since) {
			return conflict("partner %d was changed by another at the same time; look at it and try again", id)
		}
		p, err = b.append(tx, e, p, false)
		return err
	})
	return p, err
}

// current is the entry that a change starts from.
func (b *Book) current(ctx context.Context, id int64) (p Partner, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		var found bool
		if p, found = e.newest[id]; id != Self && (!found || p.Name == "") {
			return missing("there is no partner %d; list them with pedigree partner list", id)
		}
		p.ID = id
		p.Sites, p.Contacts, p.Routes = slices.Clone(p.Sites), slices.Clone(p.Contacts), slices.Clone(p.Routes)
		return nil
	})
	return p, err
}

// Remove ends a partner's entry. What was known before stays to be asked for.
func (b *Book) Remove(ctx context.Context, id int64) error {
	return b.vault.Update(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		p, found := e.newest[id]
		if !found || p.Name == "" {
			return missing("there is no partner %d; list them with pedigree partner list", id)
		}
		_, err = b.append(tx, e, p, true)
		return err
	})
}

func (b *Book) leadAll(ctx context.Context, p Partner) error {
	if err := p.check(); err != nil {
		return err
	}
	for _, r := range p.Routes {
		if err := b.leads(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// append writes an entry, if no other partner has one of its GLNs or its member's id.
func (b *Book) append(tx *sql.Tx, e entries, p Partner, gone bool) (Partner, error) {
	if err := e.claimed(p); err != nil && !gone {
		return p, err
	}
	at, err := b.tick(tx)
	if err != nil {
		return p, err
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	sealed, err := b.vault.SealValue(entryContext(p.ID, at), plain)
	if err != nil {
		return p, fmt.Errorf("couldn't keep partner %d: %w", p.ID, err)
	}
	ended := 0
	if gone {
		ended = 1
	}
	if _, err := tx.Exec(`INSERT INTO partner_entry (partner, at, gone, sealed) VALUES ($1, $2, $3, $4)`, p.ID, at, ended, sealed); err != nil {
		return p, fmt.Errorf("couldn't keep partner %d: %w", p.ID, err)
	}
	return b.open(p.ID, at, gone, sealed)
}

// claimed refuses a GLN or a member's id that another partner has.
func (e entries) claimed(p Partner) error {
	for id, other := range e.newest {
		if id == p.ID || other.Name == "" {
			continue
		}
		if p.Org != "" && other.Org == p.Org {
			return conflict("%s is partner %d, %s, already; change that entry", p.Org, id, other.Name)
		}
		for _, s := range p.Sites {
			if theirs, has := other.site(s.GLN); has {
				return conflict("GLN %s is of partner %d, %s (%s, %s); one of the two is wrong: ask the partner, and remove it there first", s.GLN, id, other.Name, theirs.Address.City, theirs.Region())
			}
		}
	}
	return nil
}
