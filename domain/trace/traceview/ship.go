package traceview

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"pedigree/domain/trace"
	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// ShipRequest says what goes to whom.
type ShipRequest struct {
	Items  []string `json:"items"`            // any text that identifies a pack, case, pallet or tote
	To     string   `json:"to"`               // organisation
	PO     string   `json:"po,omitempty"`     // number of the purchase order; optional
	DESADV string   `json:"desadv,omitempty"` // number of the despatch advice; optional
	// FromGLN and ToGLN are the places; by default the organisations' own GLNs.
	FromGLN  string    `json:"from_gln,omitempty"`
	ToGLN    string    `json:"to_gln,omitempty"`
	Deadline time.Time `json:"deadline,omitempty"` // until when it can be received; 14 days from now when zero
	Return   bool      `json:"return,omitempty"`   // goods on their way back; the only way for recalled ones
	// CustodyOnly ships to a carrier or warehouse that does not buy; TitleOnly
	// sells goods that stay where they are. Both false: title and custody go.
	CustodyOnly bool `json:"custody_only,omitempty"`
	TitleOnly   bool `json:"title_only,omitempty"`
	// DropShipment says in the document that the goods go straight from, or to, a place
	// of a company that neither sells nor buys them, which FromGLN or ToGLN names.
	DropShipment bool `json:"drop_shipment,omitempty"`
	// Document is a stored document with the shipping event, when there is one
	// already; 0 lets this program write it.
	Document int64 `json:"document,omitempty"`
	// Strict refuses a document with findings that only hold up its data at the
	// receiver, such as a missing address; those that hold up the goods are always
	// refused, but for a return.
	Strict bool `json:"strict,omitempty"`
	// Force leaves out the checks against stock, document and buyer, for drills and
	// tests: the ledger refuses what may not be shipped all the same.
	Force bool `json:"force,omitempty"`
	Reserved

	why   *ReturnNote // of a return; nil of one that says no more
	order *HandOver   // that is carried out by it; nil for none
}

// instance names the shipment's document.
func (r *ShipRequest) instance() string {
	names := []string{r.DESADV, r.PO}
	if r.why != nil && r.why.RMA != "" {
		names = append(names, "return-"+r.why.RMA)
	}
	for _, name := range names {
		if name != "" && len(name) <= 64 {
			return strings.Map(fileRune, name[strings.LastIndexByte(name, ':')+1:])
		}
	}
	return "shipment"
}

func fileRune(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' {
		return r
	}
	return '-'
}

// ShipReport says what came of a shipment.
type ShipReport struct {
	ID       proof.Hash    `json:"id"`
	To       string        `json:"to"`
	Name     string        `json:"name"`    // of the shipment file
	Resumed  bool          `json:"resumed"` // a shipment of the same goods was there: it was completed, or is on offer
	Things   int           `json:"things"`  // packs, cases and pallets, at all levels; 0 when one was completed
	Deadline time.Time     `json:"deadline"`
	Items    []ShippedItem `json:"items"`
	// Delivery is the id in the outbox of the file that goes to the partner's node;
	// nothing when the file has to be sent by hand.
	Delivery *proof.Hash `json:"delivery,omitempty"`
	// Findings are what the receiver will find in the document, each with its remedy;
	// empty when the shipment was completed.
	Findings []dscsa.Found `json:"findings,omitempty"`
	// Introduced are the things from outside the network that came onto the ledger by
	// this shipment; empty when it was completed.
	Introduced []string `json:"introduced,omitempty"`
	// Buyer is what was known of the buyer when the goods were offered.
	Buyer *Authority `json:"buyer,omitempty"`
}

// ShippedItem is one top-level record.
type ShippedItem struct {
	Path    string `json:"path"`
	Refused string `json:"refused"` // why the ledger did not take it; empty when it is on its way
}

// Shipment directions and states.
const (
	directionOut = 1
	directionIn  = 2

	shipmentPlanned  = 1 // in the outbox, perhaps on the ledger
	shipmentOffered  = 2 // every item is on the ledger or was refused by it
	shipmentReceived = 3
	shipmentRejected = 4
	shipmentStopped  = 5 // came in and was not accepted
	shipmentRefused  = 6 // by the ledger
	shipmentBack     = 7 // reclaimed after the deadline

	// Of goods for somebody outside the network, of whom the ledger shows nothing.
	shipmentLeaving = 8  // their data is made and they are reserved; a person confirms that they have left
	shipmentLeft    = 9  // confirmed
	shipmentStayed  = 10 // called off
)

// errShipped marks a second shipment of the same goods.
var errShipped = errors.New("shipped already")

// Ship offers goods to a partner: it brings them to the surface, writes the
// document, commits to it, uses up the partner's prekeys and returns the sealed
// file that goes to the partner. The same call again completes it if it was
// interrupted, and returns the same shipment while it is on offer.
func (d *Desk) Ship(ctx context.Context, r ShipRequest) (ShipReport, []byte, error) {
	report, file, err := d.ship(ctx, r)
	if err != nil {
		return report, nil, fmt.Errorf("couldn't ship: %w", err)
	}
	return report, file, nil
}

func (d *Desk) ship(ctx context.Context, r ShipRequest) (ShipReport, []byte, error) {
	paths, err := shipPaths(r)
	if err != nil {
		return ShipReport{}, nil, err
	}
	if _, err := d.partner(r.To); err != nil {
		return ShipReport{}, nil, err
	}
	deadline, err := d.deadline(r.Deadline)
	if err != nil {
		return ShipReport{}, nil, err
	}
	if err := d.ensurePrekeys(ctx, r, paths); err != nil {
		return ShipReport{}, nil, err
	}
	defer d.topUp(context.WithoutCancel(ctx), r.To)
	s := &shipping{d: d, request: r, paths: paths, deadline: deadline}
	before, known, err := s.settle(ctx)
	if err != nil {
		return ShipReport{}, nil, err
	}
	if known {
		return d.finishShipment(ctx, before, true)
	}
	report, file, err := d.finishShipment(ctx, s.id, false)
	report.Things, report.Findings, report.Introduced = s.things, s.findings, s.introduced
	return report, file, err
}

// settle plans the shipment, or finds the one that was planned before. Two calls
// at once take turns, so that both answer with one shipment.
func (s *shipping) settle(ctx context.Context) (before proof.Hash, known bool, err error) {
	s.d.exchanges.Lock()
	defer s.d.exchanges.Unlock()
	if before, known, err = s.d.shipmentUnderWay(ctx, s.paths, s.request); known || err != nil {
		return before, known, err
	}
	for _, step := range []struct {
		done crash.Point
		do   func(context.Context) error
	}{{crash.ShipPrepared, s.prepare}, {crash.ShipPlanned, s.plan}} {
		if err := step.do(ctx); err != nil {
			return before, false, err
		}
		if err := s.d.pass(step.done); err != nil {
			return before, false, err
		}
	}
	return before, false, nil
}

// shipPaths reads the identifiers of a request.
func shipPaths(r ShipRequest) ([]string, error) {
	if len(r.Items) == 0 || len(r.Items) > ShipmentItemsMax {
		return nil, fmt.Errorf("%d items are named where 1 to %d can be shipped at once", len(r.Items), ShipmentItemsMax)
	}
	if r.CustodyOnly && r.TitleOnly {
		return nil, errors.New("custody only and title only exclude each other; name neither to ship both")
	}
	seen := map[string]bool{}
	var paths []string
	for _, text := range r.Items {
		path, err := itemPath(text)
		if err != nil {
			return nil, err
		}
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// itemPath reads any text that identifies one thing: a scan, a Digital Link, an
// EPC URN, a canonical path, or numbers typed by a person.
func itemPath(text string) (string, error) {
	if len(text) > TraceTextMax {
		return "", fmt.Errorf("the text has %d bytes where at most %d are read", len(text), TraceTextMax)
	}
	scan, err := gs1.Parse(text)
	if err != nil {
		return "", err
	}
	path, err := scan.Path()
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(path, "/01/") && !strings.Contains(path, "/21/") {
		return "", fmt.Errorf("%q names a product, not one pack: scan the code with its serial number", text)
	}
	return path, nil
}

// deadline turns a request's deadline into one that the ledger takes.
func (d *Desk) deadline(t time.Time) (uint64, error) {
	_, blockTime := d.chain.Status()
	now := max(uint64(d.now().Unix()), blockTime)
	if t.IsZero() {
		return now + DeadlineDefaultDays*24*3600, nil
	}
	at := uint64(max(t.Unix(), 0))
	if at < now+trace.DeadlineSecondsMin || at > blockTime+trace.DeadlineSecondsMax {
		return 0, fmt.Errorf("the deadline %s is not between an hour and 45 days from now; choose another", t.UTC().Format(time.RFC3339))
	}
	return at, nil
}

// shipping is one shipment in the making.
type shipping struct {
	d        *Desk
	request  ShipRequest
	paths    []string
	deadline uint64
	id       proof.Hash
	built    []Goods // as they stood when the document was made, one for each of the paths
	document Document
	docID    int64
	hashes   []proof.Hash
	checked  *dscsa.Checked // the document as its receiver reads it, when it was read so
	memoSalt proof.Hash
	things   int    // packs, cases and pallets, at all levels
	third    string // who keeps these goods of ours, or whose goods we keep here
	findings []dscsa.Found
	// introduced are the things from outside the network that come onto the ledger by it
	introduced []string
}

// prepare checks that the goods may be shipped and keeps the document.
func (s *shipping) prepare(ctx context.Context) error {
	rand.Read(s.id[:])
	rand.Read(s.memoSalt[:])
	err := s.build(ctx)
	if err == nil {
		err = s.checkDocument()
	}
	if err != nil || s.docID != 0 {
		return err
	}
	s.docID, err = s.d.putDocument(ctx, s.document.Name, s.document.MediaType, s.request.To, bytes.NewReader(s.document.Bytes), vault.Out)
	return err
}

// build checks that the goods may be shipped and settles the document, which is kept
// already when it was captured.
func (s *shipping) build(ctx context.Context) error {
	doc := shippingDocument{d: s.d, request: s.request, now: s.d.now().UTC().Truncate(time.Second), from: shipParty{org: s.d.sign.Org()}, to: shipParty{org: s.request.To}}
	known := make(chan struct{})
	gathered := beside(func() error {
		defer close(known)
		return s.gather(ctx, &doc)
	})
	whole := false
	var err error
	if s.request.Document != 0 { // read while the goods are gathered
		whole, err = s.takeDocument(ctx, &doc, known)
	}
	if lacks := gathered(); lacks != nil {
		return lacks // goods that can't go say more than a document without them
	}
	if lacks := s.d.asPacked(ctx, doc.goods, doc.sellers); lacks != nil {
		return lacks
	}
	if err != nil || whole {
		return err
	}
	var refs []eventRef
	err = s.d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		refs, err = historyOf(tx, doc.goods)
		return err
	})
	if err != nil {
		return err
	}
	s.document, s.hashes, err = doc.write(ctx, refs)
	return err
}

// gather builds the goods, which must be fit to be shipped, and says to the document
// what it is about.
func (s *shipping) gather(ctx context.Context, doc *shippingDocument) error {
	return s.d.vault.View(ctx, func(tx *sql.Tx) error {
		b := newGoodsBuilder(tx)
		var goods []Goods
		var sellers []int64
		for _, path := range s.paths {
			it, err := s.check(tx, path)
			if err != nil {
				return err
			}
			if it.status == StatusOutside { // its record is planned with the offer
				s.introduced = append(s.introduced, path)
				g, err := outsideGoods(tx, it)
				if err != nil {
					return err
				}
				if sellers, err = sellersDocuments(tx, &g, sellers); err != nil {
					return err
				}
				goods, s.things = append(goods, g), s.things+g.things()
				continue
			}
			g, err := b.record(it)
			if err != nil {
				return err
			}
			goods, s.things = append(goods, g), s.things+g.things()
		}
		if err := noneDispensed(tx, goods); err != nil {
			return err
		}
		s.built, doc.goods, doc.sellers, doc.third = goods, goods, sellers, shipParty{org: s.third}
		return nil
	})
}

// takeDocument takes the stored document that the request names, and holds it against
// the goods once they are known. One that tells of other goods too is not passed on: its
// shipping event is, in a document of its own.
func (s *shipping) takeDocument(ctx context.Context, own *shippingDocument, known <-chan struct{}) (whole bool, err error) {
	content, kept, err := s.d.vault.OpenDocument(ctx, s.request.Document)
	if err != nil {
		return false, err
	}
	defer content.Close()
	raw, err := readWhole(content, kept.Size)
	if err != nil {
		return false, err
	}
	if len(raw) > ShipmentSizeMax {
		return false, fmt.Errorf("document %d has more than %d bytes; ship fewer items at a time", s.request.Document, ShipmentSizeMax)
	}
	doc := Document{Name: s.request.instance() + ".xml", MediaType: mediaTypeXML, Bytes: raw}
	whole, hashes, found, err := own.covers(doc, known)
	if err != nil || !whole {
		return false, err
	}
	s.docID, s.document, s.hashes, s.checked = s.request.Document, doc, hashes, found
	return true, nil
}

// check refuses what is not here to be shipped.
func (s *shipping) check(tx *sql.Tx, path string) (item, error) {
	it, ok, err := loadItem(tx, path)
	if err != nil {
		return it, err
	}
	if !ok {
		return it, fmt.Errorf("%s is not in stock: it was never commissioned or received here; check the identifier, or capture its document first: %w", path, vault.ErrNotFound)
	}
	if it.status == StatusOutside {
		return it, s.mayIntroduce(tx, &it)
	}
	if s.request.Force {
		return it, nil
	}
	top, err := topOf(tx, it)
	if err != nil {
		return it, err
	}
	if err := s.mayGo(path, top); err != nil {
		return it, err
	}
	return it, s.d.chain.Read(func(st ledger.State) error { return s.checkLedger(tx, st, top) })
}

// shippable refuses what is not on hand, by what is known here.
func shippable(path string, top item) error {
	switch top.status {
	case StatusOnHand:
		return nil
	case StatusOffered:
		return fmt.Errorf("%s is %w, to %s, and not received yet; send its file again (pedigree shipments), ask the receiver to reject it, or take it back after the deadline (pedigree reclaim)", path, errShipped, top.partner)
	case StatusAway:
		return fmt.Errorf("%s is %w: %s has received it; it can come back only by a return", path, errShipped, top.partner)
	case StatusExpected:
		return fmt.Errorf("%s is offered to you by %s and not received yet; receive it first", path, top.partner)
	case StatusEnded, StatusDispensed:
		return fmt.Errorf("%s has left the supply (dispensed, destroyed, exported or lost here); it can't be shipped", path)
	case StatusRefused:
		return fmt.Errorf("%s was refused; it is its sender's", path)
	case StatusOutside:
		return fmt.Errorf("%s came from outside the network and is not on the ledger; only goods on the ledger are shipped on it", path)
	case StatusLeft:
		return fmt.Errorf("%s has left the network; bring it back first: pedigree reenter", path)
	default:
		return fmt.Errorf("%s is only reported here, not in stock; receive it first", path)
	}
}

// checkLedger names at once what the ledger would refuse.
func (s *shipping) checkLedger(tx queryer, st ledger.State, top item) error {
	o, err := openItem(tx, top)
	if err != nil {
		return err
	}
	r, ok := trace.GetRecord(st, trace.Name{Origin: o.origin, Leaf: o.leaf})
	if !ok {
		return nil // still on its way to the ledger
	}
	c, _ := trace.GetOrigin(st, o.origin)
	switch {
	case r.Flags&(proof.FlagHeld|proof.FlagFrozen) != 0:
		return fmt.Errorf("%s is on hold or frozen; clear the hold first", top.path)
	case r.Flags&(proof.FlagSuspect|proof.FlagIllegitimate|proof.FlagStolen) != 0 && !s.request.Return:
		return fmt.Errorf("%s is marked suspect, illegitimate or stolen; it may only be shipped as a return", top.path)
	case c.Recall != 0 && !s.request.Return:
		return fmt.Errorf("%s is under recall %d; it may only be shipped as a return", top.path, c.Recall)
	}
	return nil
}

// topOf walks from a thing up to what it is sealed or packed in.
func topOf(tx queryer, it item) (item, error) {
	for range proof.NestMax + SealedLevelsMax + 1 {
		in := it.packedIn
		if !it.surfaced {
			in = it.sealedIn
		}
		if in == "" {
			return it, nil
		}
		var err error
		if it, err = mustItem(tx, in); err != nil {
			return it, err
		}
	}
	return it, fmt.Errorf("couldn't find what %s is in: the stock rows form a circle; restore the private store from a backup", it.path)
}
