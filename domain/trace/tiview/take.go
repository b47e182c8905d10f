package tiview

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"pedigree/internal/vault"
)

// Arrival is a document that came.
type Arrival struct {
	Partner string // organisation or GLN it is from; may be empty
	Name    string // of the file
	Means   string // WayUpload, WayNode or the name of an inlet
	Reader  io.Reader
	Came    time.Time // zero means now
	// Delivery is the delivery that brought it, or nothing: the same delivery again is
	// the same entry.
	Delivery []byte
	// Archive says that it is brought over from another system: what the same partner
	// sent before is the same entry, so that an archive can be brought over again after
	// it was cut off.
	Archive bool
}

// What is refused before anything is kept.
var (
	// ErrEmpty says that there is nothing in a document.
	ErrEmpty = errors.New("the document is empty")
	// ErrWanting says that an arrival can't be taken as it is described.
	ErrWanting = errors.New("the arrival isn't described well enough")
)

// Take keeps a document, checks it as its receiver, and says what it is: new, a
// duplicate, a correction, or one that can't be used. Only a document that could not
// be kept is an error.
func (d *Documents) Take(ctx context.Context, a Arrival) (Entry, error) {
	e, err := d.take(ctx, a)
	if err != nil {
		return Entry{}, fmt.Errorf("couldn't take the document: %w", err)
	}
	return e, nil
}

func (d *Documents) take(ctx context.Context, a Arrival) (Entry, error) {
	if a.Came.IsZero() {
		a.Came = d.Now()
	}
	a.Name = strings.TrimSpace(path.Base(strings.ReplaceAll(a.Name, `\`, "/")))
	if a.Name == "" || a.Name == "." || len(a.Name) > NameBytesMax || len(a.Partner) > NameBytesMax || a.Means == "" {
		return Entry{}, fmt.Errorf("%w: it needs a file name of at most %d bytes, and how it came", ErrWanting, NameBytesMax)
	}
	content := bufio.NewReader(&capped{r: a.Reader, left: d.BytesMax, most: d.BytesMax})
	head, err := content.Peek(1)
	if errors.Is(err, io.EOF) {
		return Entry{}, ErrEmpty
	}
	media := "application/xml"
	if len(head) > 0 && (head[0] == '{' || head[0] == '[') {
		media = "application/ld+json"
	}
	kept, _, err := d.Vault.PutDocument(ctx, vault.DocumentInfo{Name: a.Name, MediaType: media, Direction: vault.In, Partner: a.Partner}, content)
	if err != nil {
		return Entry{}, err
	}
	d.taking.Lock()
	defer d.taking.Unlock()
	n, err := d.begin(ctx, a, kept)
	if err != nil {
		return Entry{}, err
	}
	e, err := d.Entry(ctx, n)
	if err != nil || e.State != Arrived {
		return e, err // the same delivery was taken before
	}
	if err := d.process(ctx, n, a.Name); err != nil {
		return Entry{}, err
	}
	return d.Entry(ctx, n)
}

// capped refuses what is larger than may come in, before all of it is kept.
type capped struct {
	r          io.Reader
	left, most int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fmt.Errorf("%w: it has more than %d bytes; ask its sender to send it in parts", vault.ErrTooLarge, c.most)
	}
	return n, err
}

// begin notes the arrival, before anything is made of it.
func (d *Documents) begin(ctx context.Context, a Arrival, kept vault.Document) (n int64, err error) {
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if a.Delivery != nil {
			err := tx.QueryRowContext(ctx, `SELECT n FROM ti_document WHERE delivery = $1`, a.Delivery).Scan(&n)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		if a.Archive {
			err := tx.QueryRowContext(ctx, `SELECT n FROM ti_document WHERE digest = $1 AND partner = $2 AND (state NOT IN ($3, $4) OR means = $5) AND means NOT IN ($6, $7) ORDER BY n LIMIT 1`,
				d.mark("digest", string(kept.SHA256[:])), a.Partner, int(Duplicate), int(Given), WayArchive, WaySent, WayLedger).Scan(&n)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		return tx.QueryRowContext(ctx, `INSERT INTO ti_document (doc, digest, means, partner, came, state, delivery) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING n`,
			kept.ID, d.mark("digest", string(kept.SHA256[:])), a.Means, a.Partner, a.Came.UnixMilli(), int(Arrived), a.Delivery).Scan(&n)
	})
	return n, err
}

// Resume takes up what was interrupted after a document was kept.
func (d *Documents) Resume(ctx context.Context) error {
	var list []int64
	err := d.Vault.View(ctx, func(tx *sql.Tx) (err error) {
		list, err = scanNumbers(tx.QueryContext(ctx, `SELECT n FROM ti_document WHERE state = $1 ORDER BY n LIMIT $2`, int(Arrived), resumedMax))
		return err
	})
	for i := 0; i < len(list) && err == nil; i++ {
		err = d.resume(ctx, list[i])
	}
	if err != nil {
		return fmt.Errorf("couldn't take up interrupted documents: %w", err)
	}
	return nil
}

func (d *Documents) resume(ctx context.Context, n int64) error {
	d.taking.Lock()
	defer d.taking.Unlock()
	e, err := d.Entry(ctx, n)
	if err != nil || e.State != Arrived {
		return err // one that is being taken while this waited
	}
	content, kept, err := d.Vault.OpenDocument(ctx, e.doc)
	if err != nil {
		return err
	}
	if err := content.Close(); err != nil {
		return err
	}
	return d.process(ctx, n, kept.Name)
}
