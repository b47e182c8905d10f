package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// plan does everything that must stand or fall together: keys, offers, stock,
// the shipment's rows, its file, and the envelopes in the outbox.
func (s *shipping) plan(ctx context.Context) error {
	return s.d.vault.Update(ctx, func(tx *sql.Tx) error {
		job, err := s.d.startJob(tx, jobShip, s.id)
		if err != nil {
			return err
		}
		if err := s.checkBuyer(tx); err != nil {
			return err
		}
		if err := s.unbound(tx); err != nil {
			return err
		}
		w := s.d.begin(tx, job)
		for _, path := range s.introduced {
			if err := w.introduce(path); err != nil {
				return err
			}
		}
		if err := w.surfaceAll(s.paths, 0); err != nil {
			return err
		}
		c, err := s.content(tx)
		if err != nil {
			return err
		}
		file, err := s.seal(tx, c)
		if err != nil {
			return err
		}
		if err := s.store(tx, c, file, job); err != nil {
			return err
		}
		if err := s.post(tx); err != nil {
			return err
		}
		for i := range c.Goods {
			if err := s.offer(w, &c, i); err != nil {
				return err
			}
		}
		if err := endReservations(tx, func(yield func(string) bool) {
			for i := range c.Goods {
				for g := range c.Goods[i].All() {
					if !yield(g.Path) {
						return
					}
				}
			}
		}); err != nil {
			return err
		}
		return w.finish()
	})
}

// unbound refuses what another order has reserved, unless it is to lose it.
func (s *shipping) unbound(tx *sql.Tx) error {
	if s.request.Force {
		return nil
	}
	b, err := s.d.bindings(tx, s.request.Reserved)
	for i := 0; i < len(s.paths) && err == nil; i++ {
		err = b.free(s.paths[i])
	}
	return err
}

// content gathers what the receiver needs.
func (s *shipping) content(tx *sql.Tx) (Content, error) {
	c := Content{
		Documents: []Document{s.document}, Hashes: s.hashes, MemoSalt: s.memoSalt, Deadline: s.deadline, Return: s.request.Return,
	}
	var err error
	if c.Goods, c.Origins, err = s.goods(tx); err != nil {
		return c, err
	}
	keys, err := takePrekeys(tx, s.request.To, len(c.Goods), s.id)
	if err != nil {
		return c, err
	}
	first, err := s.d.keys.Take(tx, PurposeBack, len(c.Goods))
	if err != nil {
		return c, err
	}
	for i, k := range keys {
		o := Offer{Owner: k.Owner, Holder: k.Holder, Back: s.d.keys.Public(first + int64(i))}
		if s.request.CustodyOnly {
			o.Owner = proof.Key{}
		}
		if s.request.TitleOnly {
			o.Holder = proof.Key{}
		}
		c.Offers = append(c.Offers, o)
	}
	return c, s.items(tx, &c, first)
}

// items writes the shipment's rows of its top-level records.
func (s *shipping) items(tx *sql.Tx, c *Content, firstBack int64) error {
	for i := range c.Goods {
		g, o := &c.Goods[i], c.Offers[i]
		leaf := g.Leaf()
		_, err := tx.Exec(`INSERT INTO trace_shipment_item (shipment, path, origin, leaf, owner, holder, back, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			s.id[:], g.Path, g.Origin[:], leaf[:], o.Owner[:], o.Holder[:], firstBack+int64(i), shipmentPlanned)
		if err != nil {
			return fmt.Errorf("couldn't note that %s is shipped: %w", g.Path, err)
		}
	}
	return nil
}

func (s *shipping) seal(tx *sql.Tx, c Content) ([]byte, error) {
	public, err := partnerSealKey(tx, s.request.To)
	if err != nil {
		return nil, err
	}
	plain, err := c.Encode()
	if err != nil {
		return nil, err
	}
	head := ShipmentHead{ChainID: s.d.chain.ChainID(), From: s.d.sign.Org(), KeyID: s.d.sign.KeyID(), To: s.request.To, ID: s.id}
	return sealShipment(head, public, plain, s.d.sign.Sign)
}

func (s *shipping) store(tx *sql.Tx, c Content, file []byte, job int64) error {
	root := c.MemoRoot()
	_, err := tx.Exec(`INSERT INTO trace_shipment (id, direction, partner, doc, memo_salt, memo_root, deadline, status, created, job, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.id[:], directionOut, s.request.To, s.docID, s.memoSalt[:], root[:], int64(s.deadline), shipmentPlanned, s.d.now().Unix(), job, file)
	if err != nil {
		return fmt.Errorf("couldn't note the shipment: %w", err)
	}
	if h := s.request.order; h != nil {
		if err := s.d.stillWanted(tx, h.ID); err != nil {
			return err
		}
		if err := s.d.answerHandOver(tx, h, handOverShipped, s.id); err != nil {
			return err
		}
	}
	if !s.request.Return {
		return nil
	}
	return s.d.noteReturn(tx, s.id, directionOut, s.request.returnNote())
}

// returnNote is why the goods go back.
func (r *ShipRequest) returnNote() ReturnNote {
	if r.why != nil {
		return *r.why
	}
	return ReturnNote{Reason: ReturnOther}
}

// offer plans the ledger's part of one record.
func (s *shipping) offer(w *work, c *Content, i int) error {
	r, err := w.record(c.Goods[i].Path)
	if err != nil {
		return err
	}
	o := c.Offers[i]
	var names naming
	m := trace.Ship{
		Rec: names.ref(r), To: ledger.OptKey(o.Owner), ToHolder: ledger.OptKey(o.Holder), Back: o.Back, Deadline: s.deadline,
		Memo: ledger.OptHash(proof.MemoCommitment(s.memoSalt, c.MemoRoot())), Return: s.request.Return,
	}
	m.Origins = names.origins
	step := &operation{writes: 1}
	if !o.Owner.IsZero() {
		step.signers = append(step.signers, r.ownerKey)
	}
	if !o.Holder.IsZero() {
		step.signers = append(step.signers, r.holderKey)
	}
	step.undo.remember(&r.item)
	r.status, r.partner = StatusOffered, s.request.To
	if err := move(w.tx, &r.item); err != nil {
		return err
	}
	return w.step(kindShip, &m, step, r.path)
}

const kindShip = "ship"
