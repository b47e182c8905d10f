package outbox

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/vault"
)

// Add puts envelopes of a job into the outbox, pending, and returns how many
// are new: one whose id is there already is left as it is, whatever its job or
// state. Job 0 is for envelopes that belong to none; it goes before all others.
func (o *Outbox) Add(ctx context.Context, tx *sql.Tx, job int64, list []Envelope) (added int, err error) {
	if job < 0 || len(list) > AddMax {
		return 0, fmt.Errorf("couldn't add %d envelopes to job %d: at most %d at once, and a job's number isn't negative", len(list), job, AddMax)
	}
	for i := range list {
		if err := list[i].check(); err != nil {
			return 0, fmt.Errorf("couldn't add envelope %d of %d: %w", i+1, len(list), err)
		}
	}
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{
		Name:         "outbox_envelope",
		Columns:      []string{"id", "job", "seq", "state", "raw", "note", "height", "place", "code", "reason", "added", "changed"},
		SkipExisting: true,
	})
	if err != nil {
		return 0, err
	}
	now := o.vault.Now().UnixMilli()
	for i := range list {
		e := &list[i]
		if err := bulk.Add(e.ID[:], job, e.Seq, int(Pending), e.Raw, e.Note, 0, 0, "", "", now, now); err != nil {
			return 0, err
		}
	}
	n, err := bulk.Flush()
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), count(ctx, tx, job, Counts{Pending: n})
}

func (e *Envelope) check() error {
	if len(e.Raw) == 0 || len(e.Raw) > EnvelopeBytesMax {
		return fmt.Errorf("it has %d bytes, which is outside 1 to %d", len(e.Raw), EnvelopeBytesMax)
	}
	if len(e.Note) > noteBytesMax {
		return fmt.Errorf("its note has %d bytes, more than %d", len(e.Note), noteBytesMax)
	}
	if e.Seq < 0 {
		return fmt.Errorf("its seq is %d, which is negative", e.Seq)
	}
	if e.ID == ([32]byte{}) {
		return fmt.Errorf("it has no id")
	}
	return nil
}

// count adds to the counters of a job.
func count(ctx context.Context, tx *sql.Tx, job int64, c Counts) error {
	if _, err := tx.ExecContext(ctx, addCounts, job, c.Pending, c.Submitted, c.Committed, c.Refused, c.Expired); err != nil {
		return fmt.Errorf("couldn't count the envelopes of job %d: %w", job, err)
	}
	return nil
}
