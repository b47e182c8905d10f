package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

// erase erases a document at a house and returns who has it too.
func (h *house) erase(doc int64) ([]Carried, error) {
	var list []Carried
	err := h.vault.Update(context.Background(), func(tx *sql.Tx) (err error) {
		if list, err = h.EraseDocument(context.Background(), tx, doc); err == nil {
			_, err = h.vault.DestroyDocument(context.Background(), tx, doc)
		}
		return err
	})
	return list, err
}

func TestAnErasedDocumentIsInNoDelivery(t *testing.T) {
	w := newTown(t)
	content := noise("letter", 4000)
	sum := sha256.Sum256(content)
	s := w.maker.letter("wholesaler", "letter of a person.pdf", content)
	kept, err := w.maker.vault.FindDocument(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.maker.erase(kept.ID); !errors.Is(err, ErrUnderWay) {
		t.Errorf("while it is to be sent, erasing it ended with %v", err)
	}
	w.maker.turn()
	w.wholesaler.turn()
	came := w.wholesaler.inbox()[0]
	if _, err := w.wholesaler.erase(came.Document); !errors.Is(err, ErrUnderWay) {
		t.Errorf("before anybody has dealt with it, erasing it ended with %v", err)
	}
	if err := w.wholesaler.MarkDone(t.Context(), s.ID, "read"); err != nil {
		t.Fatal(err)
	}
	w.wholesaler.turn()
	w.maker.turn()
	for _, c := range []struct {
		house *house
		doc   int64
		want  Carried
	}{{w.maker, kept.ID, Carried{"wholesaler", true}}, {w.wholesaler, came.Document, Carried{"maker", false}}} {
		list, err := c.house.erase(c.doc)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Carried{c.want}, list); diff != "" {
			t.Error(diff)
		}
		c.house.tells(t, s.ID, sum)
	}
	if got := w.wholesaler.inbox()[0]; got.From != "maker" || got.State != "done" || got.Subject != nil {
		t.Errorf("the inbox has %+v", got)
	}
	if got, err := w.maker.Outbox(t.Context(), Listing{}); err != nil || len(got) != 1 || got[0].To != "wholesaler" || got[0].State != "delivered" || got[0].Subject != nil || got[0].Note != "" {
		t.Errorf("the outbox has %+v, %v", got, err)
	}
	w.maker.turn()
	w.wholesaler.turn()
}

// tells fails if a row of a delivery tells anything that could confirm what was in it.
func (h *house) tells(t *testing.T, id, sum proof.Hash) {
	t.Helper()
	for _, query := range []string{`SELECT id, re, receipt, subject, hash, checked FROM exchange_in`, `SELECT id, re, receipt, subject, unique_key, head FROM exchange_out`} {
		err := h.vault.View(t.Context(), func(tx *sql.Tx) error {
			rows, err := tx.Query(query)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var columns [6][]byte
				if err := rows.Scan(&columns[0], &columns[1], &columns[2], &columns[3], &columns[4], &columns[5]); err != nil {
					return err
				}
				for i, c := range columns {
					if bytes.Contains(c, sum[:]) || bytes.Contains(c, id[:]) {
						t.Errorf("column %d of %q still has a hash of it: %x", i, query, c)
					}
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
