package exchange

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/vault"
)

// offerRoute takes the head of a delivery and says how much of it is here. Nothing
// is taken from who may not send it, and nothing twice.
func (x *Exchange) offerRoute(ctx context.Context, r request) (progress, error) {
	raw, err := r.body(headBytesMax)
	if err != nil {
		return progress{}, err
	}
	h, err := DecodeHead(raw)
	if err != nil {
		return progress{}, refuse(RefusedMessage, "%v", err).forGood()
	}
	if err := x.checkHead(h, r); err != nil {
		return progress{}, err
	}
	if p, there, err := x.before(ctx, h); there || err != nil {
		return p, err
	}
	if err := x.mayTake(ctx, h); err != nil {
		return progress{}, err
	}
	p, err := x.partialOf(h)
	if err != nil {
		return progress{}, err
	}
	if err := x.pass(crash.ExchangeOfferKept); err != nil {
		return progress{}, err
	}
	return progress{have: uint64(p)}, nil
}

// checkHead refuses what is not this partner's to send, or not for this node.
func (x *Exchange) checkHead(h SignedHead, r request) error {
	switch {
	case h.ChainID != x.chain:
		return refuse(RefusedMessage, "this node is of chain %s, the delivery of another", x.chain).forGood()
	case h.To != x.Org():
		return refuse(RefusedMessage, "this is the node of %s, the delivery is for another member", x.Org()).forGood()
	case h.From != r.org:
		return refuse(RefusedMessage, "this connection is of %s, the delivery of another member", r.org).forGood()
	case h.ID() != r.id:
		return refuse(RefusedMessage, "the delivery has another id than the one in the address").forGood()
	}
	key, err := x.directory.SigningKey(h.From, h.KeyID)
	if errors.Is(err, ErrStanding) {
		return refuse(RefusedStanding, "%v", err).forGood()
	}
	if err != nil { // it may be in force at a height that this node has not reached
		return refuse(RefusedSignature, "%v", err).after(time.Minute)
	}
	if !h.Verify(key) {
		return refuse(RefusedSignature, "the delivery is not signed with key %d of %s", h.KeyID, h.From).forGood()
	}
	return nil
}

// before answers for a delivery that is here already.
func (x *Exchange) before(ctx context.Context, h SignedHead) (progress, bool, error) {
	id := h.ID()
	var hash, receipt []byte
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT hash, receipt FROM exchange_in WHERE id = $1`, id[:]).Scan(&hash, &receipt)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return progress{}, false, nil
	case err != nil:
		return progress{}, false, err
	case !bytes.Equal(hash, h.Hash[:]):
		return progress{}, true, refuse(RefusedContent, "a delivery of this id with another content was taken before").forGood()
	}
	return progress{have: uint64(h.sealedSize()), receipt: receipt}, true, nil
}

// mayTake refuses what this node does not take, or has no room for.
func (x *Exchange) mayTake(ctx context.Context, h SignedHead) error {
	k, ok := x.kindOf(h.Kind)
	if !ok {
		return refuse(RefusedKind, "deliveries of kind %q are not taken here", clean(h.Kind)).forGood()
	}
	if int64(h.Size) > k.BytesMax {
		return refuse(RefusedSize, "a delivery of kind %q may have %d bytes, this one has %d", h.Kind, k.BytesMax, h.Size).forGood()
	}
	if _, err := x.privateKey(ctx, h.Seal); errors.Is(err, errSealKey) {
		return refuse(RefusedSealKey, "%v: take the newest key of the mailbox on the ledger", err)
	} else if err != nil {
		return err
	}
	var count, size int64
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM exchange_in WHERE partner = $1 AND state IN ($2, $3, $4)`,
			h.From, int(Arrived), int(Waiting), int(Stuck)).Scan(&count, &size)
	})
	if err != nil {
		return err
	}
	if count >= inboxPartnerMax || size+int64(h.Size) > inboxPartnerBytesMax {
		return refuse(RefusedFull, "%d deliveries of %d bytes from you wait here for a person; more are taken when those are dealt with", count, size).after(15 * time.Minute)
	}
	return nil
}

// partialOf is how much of a delivery stands half arrived. Another sealing of the
// same one begins anew.
func (x *Exchange) partialOf(h SignedHead) (int64, error) {
	id := h.ID()
	if p, ok := x.spool.find(id); ok {
		if !p.mu.TryLock() {
			return 0, refuse(RefusedBusy, "this delivery is being taken over another connection").after(5 * time.Second)
		}
		defer p.mu.Unlock()
		if bytes.Equal(p.head.aad, h.aad) && !p.gone {
			return p.have, nil
		}
		if !p.gone {
			if err := x.spool.forget(p); err != nil {
				return 0, err
			}
		}
	}
	p, err := x.spool.begin(h, x.spoolMax, x.now())
	if err != nil {
		return 0, err
	}
	return p.have, nil
}

// held finds a partner's half-arrived delivery and holds it.
func (x *Exchange) held(r request) (*partial, error) {
	p, ok := x.spool.find(r.id)
	if !ok || p.head.From != r.org {
		return nil, refuse(RefusedUnknown, "nothing of this delivery is here; offer it first")
	}
	if !p.mu.TryLock() {
		return nil, refuse(RefusedBusy, "this delivery is being taken over another connection").after(5 * time.Second)
	}
	if p.gone {
		p.mu.Unlock()
		return nil, refuse(RefusedUnknown, "nothing of this delivery is here; offer it first")
	}
	return p, nil
}

// partRoute takes a chunk. One for another place than the end of what is here is
// left out, and the answer says where the end is.
func (x *Exchange) partRoute(_ context.Context, r request) (progress, error) {
	p, err := x.held(r)
	if err != nil {
		return progress{}, err
	}
	defer p.mu.Unlock()
	at, err := strconv.ParseInt(r.at, 10, 64)
	if err != nil || at != p.have {
		return progress{have: uint64(p.have)}, nil
	}
	b, err := r.body(min(sealedChunk, p.head.sealedSize()-p.have))
	if err != nil {
		return progress{}, err
	}
	if err := x.spool.add(p, b, x.now()); err != nil {
		if isFull(err) {
			return progress{}, refuse(RefusedFull, "this node's disk is full; try later").after(5 * time.Minute)
		}
		return progress{}, fmt.Errorf("couldn't keep a chunk: %w", err)
	}
	return progress{have: uint64(p.have)}, x.pass(crash.ExchangePartKept)
}

// commitRoute opens a delivery that is here whole, keeps it in the private store,
// and signs for it.
func (x *Exchange) commitRoute(ctx context.Context, r request) (progress, error) {
	ctx = context.WithoutCancel(ctx) // who asks may go; the work is done once
	p, err := x.held(r)
	if err != nil {
		return progress{}, err
	}
	defer p.mu.Unlock()
	if done, there, err := x.before(ctx, p.head); there || err != nil {
		return done, errors.Join(err, x.spool.forget(p))
	}
	if p.have < p.head.sealedSize() {
		return progress{have: uint64(p.have)}, nil
	}
	doc, err := x.keep(ctx, p)
	if err != nil {
		return progress{}, err
	}
	if err := x.pass(crash.ExchangePayloadKept); err != nil {
		return progress{}, err
	}
	receipt, err := x.signFor(ctx, p.head, doc)
	if err != nil {
		return progress{}, err
	}
	if err := x.pass(crash.ExchangeInboxKept); err != nil {
		return progress{}, err
	}
	if err := x.spool.forget(p); err != nil {
		x.log.Warn("couldn't clear away a delivery that was taken", "delivery", r.id, "error", err)
	}
	x.counters.taken.Add(1)
	x.Wake()
	return progress{have: uint64(p.have), receipt: receipt}, nil
}

// keep opens the sealed payload into the private store.
func (x *Exchange) keep(ctx context.Context, p *partial) (vault.Document, error) {
	var doc vault.Document
	private, err := x.privateKey(ctx, p.head.Seal)
	if errors.Is(err, errSealKey) {
		return doc, errors.Join(x.spool.forget(p), refuse(RefusedSealKey, "%v: take the newest key of the mailbox on the ledger", err))
	}
	if err != nil {
		return doc, err
	}
	sealed, err := x.spool.open(p)
	if err != nil {
		return doc, err
	}
	defer sealed.Close()
	plain, err := openFrom(sealed, p.head, private)
	if err == nil {
		k, _ := x.kindOf(p.head.Kind)
		plain = io.LimitReader(plain, PayloadBytesMax)
		doc, _, err = x.vault.PutDocument(ctx, vault.DocumentInfo{
			Name: p.head.Kind + "-" + p.head.ID().String()[:8], MediaType: k.MediaType, Direction: vault.In, Partner: p.head.From,
		}, plain)
	}
	switch {
	case errors.Is(err, errDamaged):
		return doc, errors.Join(x.spool.forget(p), refuse(RefusedDamaged, "%v; send it again", errDamaged))
	case err != nil:
		return doc, err
	case doc.SHA256 != p.head.Hash:
		return doc, errors.Join(x.spool.forget(p), refuse(RefusedContent, "the content is not the one whose hash the head gives").forGood())
	}
	return doc, nil
}

// signFor writes the delivery into the inbox with the receipt for it.
func (x *Exchange) signFor(ctx context.Context, h SignedHead, doc vault.Document) ([]byte, error) {
	now, id := x.now().Unix(), h.ID()
	r := Receipt{
		ChainID: h.ChainID, ID: id, From: h.From, To: h.To, KeyID: x.sign.KeyID(), Kind: h.Kind, Size: h.Size, Hash: h.Hash, Received: uint64(now),
	}
	receipt, err := r.sign(x.sign)
	if err != nil {
		return nil, err
	}
	state := Arrived
	if k, _ := x.kindOf(h.Kind); k.Arrived == nil && !k.Document {
		state = Waiting
	}
	err = x.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO exchange_in (id, partner, kind, re, created, received, size, hash, document, receipt, state, verdict, reason, attempts, next_at, ended)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, 0, 0)`,
			id[:], h.From, h.Kind, hashOrNil(h.Re), int64(h.Created), now, int64(h.Size), h.Hash[:], doc.ID, receipt, int(state))
		return err
	})
	return receipt, err
}
