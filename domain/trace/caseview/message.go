package caseview

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/domain/trace/partnerview"
	"pedigree/format/pdg"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// Ways of a message.
const (
	wayIn  = 1
	wayOut = 2
)

// Sorts of message.
const (
	sortReport   = "report"
	sortResponse = "response"
)

// Message is a message of a case that came or went.
type Message struct {
	UUID     string    `json:"uuid"`
	Sort     string    `json:"sort" enum:"report,response"`
	Out      bool      `json:"out" doc:"It is this side's"`
	At       time.Time `json:"at" doc:"When it was written here, or came"`
	Written  time.Time `json:"written" doc:"By its writer's clock"`
	Document int64     `json:"document" doc:"Where the private store has it"`
	State    string    `json:"state" doc:"came, by-hand, noted, or how its delivery stands"`
	Note     string    `json:"note,omitempty" doc:"What is odd about it, or what the partner's node says"`

	delivery proof.Hash
}

// draft is a message that is written and not yet told.
type draft struct {
	uuid, sort string
	raw        []byte
	kept       vault.Document
}

// plan is what a side wants to say, and what is so once it is said.
type plan struct {
	drafts []draft
	keep   func(tx *sql.Tx, k *Case) error
}

// speak writes messages and sends them, or leaves them to be carried by hand. What they
// say holds from then on.
func (c *Cases) speak(ctx context.Context, name string, think func(k *Case, list []Item, to talk) (plan, error)) (Case, error) {
	k, list, to, err := c.begin(ctx, name)
	if err != nil {
		return Case{}, err
	}
	p, err := think(&k, list, to)
	if err != nil {
		return Case{}, err
	}
	if len(p.drafts) > 0 && !to.node && to.contact.Email == "" {
		return Case{}, invalid("a message to a partner without a node has to say how you are reached: pedigree partner contact 0 exceptions --email ADDRESS")
	}
	for i := range p.drafts {
		d := &p.drafts[i]
		kept, _, err := c.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "exception-" + d.uuid + ".json", MediaType: "application/json", Direction: vault.Out, Partner: cut(k.Org, fieldMax)}, bytes.NewReader(d.raw))
		if err != nil {
			return Case{}, err
		}
		d.kept = kept
	}
	before := k.Changed
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		if !k.Changed.Equal(before) {
			return notNow("case %d was changed by another at the same time; look at it and try again", k.Number)
		}
		for _, d := range p.drafts {
			if err := c.post(tx, k, d, to); err != nil {
				return err
			}
			k.carry = !to.leaves()
		}
		return p.keep(tx, k)
	})
}

// talk is how a message of this side is written.
type talk struct {
	contact pdg.Contact
	at      int64 // Unix seconds, later than any message of this side before
	node    bool  // it goes to the partner's node
	// route is the one of partner by which it goes; without a way it is carried by hand.
	route   partnerview.Route
	partner partnerview.Partner
}

// leaves tells whether a message goes by itself.
func (t talk) leaves() bool { return t.node || t.route.Way != "" }

func (c *Cases) begin(ctx context.Context, name string) (k Case, list []Item, to talk, err error) {
	var last sql.NullInt64
	var own partnerview.Partner
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		if k, err = c.load(tx, name); err != nil {
			return err
		}
		if list, err = c.items(tx, k.Number); err != nil {
			return err
		}
		if own, _, err = c.Book.PartnerOf(tx, k.Site, c.Org); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT MAX(written) FROM case_message WHERE case_number = $1 AND way = $2`, k.Number, wayOut).Scan(&last)
	})
	if err != nil {
		return k, nil, to, err
	}
	k.show(c.now())
	to = talk{contact: contactOf(own, k.Site), at: max(c.now().Unix(), last.Int64+1)}
	to.node = k.Org != "" && c.mail != nil && c.mail.Reaches(k.Org)
	if k.Partner > 0 {
		if to.partner, err = c.Book.Get(ctx, k.Partner, time.Time{}); err != nil && !errors.Is(err, vault.ErrNotFound) {
			return k, nil, to, err
		}
		for _, r := range to.partner.Routes {
			if r.Purpose != purposeExceptions || r.Way == "node" {
				continue
			}
			if to.node = false; c.Routes != nil && c.Routes.Carries(r) {
				to.route = r
			}
		}
	}
	return k, list, to, nil
}

// aboutMessage is by what a message is found on its way.
func aboutMessage(uuid string) []byte {
	key := keyOf("routed "+KindException, uuid)
	return key[:]
}

// post keeps a message and queues it, if it goes to the partner's node or by a route.
func (c *Cases) post(tx *sql.Tx, k *Case, d draft, to talk) error {
	m := Message{UUID: d.uuid, Sort: d.sort, Out: true, Written: time.Unix(to.at, 0), Document: d.kept.ID}
	sent := int64(0)
	if to.node {
		e := envelope{d.raw, k.shipmentID()}
		id, err := c.mail.Queue(tx, exchange.Outgoing{To: k.Org, Kind: KindException, Key: keyOf(KindException, d.uuid), Payload: e.encode()})
		if err != nil {
			return err
		}
		m.delivery, sent = id, millis(c.now())
	} else if to.route.Way != "" {
		if err := c.Routes.Queue(tx, to.partner, to.route, d.kept, aboutMessage(d.uuid)); err != nil {
			return err
		}
		sent = millis(c.now())
	}
	return c.putMessage(tx, k.Number, m, sha256.Sum256(d.raw), sent)
}

func messageContext(uuid string) string { return "case message " + uuid }

func (c *Cases) putMessage(tx *sql.Tx, number int64, m Message, digest [32]byte, sent int64) error {
	var n int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM case_message WHERE case_number = $1`, number).Scan(&n); err != nil {
		return err
	}
	if n >= messagesMax {
		return limited("case %d has %d messages, the most that are kept; open another one", number, n)
	}
	way := wayIn
	if m.Out {
		way = wayOut
	}
	sealed, err := c.seal(messageContext(m.UUID), m.Note)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO case_message (uuid, case_number, n, way, sort, at, written, document, digest, delivery, sent, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		m.UUID, number, n+1, way, m.Sort, millis(c.now()), m.Written.Unix(), m.Document, digest[:], hashOrNil(m.delivery), sent, sealed)
	if err != nil {
		return err
	}
	code := "evidence/message-came"
	if m.Out {
		code = "evidence/message-went"
	}
	e := noted(EvidenceMessage, "", code, "sort", m.Sort, "message", m.UUID)
	e.Document, e.Hash = m.Document, proof.Hash(digest)
	return c.addEvidence(tx, number, e)
}

func (c *Cases) messages(tx *sql.Tx, number int64) ([]Message, error) {
	rows, err := tx.Query(`SELECT uuid, sort, way, at, written, document, delivery, sent, sealed FROM case_message WHERE case_number = $1 ORDER BY n`, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Message
	for rows.Next() {
		var m Message
		var way int
		var at, written, sent int64
		var delivery, sealed []byte
		if err := rows.Scan(&m.UUID, &m.Sort, &way, &at, &written, &m.Document, &delivery, &sent, &sealed); err != nil {
			return nil, err
		}
		if err := c.unseal(messageContext(m.UUID), sealed, &m.Note); err != nil {
			return nil, err
		}
		m.Out, m.At, m.Written = way == wayOut, moment(at), time.Unix(written, 0).UTC()
		switch {
		case delivery != nil:
			m.delivery, m.State = proof.Hash(delivery), "sent"
		case m.Out && sent == 0:
			m.State = "by-hand"
		case m.Out:
			m.State = "noted"
		}
		if !m.Out {
			m.State = "came"
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// delivered adds to a message how its delivery stands.
func (c *Cases) delivered(ctx context.Context, m *Message) {
	if c.Routes != nil && m.State == "noted" {
		if state, found, err := c.Routes.About(ctx, aboutMessage(m.UUID)); err == nil && found {
			m.State = state
		}
	}
	if c.mail == nil || !m.Out || m.delivery.IsZero() {
		return
	}
	s, err := c.mail.OutboxItem(ctx, m.delivery)
	if err != nil {
		return // it is older than the outbox
	}
	if m.State = s.State; s.Answer != "" || s.Note != "" {
		m.Note = s.Answer + ": " + s.Note
	}
	if s.Reason != "" {
		m.Note = s.Reason
	}
}

// Content opens a message of a case as it came or went.
func (c *Cases) Content(ctx context.Context, name, uuid string) (io.ReadCloser, error) {
	var document int64
	err := c.Vault.View(ctx, func(tx *sql.Tx) error {
		k, err := c.load(tx, name)
		if err != nil {
			return err
		}
		err = tx.QueryRow(`SELECT document FROM case_message WHERE uuid = $1 AND case_number = $2`, uuid, k.Number).Scan(&document)
		if errors.Is(err, sql.ErrNoRows) {
			return missing("case %d has no message %.80q", k.Number, uuid)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't open the message: %w", err)
	}
	r, _, err := c.Vault.OpenDocument(ctx, document)
	return r, err
}
