package erase

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"pedigree/internal/vault"
)

// Limits of one erasure.
const (
	// DocumentsMax is how many documents of the store one erasure destroys: the one
	// that is named, and what was made of it or carried it.
	DocumentsMax = 100
	// MarksMax is how many marks are taken at once.
	MarksMax = 10_000
)

// ErrUnderWay says that what was asked for is still needed by work under way.
var ErrUnderWay = errors.New("it is still needed")

// ErrTooMany says that more belongs together than one erasure takes.
var ErrTooMany = errors.New("too many at once")

// Schema is the package's part of the private store. Steps are append-only.
var Schema = vault.Schema{
	Name:  "erase",
	Steps: []string{`CREATE TABLE erase_mark (mark BLOB NOT NULL PRIMARY KEY, at INTEGER NOT NULL);`},
	Tables: []vault.Table{
		{Name: "erase_mark", Is: map[vault.Class]string{vault.Hash: "mark", vault.Time: "at"}},
	},
}

// Holder is somebody who has an erased document too.
type Holder struct {
	Partner string `json:"partner"`
	Sent    bool   `json:"sent" doc:"It went there; else it came from there"`
}

// Also is what else belongs to a document.
type Also struct {
	Documents []int64  // further ones of the store, to be destroyed too
	Holders   []Holder // who has it
}

// Part removes what one package keeps of a document, in the transaction that destroys
// it.
type Part func(ctx context.Context, tx *sql.Tx, document int64) (Also, error)

// Erasing erases from one private store.
type Erasing struct {
	Vault *vault.Vault
	Parts []Part
	Now   func() time.Time
	Log   *slog.Logger
}

// Done says what was erased.
type Done struct {
	Document int64                 `json:"document"`
	Marks    []vault.DestroyedMark `json:"marks" doc:"What to keep beside the backups, so that it is erased again after one is restored"`
	Holders  []Holder              `json:"holders" doc:"Who has it too, as far as this store knows"`
	Traces   bool                  `json:"traces" doc:"Sealed bytes of it are still in free room of the store, until the node starts again: on a server, and in a file that is too large to be written anew at once"`
}

// Document destroys a document and all that is kept of it. vault.ErrNotFound: there is
// no such document, or it was destroyed before.
func (e *Erasing) Document(ctx context.Context, id int64) (Done, error) {
	var done Done
	err := e.Vault.Update(ctx, func(tx *sql.Tx) (err error) {
		done, err = e.within(ctx, tx, id)
		return err
	})
	if err == nil {
		done.Traces = e.Scour(ctx)
	}
	if err != nil {
		return done, fmt.Errorf("couldn't erase document %d: %w", id, err)
	}
	return done, nil
}

// Scour removes what erased rows left in the store's files, and tells whether traces of
// them are still there. They are when it fails, for what was erased stays erased; the
// next erasure scours again.
func (e *Erasing) Scour(ctx context.Context) (traces bool) {
	whole, err := e.Vault.Scour(ctx)
	if err != nil {
		e.Log.Warn("an erasure is done, and traces of it are still in the store's files", "error", err)
	}
	return !whole || err != nil
}

func (e *Erasing) within(ctx context.Context, tx *sql.Tx, id int64) (Done, error) {
	done := Done{Document: id, Holders: []Holder{}}
	queue := []int64{id}
	for i := 0; i < len(queue); i++ {
		if len(queue) > DocumentsMax {
			return done, fmt.Errorf("more than %d documents of the store belong to it: %w", DocumentsMax, ErrTooMany)
		}
		also, err := e.parts(ctx, tx, queue[i])
		if err != nil {
			return done, err
		}
		done.Holders = append(done.Holders, also.Holders...)
		for _, other := range also.Documents {
			if !slices.Contains(queue, other) {
				queue = append(queue, other)
			}
		}
	}
	for _, document := range queue {
		mark, err := e.Vault.DestroyDocument(ctx, tx, document)
		if err == nil {
			err = e.note(ctx, tx, mark)
		}
		if err != nil {
			return done, err
		}
		done.Marks = append(done.Marks, mark)
	}
	return done, nil
}

// parts has every part remove what it keeps of a document.
func (e *Erasing) parts(ctx context.Context, tx *sql.Tx, document int64) (all Also, err error) {
	for _, part := range e.Parts {
		also, err := part(ctx, tx, document)
		if err != nil {
			return all, err
		}
		all.Documents, all.Holders = append(all.Documents, also.Documents...), append(all.Holders, also.Holders...)
	}
	return all, nil
}

func (e *Erasing) note(ctx context.Context, tx *sql.Tx, m vault.DestroyedMark) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO erase_mark (mark, at) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING`, m[:], e.Now().Unix())
	return err
}

// Marks are those of everything that was erased, the oldest first.
func (e *Erasing) Marks(ctx context.Context) ([]vault.DestroyedMark, error) {
	list := []vault.DestroyedMark{}
	err := e.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT mark FROM erase_mark ORDER BY at, mark LIMIT $1`, MarksMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var raw []byte
			if err := rows.Scan(&raw); err != nil {
				return err
			}
			list = append(list, vault.DestroyedMark(raw))
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list what was erased: %w", err)
	}
	return list, nil
}

// Again erases what was erased before and is there again, for the store was restored
// from an older backup. What is not there is noted as erased.
func (e *Erasing) Again(ctx context.Context, marks []vault.DestroyedMark) ([]Done, error) {
	if len(marks) > MarksMax {
		return nil, fmt.Errorf("couldn't erase again: %d marks are named where %d are taken: %w", len(marks), MarksMax, ErrTooMany)
	}
	list := []Done{}
	found, err := e.Vault.MarkedDocuments(ctx, marks)
	for _, id := range found {
		if err != nil {
			break
		}
		var one Done
		err = e.Vault.Update(ctx, func(tx *sql.Tx) (err error) {
			one, err = e.within(ctx, tx, id)
			return err
		})
		if errors.Is(err, vault.ErrNotFound) { // it went with one before it
			err = nil
			continue
		}
		list = append(list, one)
	}
	if err == nil {
		traces := e.Scour(ctx)
		for i := range list {
			list[i].Traces = traces
		}
	}
	if err == nil {
		err = e.Vault.Update(ctx, func(tx *sql.Tx) error {
			for _, m := range marks {
				if err := e.note(ctx, tx, m); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return list, fmt.Errorf("couldn't erase again: %w", err)
	}
	return list, nil
}
