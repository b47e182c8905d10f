package exchange

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/proof"
)

// Outgoing is a delivery to be queued. Payload or Reference is set.
type Outgoing struct {
	To        string
	Kind      string
	Key       proof.Hash // makes it one delivery: the same key again queues nothing new
	Re        proof.Hash // delivery that it answers; zero when none
	Payload   []byte     // at most InlineBytesMax
	Reference []byte     // where the kind's Load finds the payload
	Hold      bool       // until Release

	subject []byte // sealed, of a document
}

// Queue puts a delivery into the outbox, in the caller's transaction: it is sent if
// and only if that one commits. Queueing it again changes nothing and gives the
// same id. Call Wake afterwards to send it at once.
func (x *Exchange) Queue(tx *sql.Tx, o Outgoing) (proof.Hash, error) {
	id, err := x.queue(tx, o)
	if err != nil {
		return id, fmt.Errorf("couldn't queue a delivery to %s: %w", o.To, err)
	}
	return id, nil
}

func (x *Exchange) queue(tx *sql.Tx, o Outgoing) (proof.Hash, error) {
	id := deliveryID(x.chain, x.Org(), o.To, o.Kind, o.Key)
	k, ok := x.kindOf(o.Kind)
	switch {
	case !ok:
		return id, fmt.Errorf("there is no kind %q", o.Kind)
	case o.To == x.Org():
		return id, errors.New("it is for this organisation itself; name a partner")
	case (o.Payload == nil) == (o.Reference == nil), o.Reference != nil && k.Load == nil && o.subject == nil:
		return id, fmt.Errorf("kind %q needs either a payload, or a reference and a way to load it", o.Kind)
	case len(o.Payload) > InlineBytesMax, len(o.Reference) > ReferenceBytesMax:
		return id, fmt.Errorf("its payload has %d bytes and its reference %d, where %d and %d are allowed", len(o.Payload), len(o.Reference), InlineBytesMax, ReferenceBytesMax)
	}
	var waiting int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM exchange_out WHERE state = $1`, int(Sending)).Scan(&waiting); err != nil {
		return id, err
	}
	if waiting >= outboxMax {
		return id, fmt.Errorf("%d deliveries wait to be sent, and more are not taken; pedigree outbox list --state sending says what holds them up", waiting)
	}
	state, now := Sending, x.now().Unix()
	if o.Hold {
		state = Held
	}
	_, err := tx.Exec(`INSERT INTO exchange_out (id, partner, kind, unique_key, reference, payload, re, created, released, state, attempts, next_at, reason, ended, answer, answer_text, subject)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 0, 0, '', 0, 0, '', $10) ON CONFLICT (id) DO NOTHING`,
		id[:], o.To, o.Kind, o.Key[:], o.Reference, o.Payload, hashOrNil(o.Re), now, int(state), o.subject)
	return id, err
}

// Queued tells whether a delivery was queued before, in the caller's transaction.
func (x *Exchange) Queued(tx *sql.Tx, id proof.Hash) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT COUNT(*) FROM exchange_out WHERE id = $1`, id[:]).Scan(&n)
	return n > 0, err
}

// Release lets a held delivery go, in the caller's transaction. One that is not held
// is left as it is.
func (x *Exchange) Release(tx *sql.Tx, id proof.Hash) error {
	_, err := tx.Exec(`UPDATE exchange_out SET state = $1, released = $2 WHERE id = $3 AND state = $4`, int(Sending), x.now().Unix(), id[:], int(Held))
	if err != nil {
		return fmt.Errorf("couldn't release delivery %s: %w", id, err)
	}
	return nil
}

// Withdraw drops a held delivery, with a reason, in the caller's transaction.
func (x *Exchange) Withdraw(tx *sql.Tx, id proof.Hash, reason string) error {
	reason, err := x.words("out", "reason", id, reason)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE exchange_out SET state = $1, ended = $2, reason = $3 WHERE id = $4 AND state = $5`,
		int(Dropped), x.now().Unix(), reason, id[:], int(Held))
	if err != nil {
		return fmt.Errorf("couldn't withdraw delivery %s: %w", id, err)
	}
	return nil
}

// DeliveryID is the id under which Queue queues a delivery.
func (x *Exchange) DeliveryID(to, kind string, key proof.Hash) proof.Hash {
	return deliveryID(x.chain, x.Org(), to, kind, key)
}

func hashOrNil(h proof.Hash) []byte {
	if h.IsZero() {
		return nil
	}
	return h[:]
}
