package traceview

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// What every shipping document says (GS1 US guideline R1.3, section on the
// header; FD&C Act section 581(27)).
const (
	guidelineVersion = "GS1 US DSCSA R1.3"
	legalNotice      = "Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(G)."
	linkDomain       = "https://id.gs1.org"
	mediaTypeXML     = "application/xml"
)

// shippingDocument writes the EPCIS document that goes with a shipment: master
// data, the commissioning and present packing of everything in it (from what was
// captured or received here, cut down to what is shipped), and the shipping event.
type shippingDocument struct {
	d        *Desk
	request  ShipRequest
	now      time.Time
	goods    []Goods
	parents  map[string]string // path of each thing to the path of what it is directly in
	written  map[string]string // path to the identifier as upstream wrote it
	prefixes *gs1.Prefixes
	header   *epcis.Header
	seen     map[string]bool    // master data that is in the header already
	told     map[[2]string]bool // path and parent, "" for its commission: what an event said already
	events   []*epcis.Event
	from, to shipParty
	third    shipParty    // who keeps these goods of ours, or whose goods we keep; without an organisation: nobody
	given    *epcis.Event // the shipping event, when it was captured before
	sellers  []int64      // transaction data with which goods came from outside the network
}

// shipParty is one side of a shipment.
type shipParty struct {
	org    string // "" of one outside the network
	member proof.Member
	party  string // URI of the owning party
	place  string // URI of the location
}

// eventRef names an event of a stored document.
type eventRef struct {
	doc, ordinal int64
	reported     bool // only in a partner's file: neither ours nor in a shipment that was received
}

// before puts what is known best first, and each document's events in its order.
func (a eventRef) before(b eventRef) int {
	switch {
	case a.reported != b.reported && b.reported, a.reported == b.reported && a.doc < b.doc:
		return -1
	case a.reported != b.reported || a.doc != b.doc:
		return 1
	}
	return cmp.Compare(a.ordinal, b.ordinal)
}

// write returns the document's bytes and its events' hashes.
func (s *shippingDocument) write(ctx context.Context, refs []eventRef) (Document, []proof.Hash, error) {
	s.begin()
	s.header = &epcis.Header{
		Form: epcis.XML, SchemaVersion: "1.2", CreationDate: s.now,
		GuidelineVersion: guidelineVersion, Statement: &epcis.TransactionStatement{Affirm: "true", LegalNotice: legalNotice},
	}
	if err := s.parties(); err != nil {
		return Document{}, nil, err
	}
	if err := s.history(ctx, refs); err != nil {
		return Document{}, nil, err
	}
	if err := s.products(ctx); err != nil {
		return Document{}, nil, err
	}
	if err := s.locations(ctx); err != nil {
		return Document{}, nil, err
	}
	s.events = append(s.events, s.shippingEvent())
	return s.encode()
}

func (s *shippingDocument) begin() {
	s.parents, s.written, s.seen = map[string]string{}, map[string]string{}, map[string]bool{}
	s.told = map[[2]string]bool{}
	for i := range s.goods {
		for g, in := range s.goods[i].All() {
			s.parents[g.Path] = in
		}
	}
}

// covers tells whether a stored document tells of nothing but these goods, with the
// hashes of its events, and remembers their shipping event. It reads the document as its
// receiver will, and hands on what that finds. The goods are there once known is closed.
func (s *shippingDocument) covers(doc Document, known <-chan struct{}) (only bool, hashes []proof.Hash, found *dscsa.Checked, err error) {
	only = true
	compare := func(e *epcis.Event) {
		mine := 0
		for epc := range e.Objects() {
			if s.ships(epc, "") {
				mine++
			} else {
				only = false
			}
		}
		if mine > 0 && e.BizStep == "shipping" && e.Action == epcis.Observe {
			s.given = e
		}
	}
	early := earlyEvents{known: known, begin: s.begin, look: compare}
	c, err := dscsa.Check(bytes.NewReader(doc.Bytes), dscsa.ReadOptions{File: doc.Name, Now: s.d.now(), Each: func(e *epcis.Event) error {
		early.event(e)
		return nil
	}})
	early.end()
	if err != nil {
		return false, nil, nil, err
	}
	found = &c
	for _, h := range c.Hashes {
		hashes = append(hashes, proof.Hash(h))
	}
	if len(hashes) == 0 || slices.Contains(hashes, proof.Hash{}) { // its receiver can't read it whole: say why
		s.begin()
		only, found, s.given = true, nil, nil
		hashes, err = readEvents(doc, func(e *epcis.Event, _ proof.Hash) error {
			compare(e)
			return nil
		})
	}
	if err == nil && s.given == nil {
		err = errors.New("the document has no shipping event that names these goods; capture a right one, or let this program write it")
	}
	return only, hashes, found, err
}

// parties settles who ships to whom, from where to where.
func (s *shippingDocument) parties() error {
	var all []string
	err := s.d.chain.Read(func(st ledger.State) error {
		for _, p := range s.everyone() {
			if p.org != "" { // else it is outside the network, and the address book named it
				m, err := activeMember(st, p.org)
				if err != nil {
					return err
				}
				p.member = m
			}
			for _, prefix := range p.member.Prefixes {
				if n := len(prefix.Prefix); n >= gs1.MinPrefix && n <= gs1.MaxPrefix && !slices.Contains(all, prefix.Prefix) {
					all = append(all, prefix.Prefix)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.prefixes, err = gs1.NewPrefixTable(all); err != nil {
		s.prefixes, err = gs1.NewPrefixTable(nil) // prefixes that nest: links instead of URNs then
		if err != nil {
			return err
		}
	}
	if err := s.settle(&s.from, s.request.FromGLN); err != nil {
		return err
	}
	if err := s.settle(&s.to, s.request.ToGLN); err != nil {
		return err
	}
	if s.third.org != "" {
		if err := s.settle(&s.third, ""); err != nil {
			return err
		}
	}
	if s.request.DropShipment && s.from.place == s.from.party && s.to.place == s.to.party {
		return api.Coded(errors.New("a drop shipment comes from, or goes to, a place of a company that neither sells nor buys, and none is named"),
			ledger.Invalid, "trace/drop-shipment", "name that place by its GLN: --from-gln or --to-gln")
	}
	s.header.SBDH = &epcis.SBDH{
		Sender: epcis.Partner{Authority: "GS1", ID: s.from.party}, Receiver: epcis.Partner{Authority: "GS1", ID: s.to.party},
		InstanceID: s.request.instance(), Created: s.now,
	}
	return nil
}

func (s *shippingDocument) settle(p *shipParty, place string) error {
	var gln string
	for _, id := range p.member.IDs {
		if id.Kind == proof.IdentGLN {
			gln = id.Value
			break
		}
	}
	if gln == "" {
		return fmt.Errorf("%s has no GLN in the members' registry, so the document can't name it; have one registered", p.org)
	}
	if place == "" {
		place = gln
	}
	if _, err := gs1.ParseGLN(place); err != nil {
		return err
	}
	p.party, p.place = s.uri("/414/"+gln), s.uri("/414/"+place)
	return nil
}

// uri writes a path as upstream wrote it, else as EPC URN, else as Digital Link.
func (s *shippingDocument) uri(path string) string {
	if u, ok := s.written[path]; ok {
		return u
	}
	if u, err := gs1.URNFromPath(path, s.prefixes); err == nil {
		return u
	}
	return linkDomain + path
}

// history copies what stored documents say of the goods.
func (s *shippingDocument) history(ctx context.Context, refs []eventRef) error {
	slices.SortFunc(refs, eventRef.before)
	for len(refs) > 0 {
		n := 1
		for n < len(refs) && refs[n].doc == refs[0].doc && refs[n].reported == refs[0].reported {
			n++
		}
		if err := s.fromDocument(ctx, refs[:n]); err != nil {
			return fmt.Errorf("couldn't copy the history of the goods: %w", err)
		}
		refs = refs[n:]
	}
	if err := s.sellersHistory(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(s.events, func(a, b *epcis.Event) int { return a.EventTime.Compare(b.EventTime) })
	return nil
}

func (s *shippingDocument) fromDocument(ctx context.Context, refs []eventRef) error {
	content, err := s.d.openDocument(ctx, refs[0].doc)
	if errors.Is(err, vault.ErrNotFound) { // it was erased, and nobody is told what it said
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	return s.copyEvents(content, func(ordinal int64) bool {
		for len(refs) > 0 && refs[0].ordinal < ordinal {
			refs = refs[1:]
		}
		return len(refs) > 0 && refs[0].ordinal == ordinal
	})
}

// copyEvents takes over what a document's events say of the goods, and its master data.
func (s *shippingDocument) copyEvents(content io.Reader, wanted func(ordinal int64) bool) error {
	r, err := epcis.NewReader(content, epcis.Options{})
	if err != nil {
		return err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if wanted(int64(e.Where.Event)) {
			s.copyEvent(e)
		}
	}
	s.masterData(r.Header())
	return nil
}

// copyEvent takes over what an event says of the goods and leaves the rest out:
// the receiver learns nothing of what it does not get. What another document said
// before is left out too: a partner's file and its shipment tell the same.
func (s *shippingDocument) copyEvent(e *epcis.Event) {
	before := len(e.EPCs) + len(e.Children)
	switch {
	case e.Type == epcis.ObjectEvent && e.Action == epcis.Add:
		e.EPCs = slices.DeleteFunc(e.EPCs, func(epc string) bool { return !s.ships(epc, "") || s.wasTold(epc, "") })
		if len(e.EPCs) == 0 {
			return
		}
	case e.Type == epcis.AggregationEvent && e.Action == epcis.Add:
		parent, err := gs1.CanonicalPath(e.ParentID)
		if err != nil {
			return
		}
		e.Children = slices.DeleteFunc(e.Children, func(epc string) bool { return !s.ships(epc, parent) || s.wasTold(epc, parent) })
		if len(e.Children) == 0 || !s.ships(e.ParentID, "") {
			return
		}
	default:
		return
	}
	if len(e.EPCs)+len(e.Children) < before {
		e.EventID = "" // it is no longer the same event
	}
	s.events = append(s.events, e)
}

// wasTold tells whether an event said this of a thing already, and notes it.
func (s *shippingDocument) wasTold(epc, parent string) bool {
	path, err := gs1.CanonicalPath(epc)
	if err != nil {
		return false
	}
	said := [2]string{path, parent}
	was := s.told[said]
	s.told[said] = true
	return was
}

// ships tells whether a thing is among the goods, directly in a parent if one is
// named, and remembers how upstream wrote it.
func (s *shippingDocument) ships(epc, parent string) bool {
	path, err := gs1.CanonicalPath(epc)
	if err != nil {
		return false
	}
	in, ok := s.parents[path]
	if !ok || parent != "" && in != parent {
		return false
	}
	s.written[path] = epc
	return true
}

func (s *shippingDocument) shippingEvent() *epcis.Event {
	if s.given != nil {
		s.given.EPCs = slices.DeleteFunc(s.given.EPCs, func(epc string) bool { return !s.ships(epc, "") })
		return s.given
	}
	e := &epcis.Event{
		Type: epcis.ObjectEvent, Action: epcis.Observe, EventTime: s.now, EventTimeZoneOffset: s.now.Format("-07:00"),
		BizStep: "shipping", Disposition: "in_transit", ReadPoint: epcis.Place{ID: s.from.place},
	}
	e.Sources, e.Destinations = s.between()
	for i := range s.goods {
		e.EPCs = append(e.EPCs, s.uri(s.goods[i].Path))
	}
	if po := s.request.PO; po != "" { // the buyer's number; the despatch advice has the seller's
		e.BizTransactions = append(e.BizTransactions, epcis.BizTransaction{Type: "po", ID: transactionURI(s.to.party, po)})
	}
	if advice := s.request.DESADV; advice != "" {
		e.BizTransactions = append(e.BizTransactions, epcis.BizTransaction{Type: "desadv", ID: transactionURI(s.from.party, advice)})
	}
	e.SetDropShipment(s.request.DropShipment || s.request.TitleOnly && s.third.org != "")
	if s.request.Return {
		s.request.returnNote().tell(e, s.to.party)
	}
	return e
}

// transactionURI names a business document by who gave its number (CBV section
// 8.5.2: urn:epcglobal:cbv:bt:gln:number). What is a URI already stays.
func transactionURI(party, number string) string {
	if strings.Contains(number, ":") {
		return number
	}
	path, err := gs1.CanonicalPath(party)
	if err != nil {
		return number
	}
	gln, _, _ := strings.Cut(strings.TrimPrefix(path, "/414/"), "/")
	return "urn:epcglobal:cbv:bt:" + gln + ":" + gs1.EscapeURN(number)
}

// encode writes the document and hashes its events as a reader will.
func (s *shippingDocument) encode() (Document, []proof.Hash, error) {
	var out bytes.Buffer
	w, err := epcis.NewXMLWriter(&out, s.header, epcis.XMLOptions{})
	if err != nil {
		return Document{}, nil, fmt.Errorf("couldn't write the shipping document: %w", err)
	}
	for _, e := range s.events {
		if err := w.Write(e); err != nil {
			return Document{}, nil, fmt.Errorf("couldn't write the shipping document: %w", err)
		}
		if out.Len() > ShipmentSizeMax {
			return Document{}, nil, fmt.Errorf("couldn't write the shipping document: it has more than %d bytes; ship fewer items at a time", ShipmentSizeMax)
		}
	}
	if err := w.Close(); err != nil {
		return Document{}, nil, fmt.Errorf("couldn't write the shipping document: %w", err)
	}
	doc := Document{Name: s.request.instance() + ".xml", MediaType: mediaTypeXML, Bytes: out.Bytes()}
	hashes, err := hashEvents(doc)
	return doc, hashes, err
}

// hashEvents returns the hash of each event of a document, in its order.
func hashEvents(doc Document) ([]proof.Hash, error) {
	return readEvents(doc, func(*epcis.Event, proof.Hash) error { return nil })
}

// readEvents reads a document whole and returns its events' hashes.
func readEvents(doc Document, each eventRead) ([]proof.Hash, error) {
	r, err := epcis.NewReader(bytes.NewReader(doc.Bytes), epcis.Options{File: doc.Name})
	if err != nil {
		return nil, err
	}
	var list []proof.Hash
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		h, err := e.HashBytes()
		if err != nil {
			return nil, err
		}
		list = append(list, proof.Hash(h))
		if err := each(e, proof.Hash(h)); err != nil {
			return nil, err
		}
	}
}
