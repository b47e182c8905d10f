package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// States of an order to hand goods over, of both sides.
const (
	handOverOrdered  = 1 // sent, or come and not answered
	handOverAccepted = 2 // the keeper will hand them on
	handOverRefused  = 3
	handOverShipped  = 4 // the keeper offered custody to the receiver
	// handOverWithdrawn: the owner took it back before the goods went.
	handOverWithdrawn = 5
)

var handOverStates = [...]string{handOverOrdered: "ordered", handOverAccepted: "accepted", handOverRefused: "refused", handOverShipped: "shipped", handOverWithdrawn: "withdrawn"}

// HandOverOrder asks who keeps goods of ours to hand them on. It sells nothing: title is
// ours to offer.
type HandOverOrder struct {
	Items []string  `json:"items" minItems:"1" maxItems:"256" doc:"Things of ours that one other organisation keeps, as scanned or typed"`
	To    string    `json:"to" maxLength:"64" doc:"Organisation that is to have them; our own to have them back"`
	PO    string    `json:"po,omitempty" maxLength:"64" doc:"Number of the order"`
	Text  string    `json:"text,omitempty" maxLength:"200" doc:"In words, for the keeper"`
	By    time.Time `json:"by,omitzero" doc:"Until when"`
}

// HandOver is an order to hand goods over, ours or one to us.
type HandOver struct {
	ID       proof.Hash  `json:"id"`
	Ours     bool        `json:"ours" doc:"We ordered it; false: we keep the goods"`
	Partner  string      `json:"partner" doc:"Who keeps the goods, or whose goods we keep"`
	To       string      `json:"to"`
	State    string      `json:"state" enum:"ordered,accepted,refused,shipped,withdrawn"`
	PO       string      `json:"po,omitempty"`
	Text     string      `json:"text,omitempty"`
	Reason   string      `json:"reason,omitempty" doc:"Why it was refused or withdrawn"`
	By       time.Time   `json:"by,omitzero"`
	Created  time.Time   `json:"created"`
	Shipment *proof.Hash `json:"shipment,omitempty" doc:"The keeper's shipment that hands them on"`
	Items    []string    `json:"items"`

	delivery []byte // that brought it; of one to us
}

// handOverTold is the sealed part of an order.
type handOverTold struct {
	PO     string `json:"po,omitempty"`
	Text   string `json:"text,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// OrderHandOver sends an order to the organisation that keeps goods of ours. Nothing
// moves by it: a person there accepts or refuses it, and ships.
func (d *Desk) OrderHandOver(ctx context.Context, r HandOverOrder) (HandOver, error) {
	h, err := d.orderHandOver(ctx, r)
	if err != nil {
		return h, fmt.Errorf("couldn't order goods to be handed over: %w", err)
	}
	return h, nil
}

func (d *Desk) orderHandOver(ctx context.Context, r HandOverOrder) (HandOver, error) {
	paths, err := actPaths(r.Items, HandOverItemsMax)
	if err != nil {
		return HandOver{}, err
	}
	if len(r.Text) > HandOverTextMax || len(r.PO) > orderTextMax {
		return HandOver{}, ledger.CodeMalformed.Errorf("the order has more than %d bytes of words or %d of a number", HandOverTextMax, orderTextMax)
	}
	if r.To != d.sign.Org() {
		if _, err := d.partner(r.To); err != nil {
			return HandOver{}, err
		}
	}
	h := HandOver{Ours: true, To: r.To, State: handOverStates[handOverOrdered], PO: r.PO, Text: r.Text, By: r.By.UTC().Truncate(time.Second), Created: d.now().UTC().Truncate(time.Second), Items: paths}
	rand.Read(h.ID[:])
	m := HandOverMessage{ID: h.ID, To: r.To, PO: r.PO, Text: r.Text, Paths: paths}
	if !r.By.IsZero() {
		m.By = uint64(max(r.By.Unix(), 0))
	}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		if h.Partner, err = keeperOfAll(tx, paths); err != nil {
			return err
		}
		switch {
		case h.Partner == r.To:
			return fmt.Errorf("%s keeps them already; sell the title to it (pedigree ship --title-only)", r.To)
		case !d.reaches(h.Partner):
			return fmt.Errorf("%s takes no messages on this network; tell it what to hand over to whom", h.Partner)
		}
		if _, err := d.mail.Queue(tx, exchange.Outgoing{To: h.Partner, Kind: KindHandOver, Key: h.ID, Payload: m.Encode()}); err != nil {
			return err
		}
		return d.putHandOver(tx, &h)
	})
	if err == nil {
		d.mail.Wake()
	}
	return h, err
}

// keeperOfAll is the organisation that keeps goods of ours, all of them.
func keeperOfAll(tx queryer, paths []string) (string, error) {
	keeper := ""
	for _, p := range paths {
		it, ok, err := loadItem(tx, p)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", fmt.Errorf("%s is not in stock; check the identifier: %w", p, vault.ErrNotFound)
		}
		top, err := topOf(tx, it)
		if err != nil {
			return "", err
		}
		by := top.partner
		if top.status != StatusInCare { // its title may be sold by now
			if by, err = soldFrom(tx, top); err != nil {
				return "", err
			}
		}
		switch {
		case by == "":
			return "", fmt.Errorf("no other organisation keeps %s for you: %s", p, standingText(top))
		case keeper != "" && by != keeper:
			return "", fmt.Errorf("%s and %s keep them; order of each what it keeps", keeper, by)
		}
		keeper = by
	}
	return keeper, nil
}

// soldFrom is the organisation that keeps goods whose title we offered or sold since; ""
// where there is none.
func soldFrom(tx queryer, top item) (keeper string, err error) {
	if top.status != StatusOffered && top.status != StatusAway || top.holderKey != 0 {
		return "", nil
	}
	var none proof.Key
	err = tx.QueryRow(`SELECT s.partner FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment
		WHERE i.path = ? AND s.direction = ? AND i.status = ? AND i.owner = ? ORDER BY s.created DESC, s.n DESC LIMIT 1`, top.path, directionOut, shipmentReceived, none[:]).Scan(&keeper)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return keeper, err
}

// putHandOver writes an order's rows.
func (d *Desk) putHandOver(tx *sql.Tx, h *HandOver) error {
	sealed, err := sealJSON(d.vault, handOverContext(h.ID[:]), handOverTold{h.PO, h.Text, h.Reason})
	if err != nil {
		return err
	}
	direction, by := directionIn, int64(0)
	if h.Ours {
		direction = directionOut
	}
	if !h.By.IsZero() {
		by = h.By.Unix()
	}
	done, err := tx.Exec(`INSERT INTO pick_handover (id, direction, partner, receiver, state, due, created, delivery, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		h.ID[:], direction, h.Partner, h.To, handOverOrdered, by, h.Created.Unix(), h.delivery, sealed)
	if err != nil {
		return fmt.Errorf("couldn't keep the order: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for _, p := range h.Items {
		if _, err := tx.Exec(`INSERT INTO pick_handed (handover, path) VALUES (?, ?)`, h.ID[:], p); err != nil {
			return fmt.Errorf("couldn't keep the order: %w", err)
		}
	}
	return nil
}

// HandOvers lists orders to hand goods over, of both sides, the newest first. One that was
// withdrawn before it came isn't there.
func (d *Desk) HandOvers(ctx context.Context) ([]HandOver, error) {
	list := []HandOver{}
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		list, err = d.handOvers(tx, `WHERE receiver <> '' ORDER BY created DESC, id LIMIT ?`, HandOversListMax)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list hand-overs: %w", err)
	}
	return list, nil
}

// handOver reads one order.
func (d *Desk) handOver(tx queryer, id proof.Hash) (HandOver, error) {
	list, err := d.handOvers(tx, `WHERE id = ?`, id[:])
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("there is no hand-over %s: %w", id, vault.ErrNotFound)
	}
	if err != nil {
		return HandOver{}, err
	}
	return list[0], nil
}

func (d *Desk) handOvers(tx queryer, which string, args ...any) ([]HandOver, error) {
	rows, err := tx.Query(`SELECT id, direction, partner, receiver, state, due, created, delivery, shipment, told FROM pick_handover `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []HandOver{}
	for rows.Next() {
		var h HandOver
		var id, shipment, sealed []byte
		var direction, state int
		var due, created int64
		if err := rows.Scan(&id, &direction, &h.Partner, &h.To, &state, &due, &created, &h.delivery, &shipment, &sealed); err != nil {
			return nil, err
		}
		plain, err := d.vault.OpenValue(handOverContext(id), sealed)
		if err != nil {
			return nil, err
		}
		var told handOverTold
		if err := json.Unmarshal(plain, &told); err != nil {
			return nil, err
		}
		h.ID, h.Ours, h.State, h.Created = proof.Hash(id), direction == directionOut, handOverStates[state], time.Unix(created, 0).UTC()
		h.PO, h.Text, h.Reason = told.PO, told.Text, told.Reason
		if due != 0 {
			h.By = time.Unix(due, 0).UTC()
		}
		if len(shipment) == proof.HashSize {
			s := proof.Hash(shipment)
			h.Shipment = &s
		}
		list = append(list, h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Items, err = handedItems(tx, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func handedItems(tx queryer, id proof.Hash) ([]string, error) {
	return readPaths(tx, `SELECT path FROM pick_handed WHERE handover = ? ORDER BY path LIMIT ?`, id[:], HandOverItemsMax)
}
