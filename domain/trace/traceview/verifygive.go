package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/org"
	"pedigree/internal/exchange"
	"pedigree/ledger"
	"pedigree/proof"
)

// makerAsked answers a partner's question about packs of ours by itself: from what we
// commissioned, and what we know against it. It says nothing of who has a pack now.
func (d *Desk) makerAsked(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, verifyBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	q, err := DecodeQuestion(raw)
	if err == nil {
		_, err = d.partner(in.From)
	}
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	out := exchange.Outcome{State: exchange.Done, Verdict: string(OK), Reason: fmt.Sprintf("told about %d packs: %s", len(q.Items), purposeNames[q.Purpose])}
	j := d.judging()
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		if sent, err := d.mail.Queued(tx, d.mail.DeliveryID(in.From, KindVerifyAnswer, in.ID)); sent || err != nil {
			return err
		}
		if err := d.countQuestion(tx, in, len(q.Items)); err != nil {
			return err
		}
		var a MakerAnswer
		err := d.chain.Read(func(s ledger.State) (err error) {
			j.on(tx, s)
			a, err = j.answers(d.sign.Org(), q)
			return err
		})
		if err != nil {
			return err
		}
		_, err = d.mail.Queue(tx, exchange.Outgoing{To: in.From, Kind: KindVerifyAnswer, Key: in.ID, Re: in.ID, Payload: a.Encode()})
		return err
	})
	d.mail.Wake()
	return out, err
}

// countQuestion remembers how much a partner asked, and refuses what is too much.
func (d *Desk) countQuestion(tx *sql.Tx, in exchange.Incoming, items int) error {
	var given int
	if err := tx.QueryRow(`SELECT COALESCE(SUM(items), 0) FROM verify_given WHERE partner = $1 AND at > $2`, in.From, d.now().Add(-24*time.Hour).Unix()).Scan(&given); err != nil {
		return err
	}
	if given+items > VerifyDailyMax {
		return fmt.Errorf("%w: you asked about %d packs in a day, and at most %d are answered; ask a person there", exchange.ErrRejected, given, VerifyDailyMax)
	}
	_, err := tx.Exec(`INSERT INTO verify_given (delivery, partner, items, at) VALUES ($1, $2, $3, $4) ON CONFLICT (delivery) DO NOTHING`, in.ID[:], in.From, items, d.now().Unix())
	return err
}

// answers says of each pack of a question what its maker knows.
func (j *judging) answers(maker string, q Question) (MakerAnswer, error) {
	var a MakerAnswer
	for _, asked := range q.Items {
		if owner, _ := org.PrefixOwner(j.s, gtinOf(asked.Path)[1:]); owner != maker {
			return a, fmt.Errorf("%w: the company prefix of %s is not ours", exchange.ErrRejected, asked.Path)
		}
		it, ok, err := loadItem(j.tx, asked.Path)
		if err != nil {
			return a, err
		}
		made := false
		if ok {
			if made, err = ownMake(j.tx, &it); err != nil {
				return a, err
			}
		}
		if !made {
			a.Items = append(a.Items, MakerAnswerItem{Path: asked.Path, Word: NoSerial})
			continue
		}
		known, err := j.against(&it)
		if err != nil {
			return a, err
		}
		a.Items = append(a.Items, MakerAnswerItem{Path: asked.Path, Word: wordOn(&it, asked), Known: known})
	}
	return a, nil
}

// ownMake tells whether this organisation commissioned a thing as its maker.
func ownMake(tx queryer, it *item) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT COUNT(*) FROM trace_commission WHERE id = $1 AND own = 1 AND class = $2`, it.commission, proof.ClassMade).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n > 0, err
}

// wordOn compares a pack with what was asked.
func wordOn(it *item, asked QuestionItem) MakerWord {
	lot := asked.Lot == "" || asked.Lot == it.lot.number
	expiry := asked.Expiry == "" || asked.Expiry == it.lot.expiry
	switch {
	case lot && expiry:
		return Match
	case expiry:
		return NoLot
	case lot:
		return NoExpiry
	}
	return NoLotExpiry
}

// against are the rules that speak against a pack of ours, among those that are told.
func (j *judging) against(it *item) ([]string, error) {
	facts, err := j.own(it, "")
	if err != nil {
		return nil, err
	}
	committed, err := j.committed(it)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, rule := range makerInfo {
		for _, f := range slices.Concat(facts, committed) {
			if f.Rule == rule {
				known = append(known, rule)
				break
			}
		}
	}
	return known, nil
}
