package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"pedigree/internal/crash"
	"pedigree/internal/obs"
	"pedigree/proof"
)

// deliver brings one delivery to its receiver, from wherever it stands: offer,
// chunks from where the receiver has them, and the end, which is answered with a
// receipt.
func (x *Exchange) deliver(ctx context.Context, d due) error {
	ctx, end := obs.Span(ctx, "deliver")
	err := x.bring(ctx, d)
	end(err)
	return err
}

func (x *Exchange) bring(ctx context.Context, d due) error {
	if err := x.directory.Standing(x.Org()); err != nil {
		return fmt.Errorf("%w: %v", errUnreachable, err) // not the delivery's fault: it goes out when the council reinstates us
	}
	if err := x.directory.Standing(d.partner); err != nil {
		return err
	}
	m, ok, err := x.directory.Mailbox(d.partner)
	if err != nil {
		return err
	}
	if !ok || m.Addr == "" {
		return fmt.Errorf("%w: %s publishes no mailbox; send the file by hand, or ask it to run pedigree exchange publish", errUnreachable, d.partner)
	}
	h, err := x.sealed(ctx, d, m)
	if err != nil {
		return err
	}
	c := call{http: x.peers.client(d.partner, m), addr: m.Addr, id: d.id}
	p, err := c.offer(ctx, h.raw)
	if err == nil && p.receipt == nil {
		p, err = x.sendParts(ctx, c, h, p)
	}
	if err != nil {
		return err
	}
	if err := x.checkReceipt(p.receipt, h); err != nil {
		return err
	}
	if err := x.pass(crash.ExchangeReceiptCame); err != nil {
		return err
	}
	err = x.update(ctx, `UPDATE exchange_out SET state = $1, ended = $2, receipt = $3, reason = '', head = NULL WHERE id = $4 AND state = $5`,
		int(Delivered), x.now().Unix(), p.receipt, d.id[:], int(Sending))
	if err != nil {
		return err
	}
	x.counters.delivered.Add(1)
	if err := x.pass(crash.ExchangeReceiptKept); err != nil {
		return err
	}
	if err := os.Remove(x.spool.path(d.id, ".sealed")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		x.log.Warn("couldn't remove a sealed payload that was delivered", "delivery", d.id, "error", err)
	}
	return nil
}

// sealed returns the head of the sealed payload on the disk, and makes both where
// there are none, or where the receiver uses another key by now.
func (x *Exchange) sealed(ctx context.Context, d due, m Mailbox) (SignedHead, error) {
	if h, ok := x.sealedBefore(d, m); ok {
		return h, nil
	}
	key, ok := m.sealKey(x.directory.Height())
	if !ok {
		return SignedHead{}, fmt.Errorf("%w: the mailbox of %s names no sealing key in force; ask it to run pedigree exchange rotate", errUnreachable, d.partner)
	}
	h := Head{ChainID: x.chain, From: x.Org(), KeyID: x.sign.KeyID(), To: d.partner, Kind: d.kind, Key: d.key, Re: d.re, Created: uint64(d.created)}
	if err := x.measure(ctx, d, &h); err != nil {
		return SignedHead{}, err
	}
	if err := x.sealFile(ctx, d, &h, key); err != nil {
		return SignedHead{}, err
	}
	raw, err := h.sign(x.sign)
	if err != nil {
		return SignedHead{}, err
	}
	if err := x.pass(crash.ExchangeSealed); err != nil {
		return SignedHead{}, err
	}
	if err := x.update(ctx, `UPDATE exchange_out SET head = $1 WHERE id = $2`, raw, d.id[:]); err != nil {
		return SignedHead{}, err
	}
	if err := x.pass(crash.ExchangeHeadKept); err != nil {
		return SignedHead{}, err
	}
	return DecodeHead(raw)
}

// sealedBefore takes a payload that was sealed by an earlier attempt, while its key
// and ours are still in force.
func (x *Exchange) sealedBefore(d due, m Mailbox) (SignedHead, bool) {
	h, err := DecodeHead(d.head)
	if d.head == nil || err != nil || h.KeyID != x.sign.KeyID() {
		return h, false
	}
	info, err := os.Stat(x.spool.path(d.id, ".sealed"))
	if err != nil || info.Size() != h.sealedSize() {
		return h, false
	}
	for _, k := range m.Seal[:min(len(m.Seal), sealKeysRead)] {
		if h.Seal.Recipient == proof.Hash(sha256.Sum256(k.Key)) {
			return h, true // closed or not: the receiver opens what was under way
		}
	}
	return h, false
}

// payload opens a delivery's payload.
func (x *Exchange) payload(ctx context.Context, d due) (io.ReadCloser, error) {
	if d.reference == nil { // an empty payload may come back as none
		return io.NopCloser(bytes.NewReader(d.payload)), nil
	}
	if d.subject != nil {
		return x.documentPayload(ctx, d)
	}
	k, ok := x.kindOf(d.kind)
	if !ok || k.Load == nil {
		return nil, refuse(RefusedKind, "this program knows no kind %q; install the version that queued it", d.kind)
	}
	r, err := k.Load(ctx, d.reference)
	if err != nil {
		return nil, fmt.Errorf("couldn't find the payload of delivery %s: %w", d.id, err)
	}
	return r, nil
}

// measure notes a payload's size and hash.
func (x *Exchange) measure(ctx context.Context, d due, h *Head) error {
	r, err := x.payload(ctx, d)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, PayloadBytesMax+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("couldn't read the payload of delivery %s: %w", d.id, err)
	}
	if n > PayloadBytesMax {
		return refuse(RefusedSize, "the payload has more than the %d bytes that can be sent; send it in parts", PayloadBytesMax).forGood()
	}
	h.Size, h.Hash = uint64(n), proof.Hash(sum.Sum(nil))
	return nil
}

// sealFile writes the sealed payload and puts the key it is sealed to into the head.
func (x *Exchange) sealFile(ctx context.Context, d due, h *Head, key SealKey) error {
	head, sender, err := newSeal(key.Key)
	if err != nil {
		return err
	}
	h.Seal = head
	r, err := x.payload(ctx, d)
	if err != nil {
		return err
	}
	defer r.Close()
	path := x.spool.path(d.id, ".sealed")
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("couldn't keep a sealed payload: %w", err)
	}
	err = sealTo(f, r, int64(h.Size), sender, h.body())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		crash.At(crash.ExchangeSealBefore)
		err = os.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(x.spool.out)
	}
	if err != nil {
		return fmt.Errorf("couldn't keep a sealed payload: %w", err)
	}
	return nil
}

// sendParts sends from where the receiver is until it has everything, and ends the
// delivery.
func (x *Exchange) sendParts(ctx context.Context, c call, h SignedHead, p progress) (progress, error) {
	f, err := os.Open(x.spool.path(h.ID(), ".sealed"))
	if err != nil {
		return p, err
	}
	defer f.Close()
	size := uint64(h.sealedSize())
	part := make([]byte, min(size, sealedChunk))
	for steps := 2 * (size/sealedChunk + 2); p.have < size; steps-- {
		if steps == 0 {
			return p, fmt.Errorf("%w: it takes chunks and does not keep them", errUnreachable)
		}
		n, err := f.ReadAt(part[:min(uint64(len(part)), size-p.have)], int64(p.have))
		if err != nil && !errors.Is(err, io.EOF) {
			return p, err
		}
		if p, err = c.part(ctx, p.have, part[:n]); err != nil {
			return p, err
		}
		if p.have > size {
			return p, fmt.Errorf("%w: it says that it has %d of %d bytes", errUnreachable, p.have, size)
		}
		if err := x.pass(crash.ExchangePartSent); err != nil {
			return p, err
		}
	}
	p, err = c.commit(ctx)
	if err == nil && p.receipt == nil {
		err = fmt.Errorf("%w: it has everything and gives no receipt", errUnreachable)
	}
	return p, err
}

// checkReceipt holds a receipt against what was sent and against the receiver's key
// on the ledger.
func (x *Exchange) checkReceipt(raw []byte, h SignedHead) error {
	r, err := DecodeReceipt(raw)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	want := Receipt{ChainID: h.ChainID, ID: h.ID(), From: h.From, To: h.To, KeyID: r.KeyID, Kind: h.Kind, Size: h.Size, Hash: h.Hash, Received: r.Received}
	if r.Receipt != want {
		return fmt.Errorf("%w: its receipt is for something else than what was sent", errUnreachable)
	}
	key, err := x.directory.SigningKey(h.To, r.KeyID)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreachable, err)
	}
	if !r.Verify(key) {
		return fmt.Errorf("%w: its receipt is not signed with key %d of %s", errUnreachable, r.KeyID, h.To)
	}
	return nil
}
