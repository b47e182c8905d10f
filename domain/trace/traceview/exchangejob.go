package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// Kinds of the jobs that carry exchanges through. The cursor of the first two is
// the shipment's id.
const (
	jobShip     = "trace/ship"
	jobReceive  = "trace/receive"
	jobDispense = "trace/dispense"
)

// startJob starts a job in the transaction that plans its envelopes.
func (d *Desk) startJob(tx *sql.Tx, kind string, id proof.Hash) (int64, error) {
	progress, err := json.Marshal(map[string]string{"shipment": id.String()})
	if err != nil {
		return 0, err
	}
	j, err := d.vault.StartJob(context.Background(), tx, kind, progress, id[:])
	return j.ID, err
}

// carry brings a job's envelopes onto the ledger. Who comes while another does it
// waits, and finds it done. The job is not over by that: see ending.
func (d *Desk) carry(ctx context.Context, id int64) (submission, error) {
	defer d.carried.lock(id)()
	return d.submit(ctx, id)
}

// ending returns what ends a job in the transaction that writes down what came of it:
// a job that ended before that would not be taken up again by a node that was cut off
// between the two.
func (d *Desk) ending(ctx context.Context, id int64) (func(*sql.Tx) error, error) {
	job, err := d.vault.Job(ctx, id)
	if err != nil || job.State == vault.JobDone {
		return func(*sql.Tx) error { return nil }, err
	}
	job.State = vault.JobDone
	return func(tx *sql.Tx) error {
		err := d.vault.SaveJob(ctx, tx, job)
		if errors.Is(err, vault.ErrNotFound) {
			return nil // somebody else ended it meanwhile
		}
		return err
	}, nil
}

// resumeExchanges completes shipments, receipts, settlements and acts that were cut
// off. It is part of Resume.
func (d *Desk) resumeExchanges(ctx context.Context) error {
	var failed error
	for _, kind := range []string{jobShip, jobReceive, jobDispense, jobAct} {
		jobs, err := d.vault.Jobs(ctx, vault.JobFilter{Kind: kind, State: vault.JobRunning})
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := d.resumeExchange(ctx, j); err != nil {
				failed = errors.Join(failed, fmt.Errorf("couldn't complete job %d (%s): %w", j.ID, kind, err))
			}
		}
	}
	return failed
}

func (d *Desk) resumeExchange(ctx context.Context, j vault.Job) error {
	if _, err := d.carry(ctx, j.ID); err != nil {
		return err
	}
	if j.Kind == jobDispense || j.Kind == jobAct {
		return d.endSettling(ctx, j.ID)
	}
	if len(j.Cursor) != proof.HashSize {
		return fmt.Errorf("its cursor has %d bytes", len(j.Cursor))
	}
	return d.settleShipment(ctx, proof.Hash(j.Cursor))
}

// putDocument keeps a document in the vault, once, and returns its number.
func (d *Desk) putDocument(ctx context.Context, name, mediaType, partner string, r io.Reader, way vault.Direction) (int64, error) {
	doc, _, err := d.vault.PutDocument(ctx, vault.DocumentInfo{Name: name, MediaType: mediaType, Direction: way, Partner: partner}, r)
	return doc.ID, err
}

// openDocument reads a document of the vault.
func (d *Desk) openDocument(ctx context.Context, id int64) (io.ReadCloser, error) {
	r, _, err := d.vault.OpenDocument(ctx, id)
	return r, err
}
