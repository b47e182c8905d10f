package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
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
	Why       string    `json:"why" doc:"For what it was asked"`
	Authority Authority `json:"authority"`
}

// Evidence returns a check that was kept, as it was.
func (b *Book) Evidence(ctx context.Context, id int64) (k Kept, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		var known int64
		var sealed []byte
		err := tx.QueryRow(`SELECT known_at, sealed FROM partner_check WHERE id = $1`, id).Scan(&known, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return missing("there is no check %d", id)
		}
		if err != nil {
			return err
		}
		plain, err := b.vault.OpenValue(checkContext(known), sealed)
		if err != nil {
			return fmt.Errorf("couldn't open check %d: %w", id, err)
		}
		var was kept
		if err := json.Unmarshal(plain, &was); err != nil {
			return fmt.Errorf("couldn't read check %d: %w", id, err)
		}
		was.Authority.Evidence = id
		k = Kept{id, was.Why, was.Authority}
		return nil
	})
	return k, err
}
