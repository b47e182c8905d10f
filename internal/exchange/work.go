package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/crash"
	"pedigree/proof"
)

// arrived is a delivery that its kind has to look at.
type arrived struct {
	Incoming
	attempts int
}

// workInbox has each arrived delivery looked at by its kind.
func (x *Exchange) workInbox(ctx context.Context) error {
	list, err := x.arrivals(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, a := range list {
		if ctx.Err() != nil {
			return nil
		}
		if x.handled.try(a.ID) {
			failed = errors.Join(failed, x.work(ctx, a))
			x.handled.leave(a.ID)
		}
	}
	if len(list) == dueAtOnce {
		x.Wake()
	}
	return failed
}

func (x *Exchange) arrivals(ctx context.Context) ([]arrived, error) {
	var list []arrived
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, partner, kind, re, created, received, size, document, attempts FROM exchange_in
			WHERE state = $1 AND next_at <= $2 ORDER BY received, id LIMIT $3`, int(Arrived), x.now().Unix(), dueAtOnce)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a arrived
			var id, re []byte
			var created, received int64
			if err := rows.Scan(&id, &a.From, &a.Kind, &re, &created, &received, &a.Size, &a.Document, &a.attempts); err != nil {
				return err
			}
			if a.ID = proof.Hash(id); re != nil {
				a.Re = proof.Hash(re)
			}
			a.Created, a.Received = unix(created), unix(received)
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

// work has one delivery looked at and writes down what came of it.
func (x *Exchange) work(ctx context.Context, a arrived) error {
	k, ok := x.kindOf(a.Kind)
	if !ok || k.Arrived == nil && !k.Document {
		return x.judged(ctx, a, Outcome{State: Waiting, Reason: "this program does nothing with deliveries of this kind by itself"})
	}
	out, err := x.look(ctx, k, &a.Incoming)
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, ErrRejected):
		return x.judged(ctx, a, Outcome{State: Rejected, Verdict: out.Verdict, Reason: err.Error()})
	case err == nil:
		if err := x.pass(crash.ExchangeJudged); err != nil {
			return err
		}
		return x.judged(ctx, a, out)
	}
	x.counters.failures.Add(1)
	now := x.now()
	if now.Sub(a.Received) > x.giveUpAfter {
		return x.judged(ctx, a, Outcome{State: Stuck, Reason: err.Error()})
	}
	reason, err := x.words("in", "reason", a.ID, err.Error())
	if err != nil {
		return err
	}
	return x.update(ctx, `UPDATE exchange_in SET attempts = attempts + 1, next_at = $1, reason = $2 WHERE id = $3 AND state = $4`,
		now.Add(backoff(a.attempts, 0)).Unix(), reason, a.ID[:], int(Arrived))
}

// look has a delivery looked at by its kind, a document after what is said of it.
func (x *Exchange) look(ctx context.Context, k Kind, in *Incoming) (Outcome, error) {
	if k.Document {
		s, err := x.lookAtDocument(ctx, *in)
		if err != nil {
			return Outcome{}, err
		}
		in.Subject = s
	}
	if k.Arrived == nil {
		return Outcome{State: Waiting}, nil
	}
	return k.Arrived(ctx, *in)
}

// judged writes down what a look at a delivery found, unless a person was faster,
// and tells the sender of one that is refused.
func (x *Exchange) judged(ctx context.Context, a arrived, o Outcome) error {
	ended := int64(0)
	switch o.State {
	case Done, Rejected:
		ended = x.now().Unix()
	case Waiting, Stuck:
	default:
		return fmt.Errorf("kind %q gave delivery %s no state that ends the look at it", a.Kind, a.ID)
	}
	answer := o.Answer
	if answer == nil && o.State == Rejected && a.Kind != KindAcknowledgement {
		answer = &Acknowledgement{Answer: RefusedWhole, Text: o.Reason}
	}
	var subject, checked []byte
	if a.Subject.Name != "" {
		var err error
		if subject, err = x.sealSubject(a.Subject, a.ID); err != nil {
			return err
		}
	}
	verdict, err := x.words("in", "verdict", a.ID, o.Verdict)
	if err != nil {
		return err
	}
	reason, err := x.words("in", "reason", a.ID, o.Reason)
	if err != nil {
		return err
	}
	if answer != nil && answer.Answer.checked() {
		if checked, err = x.sealCheck("in", a.ID, answer.Encode()); err != nil {
			return err
		}
	}
	return x.vault.Update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE exchange_in SET state = $1, verdict = $2, reason = $3, ended = $4, subject = $5, checked = $6 WHERE id = $7 AND state = $8`,
			int(o.State), verdict, reason, ended, subject, checked, a.ID[:], int(Arrived))
		if err != nil || answer == nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return x.Acknowledge(tx, Came{ID: a.ID, From: a.From}, *answer)
	})
}
