package traceview

import (
	"crypto/ed25519"
	"database/sql"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// operation is one act on the ledger: entries that stand or fall together, the
// one-time keys that must sign them, and the stock rows as they were before.
type operation struct {
	entries []proof.Entry
	signers []int64      // numbers in trace_key
	writes  int          // record writes, at most
	after   []*operation // must be committed, or stand before it in the same envelope
	undo    undo
	event   int64 // row of the event that asked for it, or 0

	id       int64 // row of trace_operation, once enqueued
	envelope *envelope
}

// size is about how many bytes the operation takes in an envelope.
func (o *operation) size() int {
	n := len(o.signers) * (proof.KeySize + proof.SignatureSize + 8)
	for _, e := range o.entries {
		n += len(e.Message) + len(e.Module) + len(e.Kind) + 8
	}
	return n
}

// entryOf encodes one custody message.
func entryOf(kind string, message any) (proof.Entry, error) {
	b, err := ledger.EncodeMessage(message)
	if err != nil {
		return proof.Entry{}, fmt.Errorf("couldn't make a %s entry: %w", kind, err)
	}
	return proof.Entry{Module: "trace", Kind: kind, Message: b}, nil
}

// naming collects the origins that a message starts with and refers to records
// by their place in that list.
type naming struct{ origins trace.Origins }

func (n *naming) ref(r record) trace.Ref {
	for i, o := range n.origins {
		if o == r.origin {
			return trace.Ref{Origin: uint64(i), Leaf: r.leaf}
		}
	}
	n.origins = append(n.origins, r.origin)
	return trace.Ref{Origin: uint64(len(n.origins) - 1), Leaf: r.leaf}
}

// record is an item with its name on the ledger.
type record struct {
	item
	opening
}

// envelope is a signed envelope in the making, or as it stands in the outbox.
type envelope struct {
	ops  []*operation
	wave int // envelopes of a wave may be in flight together
	id   proof.Hash
	raw  []byte
	more uint64 // seconds beyond the usual for which it is valid

	entries, bytes, writes int
	signers                []int64
}

// fits says whether an operation can join without passing a limit.
func (e *envelope) fits(o *operation) bool {
	return e.entries+len(o.entries) <= proof.EntriesMax &&
		e.bytes+o.size() <= envelopeFill &&
		e.writes+o.writes <= ledger.NamedWritesMax &&
		len(e.signers)+countNew(e.signers, o.signers) <= proof.SignersMax
}

func countNew(have, more []int64) int {
	n := 0
	for i, k := range more {
		if !contains(have, k) && !contains(more[:i], k) {
			n++
		}
	}
	return n
}

func contains(list []int64, k int64) bool {
	for _, h := range list {
		if h == k {
			return true
		}
	}
	return false
}

func (e *envelope) add(o *operation) {
	e.ops, o.envelope = append(e.ops, o), e
	e.entries += len(o.entries)
	e.bytes += o.size()
	e.writes += o.writes
	for _, k := range o.signers {
		if !contains(e.signers, k) {
			e.signers = append(e.signers, k)
		}
	}
}

// gather puts operations, which stand in order, into as few envelopes as the
// limits allow. An envelope's wave is later than those of all that it waits for;
// first is the earliest.
func gather(ops []*operation, first int) ([]*envelope, error) {
	var list []*envelope
	open := &envelope{wave: first}
	for _, o := range ops {
		if len(open.ops) > 0 && !open.fits(o) {
			open = &envelope{wave: first}
		}
		if !open.fits(o) {
			return nil, fmt.Errorf("couldn't put an operation of %d entries, %d signers and %d record writes into one envelope; do it in smaller steps",
				len(o.entries), len(o.signers), o.writes)
		}
		if len(open.ops) == 0 {
			list = append(list, open)
		}
		open.wave = max(open.wave, o.waveBeside(open))
		open.add(o)
	}
	return list, nil
}

// waveBeside is the earliest wave of an envelope in which the operation comes
// after all that it waits for. What stands in the same envelope comes in order.
func (o *operation) waveBeside(e *envelope) int {
	wave := 0
	for _, before := range o.after {
		if before.envelope != nil && before.envelope != e {
			wave = max(wave, before.envelope.wave+waveStep)
		}
	}
	return wave
}

// signNew makes an envelope's bytes, other ones than those of any in the outbox. The same
// act done twice within a second, with another between them, differs in nothing but how
// long it is valid.
func (d *Desk) signNew(tx *sql.Tx, e *envelope, key func(int64) ed25519.PrivateKey) error {
	for range sameActsMax {
		if err := d.signEnvelope(e, key); err != nil {
			return err
		}
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM trace_envelope WHERE id = ?)`, e.id[:]).Scan(&taken); err != nil {
			return fmt.Errorf("couldn't look for the same envelope: %w", err)
		}
		if !taken {
			return nil
		}
		e.more++
	}
	return fmt.Errorf("couldn't do the same act more than %d times within a second; do it again in a minute", sameActsMax)
}

// signEnvelope makes the envelope's bytes.
func (d *Desk) signEnvelope(e *envelope, key func(int64) ed25519.PrivateKey) error {
	body := proof.Body{
		ChainID: d.chain.ChainID(), ValidUntil: d.validUntil() + e.more,
		Admission: []proof.Admission{{Org: d.sign.Org(), KeyID: d.sign.KeyID()}},
	}
	for _, o := range e.ops {
		body.Entries = append(body.Entries, o.entries...)
	}
	private := make([]ed25519.PrivateKey, len(e.signers))
	for i, n := range e.signers {
		private[i] = key(n)
		body.Signers = append(body.Signers, proof.NewKey(private[i].Public().(ed25519.PublicKey)))
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	e.id = env.ID()
	own, err := d.sign.Sign(e.id)
	if err != nil {
		return fmt.Errorf("couldn't sign an envelope as %s: %w", d.sign.Org(), err)
	}
	env.Signatures = append(env.Signatures, own)
	for _, p := range private {
		env.Signatures = append(env.Signatures, proof.Sign(p, e.id))
	}
	e.raw = env.Encode()
	if len(e.raw) > proof.EnvelopeSizeMax {
		return fmt.Errorf("couldn't make an envelope: it has %d bytes where at most %d are allowed; do it in smaller steps", len(e.raw), proof.EnvelopeSizeMax)
	}
	return nil
}

// validUntil is a day from now or from the last block, whichever is later.
func (d *Desk) validUntil() uint64 {
	_, blockTime := d.chain.Status()
	return max(uint64(d.now().Unix()), blockTime) + validSeconds
}
