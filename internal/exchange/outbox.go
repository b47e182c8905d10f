package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// Sent is a delivery in the outbox, as it is shown.
type Sent struct {
	ID        proof.Hash `json:"id"`
	To        string     `json:"to"`
	Kind      string     `json:"kind"`
	State     string     `json:"state" enum:"held,sending,delivered,dead,dropped"`
	Created   time.Time  `json:"created"`
	Attempts  int        `json:"attempts"`
	Next      time.Time  `json:"next,omitzero" doc:"When it is tried again"`
	Reason    string     `json:"reason,omitempty" doc:"Why it is not delivered, and what to do"`
	Ended     time.Time  `json:"ended,omitzero" doc:"When it was delivered or given up"`
	Delivered *Evidence  `json:"delivered,omitempty" doc:"The receiver's signed word"`
	Subject   *Subject   `json:"subject,omitempty" doc:"The document that it carries"`
	Check     *Check     `json:"check,omitempty" doc:"What the receiver's program found when it arrived"`
	Answer    string     `json:"answer,omitempty" enum:"received,refused in part,refused" doc:"What a person there made of it"`
	Note      string     `json:"note,omitempty" doc:"What the receiver says of it"`
	Answered  time.Time  `json:"answered,omitzero" doc:"When it was answered, by the receiver's clock"`
}

// Check is what a receiver's program found in a document.
type Check struct {
	Result   string        `json:"result" enum:"accepted,accepted with findings,rejected with findings"`
	Text     string        `json:"text,omitempty"`
	At       time.Time     `json:"at,omitzero" doc:"By the receiver's clock"`
	Findings []RefusedItem `json:"findings,omitempty" doc:"Left out of listings"`
}

// Evidence is what a receipt says.
type Evidence struct {
	At      time.Time  `json:"at" doc:"By the receiver's clock"`
	Size    uint64     `json:"size"`
	Hash    proof.Hash `json:"hash" doc:"SHA-256 of the payload"`
	KeyID   uint64     `json:"key_id" doc:"Number of the receiver's signing key"`
	Receipt []byte     `json:"receipt" doc:"The signed receipt, as docs/internals/encoding.md has it"`
}

// Answer is what a receiver made of a delivery.
type Answer int

// The answers.
const (
	Unanswered    Answer = 0
	Received      Answer = 1
	RefusedInPart Answer = 2
	RefusedWhole  Answer = 3

	// The following are a program's, given as soon as a document arrived.
	Accepted             Answer = 4
	AcceptedWithFindings Answer = 5
	RejectedWithFindings Answer = 6
)

var answers = map[Answer]string{
	Received: "received", RefusedInPart: "refused in part", RefusedWhole: "refused",
	Accepted: "accepted", AcceptedWithFindings: "accepted with findings", RejectedWithFindings: "rejected with findings",
}

// checked tells whether an answer is a program's. It stands beside a person's.
func (a Answer) checked() bool { return a >= Accepted }

const sentColumns = `id, partner, kind, state, created, attempts, next_at, reason, ended, receipt, answer, answer_text, answered, subject, checked, checked_at`

// Outbox lists deliveries on their way out, the newest first.
func (x *Exchange) Outbox(ctx context.Context, l Listing) ([]Sent, error) {
	q, err := l.query(sentColumns, "exchange_out", "created", outStates)
	list, err := rowsOf(ctx, x, "outbox", q, err, x.readSent)
	for _, s := range list {
		s.Check.short()
	}
	return list, err
}

// OutboxItem returns one delivery. vault.ErrNotFound: there is none.
func (x *Exchange) OutboxItem(ctx context.Context, id proof.Hash) (Sent, error) {
	var s Sent
	err := x.vault.View(ctx, func(tx *sql.Tx) (err error) {
		s, err = x.readSent(tx.QueryRowContext(ctx, "SELECT "+sentColumns+" FROM exchange_out WHERE id = $1", id[:]).Scan)
		return err
	})
	return s, missing(err, "outbox", id)
}

func missing(err error, where string, id proof.Hash) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("there is no delivery %s in the %s: %w", id, where, vault.ErrNotFound)
	}
	return err
}

// checkOf reads an answer that a program gave; nil when there is none.
func checkOf(raw []byte, at int64) (*Check, error) {
	if raw == nil {
		return nil, nil
	}
	a, err := DecodeAcknowledgement(raw)
	if err != nil {
		return nil, err
	}
	return &Check{Result: answers[a.Answer], Text: a.Text, At: unix(at), Findings: a.Items}, nil
}

// short leaves the findings out, for a listing.
func (c *Check) short() {
	if c != nil {
		c.Findings = nil
	}
}

func (x *Exchange) readSent(scan func(...any) error) (Sent, error) {
	var s Sent
	var id, receipt, subject, checked []byte
	var state, answer int
	var created, next, ended, answered, checkedAt int64
	if err := scan(&id, &s.To, &s.Kind, &state, &created, &s.Attempts, &next, &s.Reason, &ended, &receipt, &answer, &s.Note, &answered, &subject, &checked, &checkedAt); err != nil {
		return s, err
	}
	s.ID, s.State, s.Created, s.Ended = proof.Hash(id), outStates[State(state)], unix(created), unix(ended)
	if State(state) == Sending {
		s.Next = unix(next)
	}
	s.Answer, s.Answered = answers[Answer(answer)], unix(answered)
	var err error
	if s.Subject, err = x.openSealedSubject(subject, s.ID); err == nil {
		s.Check, err = x.openCheck("out", s.ID, checked, checkedAt)
	}
	if err == nil {
		err = x.openWords("out", s.ID, map[string]*string{"reason": &s.Reason, "answer_text": &s.Note})
	}
	if err != nil || receipt == nil {
		return s, err
	}
	r, err := DecodeReceipt(receipt)
	if err != nil {
		return s, err
	}
	s.Delivered = &Evidence{At: unix(int64(r.Received)), Size: r.Size, Hash: r.Hash, KeyID: r.KeyID, Receipt: receipt}
	return s, nil
}

// Retry sends a delivery again: one that was given up, or one that the receiver
// has lost after it signed for it. The receiver takes each delivery once.
func (x *Exchange) Retry(ctx context.Context, id proof.Hash) error {
	return x.decide(ctx, id, Sending, []State{Dead, Dropped, Delivered, Sending}, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE exchange_out SET state = $1, released = $2, next_at = 0, ended = 0, attempts = 0, reason = '' WHERE id = $3`, int(Sending), x.now().Unix(), id[:])
		return err
	})
}

// Drop gives a delivery up. Its row stays, with the reason.
func (x *Exchange) Drop(ctx context.Context, id proof.Hash, reason string) error {
	if clean(reason) == "" || len(reason) > ReasonBytesMax {
		return fmt.Errorf("couldn't drop the delivery: say in 1 to %d bytes why", ReasonBytesMax)
	}
	sealed, err := x.words("out", "reason", id, reason)
	if err != nil {
		return err
	}
	return x.decide(ctx, id, Dropped, []State{Dead, Sending}, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE exchange_out SET state = $1, ended = $2, reason = $3 WHERE id = $4`, int(Dropped), x.now().Unix(), sealed, id[:])
		return err
	})
}

// decide changes the state of a delivery that is in one of the states given.
func (x *Exchange) decide(ctx context.Context, id proof.Hash, to State, from []State, change func(*sql.Tx) error) error {
	err := x.vault.Update(ctx, func(tx *sql.Tx) error {
		var state int
		if err := tx.QueryRowContext(ctx, `SELECT state FROM exchange_out WHERE id = $1`, id[:]).Scan(&state); err != nil {
			return missing(err, "outbox", id)
		}
		if !slices.Contains(from, State(state)) {
			return fmt.Errorf("delivery %s is %s, so it can't be made %s", id, outStates[State(state)], outStates[to])
		}
		return change(tx)
	})
	if err == nil {
		x.Wake()
	}
	return err
}

// answered notes what a person at the receiver made of a delivery.
func (x *Exchange) answered(tx *sql.Tx, in Incoming, a Answer, note string) error {
	sealed, err := x.words("out", "answer_text", in.Re, note)
	if err != nil {
		return err
	}
	res, err := tx.Exec(`UPDATE exchange_out SET answer = $1, answer_text = $2, answered = $3 WHERE id = $4 AND partner = $5`, int(a), sealed, in.Created.Unix(), in.Re[:], in.From)
	return noted(res, err, in)
}

// checked notes what the receiver's program found in a delivery.
func (x *Exchange) checked(tx *sql.Tx, in Incoming, raw []byte) error {
	sealed, err := x.sealCheck("out", in.Re, raw)
	if err != nil {
		return err
	}
	res, err := tx.Exec(`UPDATE exchange_out SET checked = $1, checked_at = $2 WHERE id = $3 AND partner = $4`, sealed, in.Created.Unix(), in.Re[:], in.From)
	return noted(res, err, in)
}

// noted refuses an answer to what was not sent.
func noted(res sql.Result, err error, in Incoming) error {
	if err != nil {
		return fmt.Errorf("couldn't note an answer: %w", err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		return fmt.Errorf("%w: it answers delivery %s, and none of that id was sent to %s", ErrRejected, in.Re, in.From)
	}
	return nil
}

// clearOut removes sealed payloads that nobody sends any more. What is there is looked
// up before what is sent, so that one that begins meanwhile is left alone.
func (x *Exchange) clearOut(ctx context.Context) error {
	there, err := x.spool.outgoing()
	if err != nil || len(there) == 0 {
		return err
	}
	err = x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id FROM exchange_out WHERE state = $1`, int(Sending))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			delete(there, proof.Hash(id))
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	return x.spool.removeOut(there)
}
