package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/org"
)

// kept is what a check keeps sealed.
type kept struct {
	Why       string    `json:"why"`
	Authority Authority `json:"authority"`
}

// Check answers a query by what is known now and keeps the answer with its grounds, so
// that it can be shown later on what an act rested. Why says for what it was asked.
func (b *Book) Check(_ context.Context, tx *sql.Tx, q Query, why string) (Authority, error) {
	if err := texts("check", why); err != nil {
		return Authority{}, err
	}
	at, err := b.tick(tx)
	if err != nil {
		return Authority{}, err
	}
	for _, org := range b.members(tx, q, at) {
		if err := b.observe(tx, org, at); err != nil {
			return Authority{}, err
		}
	}
	a, err := b.judge(tx, q, at)
	if err != nil {
		return a, err
	}
	plain, err := json.Marshal(kept{why, a})
	if err != nil {
		return a, err
	}
	sealed, err := b.vault.SealValue(checkContext(at), plain)
	if err != nil {
		return a, fmt.Errorf("couldn't keep a check: %w", err)
	}
	err = tx.QueryRow(`INSERT INTO partner_check (partner, org, gln, role, at, known_at, word, height, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		q.Partner, q.Org, q.GLN, int64(q.Role), a.At.UnixMilli(), at, a.Word, int64(a.Height), sealed).Scan(&a.Evidence)
	if err != nil {
		return a, fmt.Errorf("couldn't keep a check: %w", err)
	}
	return a, nil
}

func checkContext(at int64) string { return fmt.Sprintf("partner check at %d", at) }

// members are whom a query may be about, on the ledger. What can't be found out here
// is told by judge.
func (b *Book) members(tx *sql.Tx, q Query, known int64) []string {
	if q.Org != "" {
		return []string{q.Org}
	}
	p, found, err := b.holder(tx, known, q.GLN)
	if q.Partner != 0 && err == nil {
		p, found, err = b.entryAt(tx, q.Partner, known)
	}
	if err != nil || !found || p.Org == "" {
		return nil
	}
	return []string{p.Org}
}

// CheckNow is Check in a transaction of its own.
func (b *Book) CheckNow(ctx context.Context, q Query, why string) (a Authority, err error) {
	err = b.vault.Update(ctx, func(tx *sql.Tx) error {
		a, err = b.Check(ctx, tx, q, why)
		return err
	})
	return a, err
}

// Was answers a query by what was known at a moment, whatever was learned since. It
// keeps nothing. Of the ledger, what was known is what a check had seen by then.
func (b *Book) Was(ctx context.Context, q Query, knownAt time.Time) (a Authority, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		now, err := b.now(tx)
		if err != nil {
			return err
		}
		known := min(now, knownAt.UnixMilli())
		a, err = b.judge(tx, q, known)
		return err
	})
	return a, err
}

// Kept is a check that was kept.
type Kept struct {
	ID        int64     `json:"id"`
	Role      org.Roles `json:"role,omitempty" doc:"The role that it was asked about"`
	GLN       string    `json:"gln,omitempty" doc:"The site that it was asked about"`
	Why       string    `json:"why" doc:"For what it was asked"`
	Authority Authority `json:"authority"`
}

// Evidence returns a check that was kept, as it was.
func (b *Book) Evidence(ctx context.Context, id int64) (k Kept, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		c := keptRow{id: id}
		err := tx.QueryRow(`SELECT role, gln, known_at, sealed FROM partner_check WHERE id = $1`, id).Scan(&c.role, &c.gln, &c.known, &c.sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return missing("there is no check %d", id)
		}
		if err == nil {
			k, err = b.opened(c)
		}
		return err
	})
	return k, err
}

// keptRow is a check as the store has it.
type keptRow struct {
	id, partner, role, known int64
	org, gln                 string
	sealed                   []byte
}

func (b *Book) opened(c keptRow) (Kept, error) {
	plain, err := b.vault.OpenValue(checkContext(c.known), c.sealed)
	if err != nil {
		return Kept{}, fmt.Errorf("couldn't open check %d: %w", c.id, err)
	}
	var was kept
	if err := json.Unmarshal(plain, &was); err != nil {
		return Kept{}, fmt.Errorf("couldn't read check %d: %w", c.id, err)
	}
	was.Authority.Evidence = c.id
	return Kept{ID: c.id, Role: org.Roles(c.role), GLN: c.gln, Why: was.Why, Authority: was.Authority}, nil
}

// Checks are the checks of a partner that were kept, the newest first. A check that
// named a GLN or a member's id is of whoever had that when it was made.
func (b *Book) Checks(ctx context.Context, partner int64) (list []Kept, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		found, err := e.checksNaming(tx, partner)
		if err != nil {
			return err
		}
		for _, c := range found {
			if of, err := b.isOf(tx, c, partner); err != nil {
				return err
			} else if !of {
				continue
			}
			k, err := b.opened(c)
			if err != nil {
				return err
			}
			if list = append(list, k); len(list) == checksListed {
				return nil
			}
		}
		return nil
	})
	return list, err
}

// checksNaming are the kept checks that may be of a partner: they name it, or what it
// had at some time.
func (e entries) checksNaming(tx *sql.Tx, partner int64) (list []keptRow, err error) {
	rows, err := tx.Query(`SELECT id, partner, org, gln, role, known_at, sealed FROM partner_check ORDER BY id DESC LIMIT $1`, checksSeen)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	had := func(key string) bool { return key != "" && slices.Contains(e.ever[key], partner) }
	for rows.Next() && len(list) < checksListed*2 {
		var c keptRow
		if err := rows.Scan(&c.id, &c.partner, &c.org, &c.gln, &c.role, &c.known, &c.sealed); err != nil {
			return nil, err
		}
		if c.partner != Self && c.partner == partner || c.partner == Self && (had(c.gln) || had(c.org)) {
			list = append(list, c)
		}
	}
	return list, rows.Err()
}

func (b *Book) isOf(tx *sql.Tx, c keptRow, partner int64) (bool, error) {
	if c.partner != Self {
		return c.partner == partner, nil
	}
	for _, key := range []string{c.gln, c.org} {
		if p, found, err := b.holder(tx, c.known, key); found || err != nil {
			return err == nil && p.ID == partner, err
		}
	}
	return false, nil
}
