package dscsa

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// Write writes the document of a shipment. History is what is known of how its
// packages came to be and to where they are packed: commissioning and packing
// events, in their order; a shipping event of the shipment among them is written
// instead of a new one. What the history doesn't tell of a package is told by a
// new event of the seller's, at Made. Nothing given is changed.
func Write(out io.Writer, v Version, s *Shipment, history []*epcis.Event) error {
	if !slices.Contains(Versions, v) {
		return fmt.Errorf("couldn't write the document of a shipment: version %q isn't one of %v", string(v), Versions)
	}
	if len(s.Tops) == 0 {
		return fmt.Errorf("couldn't write the document of a shipment: it names nothing that is shipped")
	}
	w := &writing{s: s, version: v, names: map[string]string{}}
	events := w.events(history)
	header := w.header()
	document, err := newDocument(out, v, header)
	if err == nil {
		err = writeEvents(document, events)
	}
	if err != nil {
		return fmt.Errorf("couldn't write the document of a shipment: %w", err)
	}
	return nil
}

// document is a writer of either form.
type document interface {
	Write(*epcis.Event) error
	Close() error
}

func newDocument(out io.Writer, v Version, h *epcis.Header) (document, error) {
	switch v {
	case EPCIS2:
		return epcis.NewJSONWriter(out, h, epcis.JSONOptions{})
	case EPCIS2XML:
		return epcis.NewXMLWriter(out, h, epcis.XMLOptions{Version: "2.0"})
	}
	return epcis.NewXMLWriter(out, h, epcis.XMLOptions{})
}

func writeEvents(d document, events []*epcis.Event) error {
	for _, e := range events {
		if err := d.Write(e); err != nil {
			return err
		}
	}
	return d.Close()
}

// writing is one document being written.
type writing struct {
	s       *Shipment
	version Version
	names   map[string]string // path to the identifier as the history or the master data write it
}

// uri writes a path as upstream wrote it, else as an EPC URN, else as a Digital
// Link. Paths outside GS1 are identifiers already.
func (w *writing) uri(path string) string {
	if u, ok := w.names[path]; ok {
		return u
	}
	if !strings.HasPrefix(path, "/") {
		return path
	}
	if w.s.Prefixes != nil {
		if u, err := gs1.URNFromPath(path, w.s.Prefixes); err == nil {
			return u
		}
	}
	return linkDomain + path
}

const linkDomain = "https://id.gs1.org"

// learn remembers how an identifier is written.
func (w *writing) learn(id string) {
	if path := string(appendThing(nil, id)); path != id {
		w.names[path] = id
	}
}

// partyPath is the path of a GLN with its extension.
func partyPath(gln, extension string) string {
	if extension == "" {
		return "/414/" + gln
	}
	return "/414/" + gln + "/254/" + gs1.EscapePath(extension)
}

// owner is the URI of a party, place that of where it ships from or receives.
func (w *writing) owner(p Party) string {
	if p.GLN == "" {
		return ""
	}
	return w.uri(partyPath(p.GLN, p.Extension))
}

func (w *writing) place(at, owner Party) string {
	switch {
	case at.GLN != "":
		return w.owner(at)
	case owner.Place != "":
		return w.uri(partyPath(owner.Place, ""))
	}
	return w.owner(owner)
}

// shippingEvent says who ships what to whom, from where to where and under which
// documents; it names only the outermost containers.
func (w *writing) shippingEvent() *epcis.Event {
	s := w.s
	e := w.event(epcis.ObjectEvent, s.Shipped, "shipping", "in_transit")
	e.Action, e.BizLocation = epcis.Observe, epcis.Place{}
	if s.Return && s.RMA == "" {
		e.Disposition = "returned"
	}
	for _, path := range s.Tops {
		e.EPCs = append(e.EPCs, w.uri(path))
	}
	for _, n := range []struct {
		kind, number string
		giver        Party
	}{{"po", s.PO, s.Buyer}, {"desadv", s.DESADV, s.Seller}, {"rma", s.RMA, s.Buyer}} {
		if n.number != "" {
			e.BizTransactions = append(e.BizTransactions, epcis.BizTransaction{Type: n.kind, ID: TransactionURI(n.giver.GLN, n.number)})
		}
	}
	e.Sources = sides(w.owner(s.Seller), w.place(s.ShipFrom, s.Seller))
	e.Destinations = sides(w.owner(s.Buyer), w.place(s.ShipTo, s.Buyer))
	e.SetDropShipment(s.DropShipment)
	if !s.Sold.IsZero() && s.Shipped.Sub(s.Sold) > 24*time.Hour {
		e.Extensions = append(e.Extensions, usText("transactionDate", s.Sold.Format(time.DateOnly)))
	}
	if s.Direct {
		e.Extensions = append(e.Extensions, w.direct())
	}
	return e
}

// direct is the seller's word that it bought everything from the manufacturer
// (section 582(c)(1)(A)).
func (w *writing) direct() epcis.Node {
	if w.version == R12 {
		return usText("directPurchase", "true")
	}
	n := epcis.Node{Name: epcis.Name{Space: epcis.SpaceUS, Local: "directPurchase"}, Prefix: usPrefix, Kind: epcis.KindObject}
	n.Attrs = []epcis.Attr{{Name: epcis.Name{Local: "qualifier"}, Value: entirelyDirect}}
	n.Children = []epcis.Node{usText("directPurchaseStatement", directStatement)}
	return n
}

const (
	usPrefix        = "gs1ushc"
	directStatement = "The seller bought each package directly from its manufacturer, the manufacturer's exclusive distributor, or a repackager that bought it directly from the manufacturer."
)

func usText(local, text string) epcis.Node {
	return epcis.Node{Name: epcis.Name{Space: epcis.SpaceUS, Local: local}, Prefix: usPrefix, Text: text}
}

func sides(owner, place string) []epcis.Party {
	var list []epcis.Party
	if owner != "" {
		list = append(list, epcis.Party{Type: "owning_party", ID: owner})
	}
	if place != "" {
		list = append(list, epcis.Party{Type: "location", ID: place})
	}
	return list
}

// TransactionURI names a business document by the GLN of who gave its number (CBV
// 2.0, section 8.5.2). What is a URI already stays.
func TransactionURI(gln, number string) string {
	if gln == "" || strings.Contains(number, ":") {
		return number
	}
	return transactionURN + gln + ":" + gs1.EscapeURN(number)
}

func (w *writing) event(kind epcis.EventType, at time.Time, step, disposition string) *epcis.Event {
	from := w.place(w.s.ShipFrom, w.s.Seller)
	return &epcis.Event{
		Type: kind, Action: epcis.Add, EventTime: at, EventTimeZoneOffset: at.Format("-07:00"),
		BizStep: step, Disposition: disposition, ReadPoint: epcis.Place{ID: from}, BizLocation: epcis.Place{ID: from},
	}
}
