package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"pedigree/proof"
)

// due is a delivery that is to be sent.
type due struct {
	id        proof.Hash
	partner   string
	kind      string
	key, re   proof.Hash
	reference []byte
	payload   []byte
	created   int64
	attempts  int
	head      []byte // as it was last sealed; nil before
	subject   []byte // sealed, of a document
}

// sendDue begins to send what is due, to several partners at once and to each one
// after another. A slow partner holds up nobody but itself.
func (x *Exchange) sendDue(ctx context.Context) error {
	if err := x.giveUp(ctx); err != nil {
		return err
	}
	partners, err := x.duePartners(ctx)
	if err != nil {
		return err
	}
	for _, p := range partners {
		if ctx.Err() != nil || !x.peers.mayTry(p, x.now()) || !x.busy.try(p) {
			continue
		}
		select {
		case x.turns <- struct{}{}:
		default:
			x.busy.leave(p)
			return nil // the next look finds who is left
		}
		x.sending.Go(func() {
			defer func() { x.busy.leave(p); <-x.turns }()
			x.told(ctx, "send what is due", x.sendTo(ctx, p))
		})
	}
	return nil
}

func (x *Exchange) duePartners(ctx context.Context) ([]string, error) {
	var list []string
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT DISTINCT partner FROM exchange_out WHERE state = $1 AND next_at <= $2 ORDER BY partner LIMIT $3`, int(Sending), x.now().Unix(), partnersMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p string
			if err := rows.Scan(&p); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// sendTo sends what is due to one partner, the oldest first, until one fails for a
// reason that would stop the next one too.
func (x *Exchange) sendTo(ctx context.Context, partner string) error {
	list, err := x.dueTo(ctx, partner)
	if err != nil {
		return err
	}
	for _, d := range list {
		err := x.deliver(ctx, d)
		if ctx.Err() != nil {
			return nil
		}
		if err := x.note(ctx, d, err); err != nil {
			return err
		}
		if unreachable(err) {
			x.peers.failed(partner, x.now(), waitOf(err))
			return nil
		}
		x.peers.answered(partner)
	}
	if len(list) == dueAtOnce {
		x.Wake()
	}
	return nil
}

func (x *Exchange) dueTo(ctx context.Context, partner string) ([]due, error) {
	var list []due
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, kind, unique_key, re, reference, payload, created, attempts, head, subject FROM exchange_out
			WHERE partner = $1 AND state = $2 AND next_at <= $3 ORDER BY created, id LIMIT $4`, partner, int(Sending), x.now().Unix(), dueAtOnce)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			d := due{partner: partner}
			var id, key, re []byte
			if err := rows.Scan(&id, &d.kind, &key, &re, &d.reference, &d.payload, &d.created, &d.attempts, &d.head, &d.subject); err != nil {
				return err
			}
			d.id, d.key = proof.Hash(id), proof.Hash(key)
			if re != nil {
				d.re = proof.Hash(re)
			}
			list = append(list, d)
		}
		return rows.Err()
	})
	return list, err
}

// note writes down how an attempt ended.
func (x *Exchange) note(ctx context.Context, d due, failure error) error {
	if failure == nil {
		return nil // deliver wrote the receipt down
	}
	x.counters.failures.Add(1)
	now := x.now()
	var r *Refusal
	dead := errors.As(failure, &r) && r.Permanent || errors.Is(failure, ErrStanding)
	text := failure.Error()
	if dead {
		text = d.partner + ": " + text
	}
	reason, err := x.words("out", "reason", d.id, text)
	switch {
	case err != nil:
	case dead:
		err = x.update(ctx, `UPDATE exchange_out SET state = $1, ended = $2, reason = $3, attempts = attempts + 1, head = NULL WHERE id = $4 AND state = $5`,
			int(Dead), now.Unix(), reason, d.id[:], int(Sending))
		x.log.Warn("a delivery was given up", "delivery", d.id, "kind", d.kind)
	default:
		if r != nil && (r.Code == RefusedSealKey || r.Code == RefusedDamaged) {
			err = x.update(ctx, `UPDATE exchange_out SET head = NULL WHERE id = $1`, d.id[:]) // sealed anew
		}
		next := now.Add(backoff(d.attempts, waitOf(failure)))
		err = errors.Join(err, x.update(ctx, `UPDATE exchange_out SET attempts = attempts + 1, next_at = $1, reason = $2 WHERE id = $3 AND state = $4`,
			next.Unix(), reason, d.id[:], int(Sending)))
	}
	if err != nil {
		return fmt.Errorf("couldn't note how delivery %s went: %w", d.id, err)
	}
	return nil
}

func (x *Exchange) update(ctx context.Context, statement string, args ...any) error {
	return x.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// giveUp makes dead letters of what was tried for too long.
func (x *Exchange) giveUp(ctx context.Context) error {
	before := x.now().Add(-x.giveUpAfter).Unix()
	old := map[proof.Hash]string{} // why the last attempt failed
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, reason FROM exchange_out WHERE state = $1 AND released < $2 ORDER BY id LIMIT $3`, int(Sending), before, givenUpAtOnce)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			var reason string
			if err := rows.Scan(&id, &reason); err != nil {
				return err
			}
			if err := x.openWords("out", proof.Hash(id), map[string]*string{"reason": &reason}); err != nil {
				return err
			}
			old[proof.Hash(id)] = reason
		}
		return rows.Err()
	})
	if err != nil || len(old) == 0 {
		return err
	}
	return x.vault.Update(ctx, func(tx *sql.Tx) error {
		for id, why := range old {
			if err := x.bury(ctx, tx, id, why); err != nil {
				return err
			}
		}
		return nil
	})
}

// bury makes a dead letter of a delivery that was tried for too long.
func (x *Exchange) bury(ctx context.Context, tx *sql.Tx, id proof.Hash, why string) error {
	text := fmt.Sprintf("not delivered in %d days; ask the partner, then pedigree outbox retry", int(x.giveUpAfter.Hours()/24))
	if why != "" {
		text += ": " + why
	}
	reason, err := x.words("out", "reason", id, text)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE exchange_out SET state = $1, ended = $2, head = NULL, reason = $3 WHERE id = $4 AND state = $5`,
		int(Dead), x.now().Unix(), reason, id[:], int(Sending))
	return err
}

// backoff is the pause after so many failed attempts, with a fifth of chance in it,
// so that nodes that failed together don't come back together.
func backoff(failed int, asked time.Duration) time.Duration {
	wait := retryMost
	if failed < 20 {
		wait = min(retryFirst<<failed, retryMost)
	}
	wait = max(wait, min(asked, retryAsked))
	return wait + rand.N(wait/5+1)
}

// waitOf is how long a partner asks to be left alone.
func waitOf(err error) time.Duration {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Wait
	}
	return 0
}
