package migrateview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview"
)

// Archived is one archive that was given, and what came of it so far.
type Archived struct {
	Job       int64          `json:"job" doc:"Number of the job that brings it over"`
	State     string         `json:"state" enum:"running,paused,done,failed"`
	Error     string         `json:"error,omitempty" doc:"Why it failed"`
	Name      string         `json:"name" doc:"Of the file"`
	Partner   string         `json:"partner,omitempty" doc:"Organisation or GLN that all of it is from"`
	SHA256    string         `json:"sha256" doc:"Of the file, to be compared with what was given"`
	Started   time.Time      `json:"started"`
	Ended     time.Time      `json:"ended,omitzero"`
	Files     int            `json:"files" doc:"Packed in it"`
	Read      int            `json:"read" doc:"Files that were dealt with so far"`
	Documents int            `json:"documents" doc:"Those of them that are kept as documents"`
	States    map[string]int `json:"states" doc:"How many documents are in which state"`
	Unusable  int            `json:"unusable" doc:"How many documents can't be used, and files can't be taken"`
	Refused   []NotTaken     `json:"refused" doc:"Those, at most 1000"`
}

// NotTaken is a document that can't be used, or a file that can't be taken.
type NotTaken struct {
	Entry  int    `json:"entry,omitempty" doc:"Its place in the archive, from 1"`
	Name   string `json:"name"`
	Number int64  `json:"number,omitempty" doc:"Of the document, where it is kept"`
	Text   string `json:"text" doc:"What is wrong, and what to do"`
}

// Archived tells of one archive.
func (m *Migrations) Archived(ctx context.Context, job int64) (a Archived, err error) {
	err = m.Vault.View(ctx, func(tx *sql.Tx) error {
		r, err := m.archive(ctx, tx, job)
		if err == nil {
			a, err = m.tellArchive(ctx, tx, r)
		}
		return err
	})
	if err != nil {
		return a, fmt.Errorf("couldn't report on the archive: %w", err)
	}
	return a, nil
}

// Archives lists the archives that were given, the newest first.
func (m *Migrations) Archives(ctx context.Context, before int64, limit int) ([]Archived, error) {
	if before == 0 {
		before = 1 << 62
	}
	list := []Archived{}
	err := m.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := m.archives(ctx, tx, `WHERE job < $1 ORDER BY job DESC LIMIT $2`, before, min(max(limit, 1), RunsListMax))
		for i := 0; i < len(rows) && err == nil; i++ {
			var a Archived
			a, err = m.tellArchive(ctx, tx, rows[i])
			list = append(list, a)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the archives: %w", err)
	}
	return list, nil
}

func (m *Migrations) tellArchive(ctx context.Context, tx *sql.Tx, r archiveRow) (Archived, error) {
	j, err := m.Vault.JobIn(ctx, tx, r.job)
	if err != nil {
		return Archived{}, err
	}
	var progress traceview.JobProgress
	if err := json.Unmarshal(j.Progress, &progress); err != nil {
		return Archived{}, fmt.Errorf("couldn't read how far job %d is: %w", j.ID, err)
	}
	t := r.tally
	a := Archived{
		Job: r.job, State: string(j.State), Error: progress.Error, Name: t.Name, Partner: t.Partner, SHA256: t.SHA256, Started: time.UnixMilli(r.at).UTC(),
		Files: t.Entries, Read: t.Read, Documents: t.Documents, States: cloned(t.States), Unusable: t.Unusable, Refused: append([]NotTaken{}, t.Refused...),
	}
	if r.ended != 0 {
		a.Ended = time.UnixMilli(r.ended).UTC()
	}
	return a, nil
}
