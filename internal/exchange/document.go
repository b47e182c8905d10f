package exchange

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// KindDocument is any document, for a person to read.
const KindDocument = "document"

// Letter is a document to be sent. Content is read to its end.
type Letter struct {
	To        string
	Kind      string // one whose payloads are documents
	Name      string
	MediaType string
	Reference string // may be empty
	Content   io.Reader
}

// What a document is refused for before it is queued.
var (
	// ErrDocument says that a document can't be sent as it is.
	ErrDocument = errors.New("it can't be sent")
	// ErrOutboxFull says that too much waits already.
	ErrOutboxFull = errors.New("too many deliveries wait to be sent, and more are not taken; pedigree outbox list --state sending says what holds them up")
)

// documents is the kind of any document, which every exchange knows. A person reads
// them; no program looks into them.
func documents() Kind { return Kind{Name: KindDocument, Document: true} }

// SendDocument keeps a document and queues it. The same content to the same member
// under the same kind is one delivery, whatever it is called: known tells that it
// was queued before.
func (x *Exchange) SendDocument(ctx context.Context, l Letter) (s Sent, known bool, err error) {
	id, known, err := x.sendDocument(ctx, l)
	if err != nil {
		return Sent{}, false, fmt.Errorf("couldn't send the document: %w", err)
	}
	x.Wake()
	s, err = x.OutboxItem(ctx, id)
	return s, known, err
}

func (x *Exchange) sendDocument(ctx context.Context, l Letter) (id proof.Hash, known bool, err error) {
	k, ok := x.kindOf(l.Kind)
	s := Subject{Name: l.Name, MediaType: l.MediaType, Reference: l.Reference}
	switch wrong := s.check(); {
	case !ok || !k.Document:
		return id, false, fmt.Errorf("%w: %q is no kind of document; use %s or epcis", ErrDocument, clean(l.Kind), KindDocument)
	case wrong != nil:
		return id, false, fmt.Errorf("%w: %w", ErrDocument, wrong)
	case l.To == x.Org():
		return id, false, fmt.Errorf("%w: it is for this organisation itself; name a partner", ErrDocument)
	}
	if err := x.directory.Standing(l.To); err != nil {
		return id, false, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if err := x.vault.View(ctx, func(tx *sql.Tx) error { return x.roomToSend(tx, l.To) }); err != nil {
		return id, false, err
	}
	content := bufio.NewReader(&capped{r: l.Content, left: k.BytesMax - subjectBytesMax, most: k.BytesMax - subjectBytesMax})
	if _, err := content.Peek(1); errors.Is(err, io.EOF) {
		return id, false, fmt.Errorf("%w: it is empty", ErrDocument)
	}
	doc, _, err := x.vault.PutDocument(ctx, vault.DocumentInfo{Name: l.Name, MediaType: l.MediaType, Direction: vault.Out, Partner: l.To}, content)
	if err != nil {
		return id, false, err
	}
	if err := x.pass("document kept"); err != nil {
		return id, false, err
	}
	s.Size, s.Hash = doc.Size, doc.SHA256
	id = x.DeliveryID(l.To, l.Kind, s.Hash)
	sealed, err := x.sealSubject(s, id)
	if err != nil {
		return id, false, err
	}
	err = x.vault.Update(ctx, func(tx *sql.Tx) error {
		if known, err = x.Queued(tx, id); known || err != nil {
			return err
		}
		_, err := x.Queue(tx, Outgoing{To: l.To, Kind: l.Kind, Key: s.Hash, Reference: binary.BigEndian.AppendUint64(nil, uint64(doc.ID)), subject: sealed})
		return err
	})
	return id, known, err
}

// capped refuses what is larger than may be sent, before all of it is kept.
type capped struct {
	r          io.Reader
	left, most int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fmt.Errorf("%w: a document of this kind may have %d bytes; send it in parts", vault.ErrTooLarge, c.most)
	}
	return n, err
}

// roomToSend refuses what would make the outbox grow without end.
func (x *Exchange) roomToSend(tx *sql.Tx, to string) error {
	var all, one int
	err := tx.QueryRow(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN partner = $1 THEN 1 ELSE 0 END), 0) FROM exchange_out WHERE state = $2`, to, int(Sending)).Scan(&all, &one)
	if err != nil {
		return err
	}
	if all >= outboxMax || one >= outboxPartnerMax {
		return fmt.Errorf("%w (%d in all, %d to %s)", ErrOutboxFull, all, one, to)
	}
	return nil
}

// keptDocument opens a document that waits to be sent, by its reference.
func (x *Exchange) keptDocument(ctx context.Context, reference []byte) (io.ReadCloser, error) {
	if len(reference) != 8 {
		return nil, fmt.Errorf("a document's reference has 8 bytes, this one %d", len(reference))
	}
	r, _, err := x.vault.OpenDocument(ctx, int64(binary.BigEndian.Uint64(reference)))
	return r, err
}

// documentPayload is a document after what is said of it.
func (x *Exchange) documentPayload(ctx context.Context, d due) (io.ReadCloser, error) {
	s, err := x.openSealedSubject(d.subject, d.id)
	if err != nil {
		return nil, err
	}
	r, err := x.keptDocument(ctx, d.reference)
	if err != nil {
		return nil, fmt.Errorf("couldn't find the document of delivery %s: %w", d.id, err)
	}
	return readCloser{io.MultiReader(bytes.NewReader(s.encode()), r), r}, nil
}

// SentContent opens what a delivery of the outbox carries, so that a person can take
// it another way.
func (x *Exchange) SentContent(ctx context.Context, id proof.Hash) (io.ReadCloser, Sent, error) {
	s, err := x.OutboxItem(ctx, id)
	if err != nil {
		return nil, s, err
	}
	d := due{id: id, kind: s.Kind}
	err = x.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT reference, payload, subject FROM exchange_out WHERE id = $1`, id[:]).Scan(&d.reference, &d.payload, &d.subject)
	})
	if err != nil {
		return nil, s, fmt.Errorf("couldn't find what delivery %s carries: %w", id, err)
	}
	r, err := x.payload(ctx, d)
	if err != nil {
		return nil, s, err
	}
	r, err = x.unwrapped(s.Kind, r)
	return r, s, err
}

// MarkDone notes that a person has dealt with a document, and tells its sender.
func (x *Exchange) MarkDone(ctx context.Context, id proof.Hash, note string) error {
	if len(note) > ReasonBytesMax {
		return fmt.Errorf("couldn't mark the delivery: its note has more than %d bytes", ReasonBytesMax)
	}
	c, err := x.InboxItem(ctx, id)
	if err != nil {
		return err
	}
	if k, ok := x.kindOf(c.Kind); ok && !k.Document {
		return fmt.Errorf("couldn't mark the delivery: one of kind %s is not dealt with by hand; a shipment is received with pedigree receive --inbox", c.Kind)
	}
	err = x.vault.Update(ctx, func(tx *sql.Tx) error {
		if err := x.Finish(tx, id, Done, c.Verdict, note); err != nil {
			return err
		}
		return x.Acknowledge(tx, c, Acknowledgement{Answer: Received, Text: note})
	})
	if err == nil {
		x.Wake()
	}
	return err
}
