package traceview

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// VerifySchema is the part of the private store with what makers were asked of packs,
// and what they said.
var VerifySchema = vault.Schema{Name: "verify", Tables: verifyTables, Steps: []string{`
CREATE TABLE verify_ask (id BLOB PRIMARY KEY, maker TEXT NOT NULL, purpose INTEGER NOT NULL, asked INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE verify_item (path TEXT NOT NULL, ask BLOB NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL, PRIMARY KEY (path, ask)) WITHOUT ROWID;
CREATE INDEX verify_item_ask ON verify_item (ask);
CREATE TABLE verify_reply (
	id BLOB PRIMARY KEY, path TEXT NOT NULL, at INTEGER NOT NULL, known INTEGER NOT NULL, word INTEGER NOT NULL, info INTEGER NOT NULL,
	org TEXT NOT NULL, delivery BLOB, sealed BLOB) WITHOUT ROWID; -- info: a bit for each of makerInfo; sealed: who said it, where a person notes it
CREATE INDEX verify_reply_path ON verify_reply (path, at);
CREATE TABLE verify_given (delivery BLOB PRIMARY KEY, partner TEXT NOT NULL, items INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX verify_given_partner ON verify_given (partner, at);
`}}

// AskRequest says about which packs their makers are to be asked, and why.
type AskRequest struct {
	Items   []string // as scanned or typed; at most VerifyItemsMax
	Purpose string   // saleable-return, suspect or dispense
}

// Asked is what came of asking about one pack.
type Asked struct {
	Path     string      `json:"path"`
	Maker    string      `json:"maker,omitempty" doc:"Organisation whose company prefix the product has"`
	Delivery *proof.Hash `json:"delivery,omitempty" doc:"That carries the question, in the outbox"`
	Asked    time.Time   `json:"asked,omitzero"`
	Due      time.Time   `json:"due,omitzero" doc:"By when the law wants an answer: 24 hours"`
	Refused  string      `json:"refused,omitempty" doc:"Why nobody could be asked, and what to do instead"`
}

// AskMakers asks the makers of packs whether they made them. The answers come by
// themselves and stand in later verdicts. A pack whose question is not answered yet
// isn't asked about again within the 24 hours that its maker has.
func (d *Desk) AskMakers(ctx context.Context, r AskRequest) ([]Asked, error) {
	purpose := slices.Index(purposeNames[:], r.Purpose)
	switch {
	case purpose < PurposeSaleableReturn:
		return nil, ledger.CodeMalformed.Errorf("%q is no purpose of a question; give saleable-return, suspect or dispense", r.Purpose)
	case len(r.Items) == 0 || len(r.Items) > VerifyItemsMax:
		return nil, ledger.CodeMalformed.Errorf("%d packs are named where 1 to %d are asked about at once", len(r.Items), VerifyItemsMax)
	}
	list, wanted, err := d.questions(r.Items)
	if err != nil {
		return nil, err
	}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error { return d.ask(tx, uint64(purpose), list, wanted) })
	if d.mail != nil {
		d.mail.Wake()
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't ask the makers: %w", err)
	}
	return list, nil
}

// questions reads what packs are asked about, and finds their makers. Of a pack that is
// named twice the first counts.
func (d *Desk) questions(texts []string) ([]Asked, map[string]QuestionItem, error) {
	var list []Asked
	wanted := map[string]QuestionItem{}
	for _, text := range texts {
		path, err := itemPath(text)
		if err != nil || gtinOf(path) == "" {
			return nil, nil, ledger.CodeMalformed.Errorf("%.100q names no pack with a serial number: scan its code again", text)
		}
		if _, twice := wanted[path]; twice {
			continue
		}
		it := QuestionItem{Path: path, Lot: scanned(text, "10")}
		if day, err := gs1.ParseDate(scanned(text, "17")); err == nil {
			it.Expiry = day.YYMMDD()
		}
		wanted[path] = it
		list = append(list, Asked{Path: path})
	}
	err := d.chain.Read(func(s ledger.State) error {
		for i := range list {
			list[i].Maker, _ = org.PrefixOwner(s, gtinOf(list[i].Path)[1:])
		}
		return nil
	})
	for i := range list {
		list[i].Refused = d.unaskable(list[i].Maker)
	}
	return list, wanted, err
}

// unaskable says why an organisation can't be asked, or "".
func (d *Desk) unaskable(maker string) string {
	const noted = "ask it by telephone, portal or a verification service, and note what it says"
	switch {
	case maker == "":
		return "no member of this network has registered the company prefix of this product: find its maker on the pack; " + noted
	case maker == d.sign.Org():
		return "its company prefix is this organisation's own: look into your own records"
	case !d.reaches(maker):
		return maker + " takes no messages on this network; " + noted
	}
	return ""
}

// ask queues one question for each maker with the rows that remember it.
func (d *Desk) ask(tx *sql.Tx, purpose uint64, list []Asked, wanted map[string]QuestionItem) error {
	now := d.now().Truncate(time.Second)
	of := map[string][]*Asked{}
	for i := range list {
		a := &list[i]
		if a.Refused != "" {
			continue
		}
		open, err := openAsk(tx, a.Path, now)
		if err != nil {
			return err
		}
		if open != nil {
			a.Delivery, a.Asked, a.Due = &open.id, open.asked, open.asked.Add(answerDue)
			continue
		}
		of[a.Maker] = append(of[a.Maker], a)
	}
	for maker, packs := range of {
		q := Question{Purpose: purpose}
		for _, a := range packs {
			q.Items = append(q.Items, wanted[a.Path])
		}
		id, err := d.queueQuestion(tx, maker, q, now)
		if err != nil {
			return err
		}
		for _, a := range packs {
			a.Delivery, a.Asked, a.Due = &id, now, now.Add(answerDue)
		}
	}
	return nil
}

func (d *Desk) queueQuestion(tx *sql.Tx, maker string, q Question, now time.Time) (proof.Hash, error) {
	raw := q.Encode()
	key := hashOf("maker asked", raw, binary.BigEndian.AppendUint64(nil, uint64(now.Unix())))
	id, err := d.mail.Queue(tx, exchange.Outgoing{To: maker, Kind: KindVerify, Key: key, Payload: raw})
	if err != nil {
		return id, err
	}
	if _, err := tx.Exec(`INSERT INTO verify_ask (id, maker, purpose, asked) VALUES ($1, $2, $3, $4)`, id[:], maker, q.Purpose, now.Unix()); err != nil {
		return id, err
	}
	for _, it := range q.Items {
		if _, err := tx.Exec(`INSERT INTO verify_item (path, ask, lot, expiry) VALUES ($1, $2, $3, $4)`, it.Path, id[:], it.Lot, it.Expiry); err != nil {
			return id, err
		}
	}
	return id, nil
}

// asking is a question about one pack.
type asking struct {
	id    proof.Hash
	maker string
	asked time.Time
}

// openAsk is the newest question about a pack that may still be answered in time and
// is not yet; nil when there is none.
func openAsk(tx queryer, path string, now time.Time) (*asking, error) {
	a, err := lastAsk(tx, path)
	if a == nil || err != nil || now.Sub(a.asked) > answerDue {
		return nil, err
	}
	var n int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM verify_reply WHERE path = $1 AND at >= $2`, path, a.asked.Unix()).Scan(&n); err != nil || n > 0 {
		return nil, err
	}
	return a, nil
}

// lastAsk is the newest question about a pack; nil when there is none.
func lastAsk(tx queryer, path string) (*asking, error) {
	var a asking
	var id []byte
	var asked int64
	err := tx.QueryRow(`SELECT a.id, a.maker, a.asked FROM verify_item i JOIN verify_ask a ON a.id = i.ask WHERE i.path = $1 ORDER BY a.asked DESC, a.id LIMIT 1`, path).Scan(&id, &a.maker, &asked)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("couldn't look up what was asked about %s: %w", path, err)
	}
	a.id, a.asked = proof.Hash(id), time.Unix(asked, 0).UTC()
	return &a, nil
}
