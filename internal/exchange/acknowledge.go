package exchange

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/proof"
)

// KindAcknowledgement tells the sender of a delivery what its receiver made of it,
// as a business: that it was signed for says only that it is there.
const KindAcknowledgement = "acknowledgement"

// TagAcknowledgement begins an acknowledgement.
const TagAcknowledgement = "pedigree/acknowledgement/1"

// Limits of an acknowledgement.
const (
	ackItemsMax  = 4096
	ackItemMax   = 8192
	ackBytesMax  = 1 << 20
	ackReasonMax = 200
)

// Acknowledgement is the payload of that kind.
type Acknowledgement struct {
	Answer Answer // anything but Unanswered
	Text   string
	Items  []RefusedItem // what was refused, where the whole was not; or what a check found
}

// RefusedItem is one thing that a receiver sent back, or one finding of its check.
type RefusedItem struct {
	Item   string `json:"item" doc:"What it is about"`
	Reason string `json:"reason" doc:"What is wrong"`
}

// Encode returns [tag, answer, text, [[item, reason], ...]].
func (a Acknowledgement) Encode() []byte {
	b := proof.AppendUint(proof.AppendText(proof.AppendArray(nil, 4), TagAcknowledgement), uint64(a.Answer))
	b = proof.AppendArray(proof.AppendText(b, a.Text), len(a.Items))
	for _, i := range a.Items {
		b = proof.AppendText(proof.AppendText(proof.AppendArray(b, 2), i.Item), i.Reason)
	}
	return b
}

// DecodeAcknowledgement reads what Encode wrote.
func DecodeAcknowledgement(raw []byte) (Acknowledgement, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(4)
	readTag(r, TagAcknowledgement)
	a := Acknowledgement{Answer: Answer(r.UintMax(uint64(RejectedWithFindings)))}
	if r.Err() == nil && a.Answer == Unanswered {
		r.Refuse("is an answer that answers nothing")
	}
	a.Text = r.Text(ReasonBytesMax)
	for n := r.Array(ackItemsMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(2)
		a.Items = append(a.Items, RefusedItem{Item: r.Text(ackItemMax), Reason: r.Text(ackReasonMax)})
	}
	if err := r.Done(); err != nil {
		return Acknowledgement{}, fmt.Errorf("couldn't read an acknowledgement: %w", err)
	}
	return a, nil
}

// Acknowledge queues the answer to a delivery that arrived, in the caller's
// transaction. A second answer of the same sort is not sent.
func (x *Exchange) Acknowledge(tx *sql.Tx, c Came, a Acknowledgement) error {
	key := proof.Hash(sha256.Sum256(append(c.ID[:], byte(a.Answer))))
	a.Text = clean(a.Text)
	_, err := x.Queue(tx, Outgoing{To: c.From, Kind: KindAcknowledgement, Key: key, Re: c.ID, Payload: a.Encode()})
	return err
}

// acknowledgements is the kind, which every exchange knows.
func (x *Exchange) acknowledgements() Kind {
	return Kind{Name: KindAcknowledgement, BytesMax: ackBytesMax, MediaType: mediaType, Arrived: x.acknowledged}
}

func (x *Exchange) acknowledged(ctx context.Context, in Incoming) (Outcome, error) {
	raw, err := x.ReadPayload(ctx, in, ackBytesMax)
	if err != nil {
		return Outcome{}, err
	}
	a, err := DecodeAcknowledgement(raw)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w: %w", ErrRejected, err)
	}
	if a.Answer.checked() {
		err = x.vault.Update(ctx, func(tx *sql.Tx) error { return x.checked(tx, in, raw) })
		return Outcome{State: Done, Verdict: answers[a.Answer], Reason: a.Text}, err
	}
	note := a.Text
	for _, i := range a.Items {
		if len(note) > ReasonBytesMax {
			break
		}
		note += fmt.Sprintf("; %s: %s", i.Item, i.Reason)
	}
	err = x.vault.Update(ctx, func(tx *sql.Tx) error { return x.answered(tx, in, a.Answer, note) })
	return Outcome{State: Done, Verdict: answers[a.Answer], Reason: clean(note)}, err
}

// ReadPayload reads an arrived payload of at most limit bytes into memory.
func (x *Exchange) ReadPayload(ctx context.Context, in Incoming, limit int64) ([]byte, error) {
	r, _, err := x.vault.OpenDocument(ctx, in.Document)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err = errors.Join(err, r.Close()); err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%w: it has more than %d bytes", ErrRejected, limit)
	}
	return b, err
}
