package exchange

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"time"

	"pedigree/proof"
)

// Came is a delivery in the inbox, as it is shown.
type Came struct {
	ID       proof.Hash `json:"id"`
	From     string     `json:"from"`
	Kind     string     `json:"kind"`
	Re       string     `json:"re,omitempty" doc:"Delivery of ours that it answers"`
	State    string     `json:"state" enum:"arrived,waiting,done,rejected,stuck"`
	Received time.Time  `json:"received"`
	Created  time.Time  `json:"created" doc:"By the sender's clock"`
	Size     int64      `json:"size"`
	Document int64      `json:"document" doc:"Where the private store has it"`
	Verdict  string     `json:"verdict,omitempty" doc:"What a look at it found, such as ok or stop"`
	Reason   string     `json:"reason,omitempty"`
	Ended    time.Time  `json:"ended,omitzero"`
	Subject  *Subject   `json:"subject,omitempty" doc:"The document that it carries"`
	Check    *Check     `json:"check,omitempty" doc:"What this node found in it, as its sender was told"`
}

const cameColumns = `id, partner, kind, re, state, received, created, size, document, verdict, reason, ended, subject, checked`

// Inbox lists deliveries that arrived, the newest first.
func (x *Exchange) Inbox(ctx context.Context, l Listing) ([]Came, error) {
	q, err := l.query(cameColumns, "exchange_in", "received", inStates)
	list, err := rowsOf(ctx, x, "inbox", q, err, x.readCame)
	for _, c := range list {
		c.Check.short()
	}
	return list, err
}

// InboxItem returns one delivery. vault.ErrNotFound: there is none.
func (x *Exchange) InboxItem(ctx context.Context, id proof.Hash) (Came, error) {
	var c Came
	err := x.vault.View(ctx, func(tx *sql.Tx) (err error) {
		c, err = x.readCame(tx.QueryRowContext(ctx, "SELECT "+cameColumns+" FROM exchange_in WHERE id = $1", id[:]).Scan)
		return err
	})
	return c, missing(err, "inbox", id)
}

func (x *Exchange) readCame(scan func(...any) error) (Came, error) {
	var c Came
	var id, re, subject, checked []byte
	var state int
	var received, created, ended int64
	if err := scan(&id, &c.From, &c.Kind, &re, &state, &received, &created, &c.Size, &c.Document, &c.Verdict, &c.Reason, &ended, &subject, &checked); err != nil {
		return c, err
	}
	c.ID, c.State = proof.Hash(id), inStates[State(state)]
	c.Received, c.Created, c.Ended = unix(received), unix(created), unix(ended)
	if re != nil {
		c.Re = proof.Hash(re).String()
	}
	var err error
	if c.Subject, err = x.openSealedSubject(subject, c.ID); err == nil {
		c.Check, err = x.openCheck("in", c.ID, checked, 0)
	}
	if err == nil {
		err = x.openWords("in", c.ID, map[string]*string{"verdict": &c.Verdict, "reason": &c.Reason})
	}
	return c, err
}

// Content opens what a delivery carries that arrived: a document without what stands
// ahead of it, else the payload.
func (x *Exchange) Content(ctx context.Context, id proof.Hash) (io.ReadCloser, Came, error) {
	c, err := x.InboxItem(ctx, id)
	if err != nil {
		return nil, c, err
	}
	r, err := x.OpenArrived(ctx, Incoming{Kind: c.Kind, Document: c.Document})
	return r, c, err
}

// Finish ends a delivery that waited for a person, in the caller's transaction, and
// says what came of it. The same again changes nothing.
func (x *Exchange) Finish(tx *sql.Tx, id proof.Hash, s State, verdict, reason string) error {
	if s != Done && s != Rejected {
		return fmt.Errorf("couldn't end delivery %s: %s is no end", id, inStates[s])
	}
	var now int
	if err := tx.QueryRow(`SELECT state FROM exchange_in WHERE id = $1`, id[:]).Scan(&now); err != nil {
		return missing(err, "inbox", id)
	}
	if State(now) == s {
		return nil
	}
	if !slices.Contains([]State{Arrived, Waiting, Stuck}, State(now)) {
		return fmt.Errorf("delivery %s is %s, so it can't be made %s", id, inStates[State(now)], inStates[s])
	}
	verdict, err := x.words("in", "verdict", id, verdict)
	if err != nil {
		return err
	}
	if reason, err = x.words("in", "reason", id, reason); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE exchange_in SET state = $1, verdict = $2, reason = $3, ended = $4 WHERE id = $5`, int(s), verdict, reason, x.now().Unix(), id[:])
	if err != nil {
		return fmt.Errorf("couldn't end delivery %s: %w", id, err)
	}
	return nil
}

// Reject sends word to the sender that a delivery is not taken, and why.
func (x *Exchange) Reject(ctx context.Context, id proof.Hash, reason string) error {
	if clean(reason) == "" || len(reason) > ReasonBytesMax {
		return fmt.Errorf("couldn't reject the delivery: say in 1 to %d bytes why", ReasonBytesMax)
	}
	c, err := x.InboxItem(ctx, id)
	if err != nil {
		return err
	}
	err = x.vault.Update(ctx, func(tx *sql.Tx) error {
		if err := x.Finish(tx, id, Rejected, c.Verdict, reason); err != nil {
			return err
		}
		return x.Acknowledge(tx, c, Acknowledgement{Answer: RefusedWhole, Text: reason})
	})
	if err == nil {
		x.Wake()
	}
	return err
}
