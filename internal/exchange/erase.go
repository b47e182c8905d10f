package exchange

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// ErrUnderWay says that a document can't be erased yet, for a delivery of it is not
// over.
var ErrUnderWay = errors.New("a delivery of it is under way")

// Carried is a delivery of a document that was erased: who has it too, or had it first.
type Carried struct {
	Partner string `json:"partner"`
	Sent    bool   `json:"sent" doc:"It went to the partner; else it came from there"`
}

// EraseDocument removes what deliveries of a document tell of it, in the transaction
// that destroys it: its name and reference, hashes of its content, receipts, which have
// them too, and what was found in it and answered. A delivery's id follows from the
// hash, so it gets another one. It stays known who sent something to whom, and when.
func (x *Exchange) EraseDocument(ctx context.Context, tx *sql.Tx, doc int64) ([]Carried, error) {
	reference := binary.BigEndian.AppendUint64(nil, uint64(doc))
	var list []Carried
	for _, c := range []struct {
		sent         bool
		find, forget string
		key          any
		over         []State
	}{
		{
			false, `SELECT id, partner, state FROM exchange_in WHERE document = $1 ORDER BY received`,
			`UPDATE exchange_in SET id = $1, hash = $1, receipt = $1, document = 0, subject = NULL, checked = NULL, reason = '' WHERE id = $2`,
			doc,
			[]State{Done, Rejected, Stuck},
		},
		{
			true, `SELECT id, partner, state FROM exchange_out WHERE reference = $1 AND subject IS NOT NULL ORDER BY created`,
			`UPDATE exchange_out SET id = $1, unique_key = $1, reference = NULL, head = NULL, receipt = NULL, subject = NULL, checked = NULL, reason = '', answer_text = '' WHERE id = $2`,
			reference,
			[]State{Delivered, Dead, Dropped},
		},
	} {
		found, err := carriedBy(ctx, tx, c.find, c.key)
		if err != nil {
			return nil, fmt.Errorf("couldn't find the deliveries of document %d: %w", doc, err)
		}
		for _, d := range found {
			if !slices.Contains(c.over, d.state) {
				return nil, fmt.Errorf("document %d is in delivery %s, which nobody has dealt with: %w; see to it in the inbox or outbox first", doc, d.id, ErrUnderWay)
			}
			if err := rename(ctx, tx, c.forget, d.id); err != nil {
				return nil, fmt.Errorf("couldn't erase delivery %s: %w", d.id, err)
			}
			list = append(list, Carried{d.partner, c.sent})
		}
	}
	return list, nil
}

type carried struct {
	id      proof.Hash
	partner string
	state   State
}

func carriedBy(ctx context.Context, tx *sql.Tx, query string, key any) ([]carried, error) {
	rows, err := tx.QueryContext(ctx, query, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []carried
	for rows.Next() {
		var c carried
		var id []byte
		var state int
		if err := rows.Scan(&id, &c.partner, &state); err != nil {
			return nil, err
		}
		c.id, c.state = proof.Hash(id), State(state)
		list = append(list, c)
	}
	return list, rows.Err()
}

// rename runs the statement that forgets a delivery, which gives it a random id, and
// has answers to it name that.
func rename(ctx context.Context, tx *sql.Tx, forget string, id proof.Hash) error {
	var other proof.Hash
	rand.Read(other[:])
	if _, err := tx.ExecContext(ctx, forget, other[:], id[:]); err != nil {
		return err
	}
	for _, table := range []string{"exchange_in", "exchange_out"} {
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET re = $1 WHERE re = $2`, other[:], id[:]); err != nil {
			return err
		}
	}
	return nil
}

// PayloadOf is the document of the store that a delivery carried here, or 0.
func (x *Exchange) PayloadOf(ctx context.Context, tx *sql.Tx, id proof.Hash) (doc int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT document FROM exchange_in WHERE id = $1`, id[:]).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return doc, err
}
