package migrateview

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/vault"
)

// ArchiveKind is the kind of the jobs that bring archives over.
const ArchiveKind = "migrate/archive"

// Unpacker opens files in which documents are packed.
type Unpacker struct {
	// Packed tells of the beginning of a file, of HeadBytes at most, whether it is one.
	Packed    func(head []byte) bool
	HeadBytes int
	// Each yields the files that are packed in one, each to be read before the next, in the
	// same order and with the same numbers each time. An error that is Refused is of the
	// file that it comes with, or of what its content gives; any other is of the disk.
	Each    func(name string, file io.ReaderAt, size int64) iter.Seq2[Packed, error]
	Refused error
}

// Packed is a file that is packed in another.
type Packed struct {
	Name    string
	Number  int // place in the archive, from 1; 0 for the archive itself, when it can't be read
	Content io.Reader
}

// ArchiveRequest is a file in which partners' documents are packed.
type ArchiveRequest struct {
	Name    string // of the file
	Partner string // organisation or GLN that all of them are from; may be empty
	Reader  io.Reader
}

// saltBytes are kept before an archive, so that it is a document of its own: the store
// keeps equal content once, and this one is dropped when it was dealt with.
const saltBytes = 16

// Bring keeps a packed file of partners' documents, and brings them over while nobody
// waits: Archived tells how far it is. The same file of the same partner again while it
// is under way, or after it was paused or failed, is the same job and goes on; after it
// was done each document is found to be the same as before.
func (m *Migrations) Bring(ctx context.Context, r ArchiveRequest) (Archived, error) {
	job, err := m.takeArchive(ctx, r)
	if err != nil {
		return Archived{}, fmt.Errorf("couldn't take the archive: %w", err)
	}
	return m.Archived(ctx, job)
}

func (m *Migrations) takeArchive(ctx context.Context, r ArchiveRequest) (int64, error) {
	var err error
	if r.Name, err = fileName(r.Name); err != nil {
		return 0, err
	}
	if len(r.Partner) > NameBytesMax {
		return 0, invalid("a partner has at most %d bytes: an organisation's id or a GLN", NameBytesMax)
	}
	content := bufio.NewReader(r.Reader)
	head, _ := content.Peek(m.Unpack.HeadBytes) // what is wrong with it, its reader meets again
	if len(head) > 0 && !m.Unpack.Packed(head) {
		return 0, invalid("%q is no zip archive or gzip file; give a single document itself (pedigree migrate archive, or POST /api/v1/documents with archive=true)", r.Name)
	}
	hash := sha256.New()
	limit := &io.LimitedReader{R: io.TeeReader(content, hash), N: m.BytesMax + 1}
	var salt [saltBytes]byte
	_, _ = rand.Read(salt[:]) // never fails: it ends the process instead
	kept, _, err := m.Vault.PutDocument(ctx, vault.DocumentInfo{Name: r.Name, MediaType: "application/octet-stream", Direction: vault.Own}, io.MultiReader(bytes.NewReader(salt[:]), limit))
	if err != nil {
		return 0, err
	}
	t := archiveTally{Name: r.Name, Partner: r.Partner, SHA256: hex.EncodeToString(hash.Sum(nil))}
	var job int64
	if limit.N <= 0 {
		err = fmt.Errorf("%w: it has more than %d bytes; give it in parts", vault.ErrTooLarge, m.BytesMax)
	} else if err = m.countArchive(ctx, kept.ID, &t); err == nil {
		job, err = m.enterArchive(ctx, kept.ID, t)
	}
	if err != nil {
		return 0, errors.Join(err, m.Vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error { return m.Vault.DropDocument(ctx, tx, kept.ID) }))
	}
	if err := m.begin(task{ArchiveKind, job}); errors.Is(err, vault.ErrClosed) {
		return job, err // it goes on when the node starts anew
	} else if err != nil {
		return job, errors.Join(err, m.rest(ctx, job))
	}
	return job, nil
}

// rest pauses an archive for which there is no place in line.
func (m *Migrations) rest(ctx context.Context, job int64) error {
	return m.Vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		r, err := m.archive(ctx, tx, job)
		if err != nil {
			return err
		}
		return m.saveArchive(ctx, tx, r, vault.JobPaused, "")
	})
}

// countArchive counts what is packed in an archive, so that it can be told how far the
// work is.
func (m *Migrations) countArchive(ctx context.Context, document int64, t *archiveTally) error {
	for _, err := range m.unpack(ctx, document, t.Name) {
		if err != nil && !errors.Is(err, m.Unpack.Refused) {
			return err
		}
		t.Entries++
	}
	return nil
}

// unpack yields the files in an archive that is kept.
func (m *Migrations) unpack(ctx context.Context, document int64, name string) iter.Seq2[Packed, error] {
	file, kept, err := m.Vault.OpenDocumentAt(ctx, document)
	if err != nil {
		return func(yield func(Packed, error) bool) { yield(Packed{Name: name}, err) }
	}
	size := kept.Size - saltBytes
	return m.Unpack.Each(name, io.NewSectionReader(file, saltBytes, size), size)
}

// enterArchive makes a job of the archive, or finds the one of it that isn't done and
// lets it go on.
func (m *Migrations) enterArchive(ctx context.Context, document int64, t archiveTally) (job int64, err error) {
	err = m.Vault.Update(ctx, func(tx *sql.Tx) error {
		list, err := m.archives(ctx, tx, `WHERE ended = 0 ORDER BY job DESC LIMIT $1`, unfinishedMax)
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.tally.SHA256 != t.SHA256 || r.tally.Partner != t.Partner {
				continue
			}
			job = r.job
			if r.document != 0 { // it is under way, with what was given before
				if err := m.Vault.DropDocument(ctx, tx, document); err != nil {
					return err
				}
			} else {
				r.document = document
			}
			return m.saveArchive(ctx, tx, r, vault.JobRunning, "")
		}
		if len(list) >= unfinishedMax {
			return limited("%d archives were paused or failed and aren't done; give those again first", unfinishedMax)
		}
		j, err := m.Vault.StartJob(ctx, tx, ArchiveKind, nil, nil)
		if err != nil {
			return err
		}
		job = j.ID
		if _, err := tx.ExecContext(ctx, `INSERT INTO migrate_archive (job, document, at, ended) VALUES ($1, $2, $3, 0)`, job, document, m.Now().UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM migrate_archive WHERE ended > 0 AND job <= (SELECT job FROM migrate_archive ORDER BY job DESC LIMIT 1 OFFSET $1)`, ArchivesKept); err != nil {
			return fmt.Errorf("couldn't drop archives long past: %w", err)
		}
		return m.saveArchive(ctx, tx, archiveRow{job: job, document: document, tally: t}, vault.JobRunning, "")
	})
	return job, err
}

// archiveTally is what is known of an archive, as it is kept.
type archiveTally struct {
	Name      string         `json:"name"`
	Partner   string         `json:"partner,omitempty"`
	SHA256    string         `json:"sha256"`
	Entries   int            `json:"entries"`
	Read      int            `json:"read"`
	Documents int            `json:"documents"`
	States    map[string]int `json:"states,omitempty"`
	Unusable  int            `json:"unusable,omitempty"`
	Refused   []NotTaken     `json:"refused,omitempty"` // RefusedMax of them
}

// refuse notes what can't be used.
func (t *archiveTally) refuse(n NotTaken) {
	n.Text = textUpTo(n.Text, textBytesMax)
	if t.Unusable++; len(t.Refused) < RefusedMax {
		t.Refused = append(t.Refused, n)
	}
}

// archiveRow is an archive as it stands in the table.
type archiveRow struct {
	job, document int64 // the document is 0 where the file isn't needed any more
	at, ended     int64
	tally         archiveTally
}

// archives reads rows; the clause says which.
func (m *Migrations) archives(ctx context.Context, tx *sql.Tx, clause string, args ...any) ([]archiveRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT job, document, at, ended, sealed FROM migrate_archive `+clause, args...)
	if err != nil {
		return nil, fmt.Errorf("couldn't list archives: %w", err)
	}
	defer rows.Close()
	var list []archiveRow
	for rows.Next() {
		var r archiveRow
		var sealed []byte
		if err := rows.Scan(&r.job, &r.document, &r.at, &r.ended, &sealed); err != nil {
			return nil, err
		}
		plain, err := m.Vault.OpenValue(archiveContext(r.job), sealed)
		if err == nil {
			err = json.Unmarshal(plain, &r.tally)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't read what was brought over by job %d: %w", r.job, err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func (m *Migrations) archive(ctx context.Context, tx *sql.Tx, job int64) (archiveRow, error) {
	list, err := m.archives(ctx, tx, `WHERE job = $1`, job)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("job %d brings no archive over: %w", job, vault.ErrNotFound)
	}
	return append(list, archiveRow{})[0], err
}

// saveArchive writes what of an archive was brought over so far, and tells it with its
// job. One that isn't running any more needs its file no longer: it is given again.
func (m *Migrations) saveArchive(ctx context.Context, tx *sql.Tx, r archiveRow, state vault.JobState, why string) error {
	if state != vault.JobRunning && r.document != 0 {
		if err := m.Vault.DropDocument(ctx, tx, r.document); err != nil {
			return err
		}
		r.document = 0
	}
	plain, err := json.Marshal(r.tally)
	if err != nil {
		return err
	}
	sealed, err := m.Vault.SealValue(archiveContext(r.job), plain)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE migrate_archive SET document = $1, ended = $2, sealed = $3 WHERE job = $4`, r.document, r.ended, sealed, r.job)
	if err != nil {
		return fmt.Errorf("couldn't write down how far job %d is: %w", r.job, err)
	}
	progress, err := json.Marshal(traceview.JobProgress{Done: r.tally.Read, Of: r.tally.Entries, Unit: "files", Error: why})
	if err != nil {
		return err
	}
	return m.Vault.SaveJob(ctx, tx, vault.Job{ID: r.job, Kind: ArchiveKind, State: state, Progress: progress})
}
