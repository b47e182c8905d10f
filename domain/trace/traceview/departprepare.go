package traceview

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// PrepareRequest says what is to leave the network, and for whom.
type PrepareRequest struct {
	Items   []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things in our hands, on the ledger or bought outside the network, as scanned or typed"`
	To      string   `json:"to" minLength:"1" maxLength:"64" doc:"Buyer outside the network: its number in the address book, or a GLN of it"`
	PO      string   `json:"po,omitempty" maxLength:"64" doc:"Number of the buyer's order"`
	DESADV  string   `json:"desadv,omitempty" maxLength:"64" doc:"Number of the despatch advice"`
	FromGLN string   `json:"from_gln,omitempty" doc:"Place that it leaves; by default the organisation's own GLN"`
	ToGLN   string   `json:"to_gln,omitempty" doc:"Place that it goes to; by default the buyer's first GLN in the address book"`
	// DropShipment says so in the data; FromGLN or ToGLN names the other company's place.
	DropShipment bool `json:"drop_shipment,omitempty" doc:"The goods go straight from, or to, a place of a company that neither sells nor buys them"`
	// Surface says what can come back alone; SurfacePacks when empty.
	Surface   string `json:"surface,omitempty" enum:"packs,cases,none" doc:"What can come back alone: packs (of up to 256 in a container, else cases), cases, or none"`
	Reason    string `json:"reason,omitempty" maxLength:"200" doc:"Kept here; the ledger gets a commitment to it"`
	Strict    bool   `json:"strict,omitempty" doc:"Refuse also what would only hold up the data at the buyer, such as a missing address"`
	Anyway    bool   `json:"anyway,omitempty" doc:"Send the data also with findings that hold up the goods or the data at the buyer"`
	CheckOnly bool   `json:"check_only,omitempty" doc:"Only say what the buyer would find in the data; nothing is kept, reserved or sent"`
	Reserved

	back *ReturnNote // of goods that go back to their seller; nil of a sale
}

// Departure is goods on their way to somebody outside the network, with their data.
// Until a person confirms that they have left, they are ours.
type Departure struct {
	ID       *proof.Hash    `json:"id,omitempty" doc:"Number of the departure among the shipments; none where it was only checked"`
	To       string         `json:"to" doc:"Number in the address book"`
	Name     string         `json:"name" doc:"Of the buyer"`
	State    string         `json:"state,omitempty" doc:"not confirmed, left or called off"`
	Resumed  bool           `json:"resumed" doc:"A departure of the same things to the same buyer was there already"`
	Items    []string       `json:"items" doc:"Paths of what was named"`
	Things   int            `json:"things" doc:"Packs, cases and pallets, at all levels; 0 of one that was there"`
	Document int64          `json:"document,omitempty" doc:"Number of its transaction data among the documents that are kept"`
	Blocks   string         `json:"blocks,omitempty" doc:"What is held up at the buyer by what it will find in the data: goods, data or none"`
	Findings []dscsa.Found  `json:"findings" doc:"What the buyer will find in the data, each with its remedy"`
	Checked  *dscsa.Checked `json:"checked,omitempty" doc:"The whole of it, where it was only checked"`
	Buyer    *Authority     `json:"buyer,omitempty" doc:"What was known of the buyer"`
	Posted   *Posted        `json:"posted,omitempty" doc:"What became of the data"`
	Next     string         `json:"next,omitempty"`
}

// Posted is transaction data that was handed to a partner's route.
type Posted struct {
	Parcel int64  `json:"parcel,omitempty" doc:"Number of the parcel; none where it could not be queued"`
	Way    string `json:"way,omitempty"`
	State  string `json:"state,omitempty" doc:"Of the parcel: queued, sent, acknowledged, failed or dropped"`
	Unsent string `json:"unsent,omitempty" doc:"Why it is not on its way"`
}

// Post queues the data of a departure by the buyer's route, once however often it is
// asked; what keeps it from being sent stands in Unsent.
type Post func(ctx context.Context, departure proof.Hash, anyway bool) (Posted, error)

// Prepare makes the transaction data of goods that are to leave the network, checks it
// as its buyer will, queues it by the buyer's route, and reserves the goods. Nothing
// leaves by it: Confirm does that once the goods are gone, and Void calls it off. The
// same call again returns the same departure, and completes one that was cut off.
//
//	d, err := desk.Prepare(ctx, traceview.PrepareRequest{Items: []string{pallet}, To: "4", PO: "PO-7"})
func (d *Desk) Prepare(ctx context.Context, r PrepareRequest) (Departure, error) {
	out, err := d.prepare(ctx, r)
	if err != nil {
		return out, fmt.Errorf("couldn't make the data of goods that are to leave the network: %w", err)
	}
	return out, nil
}

func (d *Desk) prepare(ctx context.Context, r PrepareRequest) (Departure, error) {
	p := &parting{d: d, request: r}
	if err := p.read(ctx); err != nil {
		return Departure{}, err
	}
	if r.CheckOnly {
		if err := p.build(ctx); err != nil {
			return Departure{}, err
		}
		out := p.report()
		out.Checked = &p.checked
		return out, nil
	}
	resumed, err := p.settle(ctx)
	if err != nil {
		return Departure{}, err
	}
	out := p.report()
	out.ID, out.Document, out.State, out.Resumed, out.Buyer = &p.id, p.docID, shipmentStates[shipmentLeaving], resumed, p.word
	if out.Posted, err = d.postData(ctx, p.id, r.Anyway); err != nil {
		return out, err
	}
	out.Next = p.next(out.Posted)
	return out, d.pass(crash.ShipCarried)
}

// postData has the data of a departure sent; nil where nothing here sends any.
func (d *Desk) postData(ctx context.Context, id proof.Hash, anyway bool) (*Posted, error) {
	if d.post == nil {
		return nil, nil
	}
	sent, err := d.post(ctx, id, anyway)
	if err != nil {
		return nil, fmt.Errorf("the departure %s is prepared, and its data could not be queued; ask again: %w", id, err)
	}
	return &sent, nil
}

// parting is goods that are to leave the network, in the making.
type parting struct {
	d        *Desk
	request  PrepareRequest
	paths    []string
	buyer    Buyer
	id       proof.Hash
	goods    []Goods
	sellers  []int64 // transaction data with which goods of it came from outside the network
	things   int
	document Document
	docID    int64
	checked  dscsa.Checked
	findings []dscsa.Found
	word     *Authority
}

// read checks a request, and finds the buyer.
func (p *parting) read(ctx context.Context) (err error) {
	if p.paths, err = actPaths(p.request.Items, LeaveItemsMax); err != nil {
		return err
	}
	if p.request.Surface, p.request.Reason, err = leaving(p.request.Surface, p.request.Reason, p.request.back); err != nil {
		return err
	}
	if p.d.partners == nil {
		return fmt.Errorf("no address book names the buyer %.70q", p.request.To)
	}
	found := false
	err = p.d.vault.View(ctx, func(tx *sql.Tx) error {
		p.buyer, found, err = p.d.partners.PartnerOf(tx, p.request.To)
		return err
	})
	switch {
	case err != nil:
		return err
	case !found:
		return api.Coded(fmt.Errorf("the address book has no partner %.70q", p.request.To), ledger.NotFound, "trace/no-buyer", "enter it: pedigree partner add, then pedigree partner site with its GLN")
	case p.buyer.Org != "":
		return api.Coded(fmt.Errorf("partner %d is %s, a member of the network: goods for it don't leave the network", p.buyer.Number, p.buyer.Org), ledger.Conflict, "trace/buyer-is-member", "pedigree ship ITEM --to "+p.buyer.Org)
	case len(p.buyer.GLNs) == 0:
		return api.Coded(fmt.Errorf("the address book has no GLN of partner %d (%s), so the data can't name it", p.buyer.Number, p.buyer.Name), ledger.Conflict, "trace/buyer-without-gln", "enter its place with its GLN: pedigree partner site "+p.buyer.key())
	}
	return nil
}

// settle makes the departure, or finds the one of the same things. Two calls at once
// take turns, so that both answer with one departure.
func (p *parting) settle(ctx context.Context) (resumed bool, err error) {
	p.d.exchanges.Lock()
	defer p.d.exchanges.Unlock()
	if resumed, err = p.underWay(ctx); resumed || err != nil {
		return resumed, err
	}
	if err := p.build(ctx); err != nil {
		return false, err
	}
	rand.Read(p.id[:])
	if p.docID, err = p.d.putDocument(ctx, p.document.Name, p.document.MediaType, p.buyer.key(), bytes.NewReader(p.document.Bytes), vault.Out); err != nil {
		return false, err
	}
	if err := p.d.pass(crash.ShipPrepared); err != nil {
		return false, err
	}
	if err := p.d.vault.Update(ctx, p.keep); err != nil {
		return false, err
	}
	return false, p.d.pass(crash.ShipPlanned)
}

// build gathers the goods, which must be fit to leave, writes the document and checks it.
func (p *parting) build(ctx context.Context) error {
	if err := p.d.vault.View(ctx, p.gather); err != nil {
		return err
	}
	if err := p.d.asPacked(ctx, p.goods, p.sellers); err != nil {
		return err
	}
	if err := p.write(ctx); err != nil {
		return err
	}
	var err error
	p.checked, err = dscsa.Check(bytes.NewReader(p.document.Bytes), dscsa.ReadOptions{File: p.document.Name, Now: p.d.now()})
	if err != nil {
		return err
	}
	told, grave := heldUp(p.checked.Found, p.request.Strict)
	p.findings = told
	if p.request.back != nil || p.request.CheckOnly || len(grave) == 0 {
		return nil
	}
	return api.Coded(
		fmt.Errorf("%s in the data would hold up the %s at %s: %s [%s]; %s. Nothing was reserved or sent",
			counted(len(grave), "finding"), grave[0].Fix.Blocks, p.buyer.Name, grave[0].Text, grave[0].Rule, grave[0].Fix.Do),
		ledger.Conflict, "trace/document-faults", "pedigree depart ITEM --to "+p.buyer.key()+" --check-only shows all of them",
	)
}

// gather takes each thing that is named, with all that is in it.
func (p *parting) gather(tx *sql.Tx) error {
	w := p.d.begin(tx, 0)
	l := departing{request: LeaveRequest{Surface: p.request.Surface}, back: p.request.back != nil}
	for _, path := range p.paths {
		outside, err := l.fromOutside(w, path)
		if err != nil {
			return err
		}
		if outside {
			if p.sellers, err = sellersDocuments(tx, &l.goods[len(l.goods)-1], p.sellers); err != nil {
				return err
			}
			continue
		}
		if _, err := w.inHand(path); err != nil {
			return err
		}
		if _, err := l.look(w, path); err != nil {
			return err
		}
	}
	p.goods = l.goods
	for i := range p.goods {
		p.things += p.goods[i].things()
	}
	return nil
}

// report is what is known of the departure so far.
func (p *parting) report() Departure {
	out := Departure{
		To: p.buyer.key(), Name: p.buyer.Name, Items: p.paths, Things: p.things, Blocks: p.checked.Blocks, Findings: p.findings,
	}
	if out.Findings == nil {
		out.Findings = []dscsa.Found{}
	}
	return out
}

// next says what a person does now.
func (p *parting) next(sent *Posted) string {
	last := fmt.Sprintf("when the goods have left, confirm it (pedigree depart --confirm %s); call it off with pedigree void %s", p.id, p.id)
	if sent == nil || sent.Parcel != 0 {
		return last
	}
	return fmt.Sprintf("hand the buyer the data before the goods leave: mend that and send it (pedigree ti send %s), or enter a route by hand and carry it; %s", p.id, last)
}
