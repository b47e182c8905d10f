package dscsa

import (
	"slices"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// headerFacts finds the master data of a header by path.
type headerFacts struct {
	header   *epcis.Header
	products map[string]*epcis.VocabularyElement
	places   map[string]*epcis.VocabularyElement
	prefixes *gs1.Prefixes
}

func newHeaderFacts(h *epcis.Header) *headerFacts {
	f := &headerFacts{header: h, products: map[string]*epcis.VocabularyElement{}, places: map[string]*epcis.VocabularyElement{}, prefixes: h.Prefixes()}
	for i := range h.Vocabulary {
		into := f.places
		switch h.Vocabulary[i].Type {
		case epcis.VocabularyEPCClass:
			into = f.products
		case epcis.VocabularyLocation, epcis.VocabularyBusinessLocation, epcis.VocabularyReadPoint:
		default:
			continue
		}
		for j := range h.Vocabulary[i].Elements {
			el := &h.Vocabulary[i].Elements[j]
			path := string(appendClass(nil, el.ID))
			if _, ok := into[path]; !ok {
				into[path] = el
			}
		}
	}
	return f
}

// appendClass is appendThing for classes and places, whose URNs have no object.
func appendClass(dst []byte, id string) []byte {
	if path, err := gs1.CanonicalPath(id); err == nil {
		return append(dst, path...)
	}
	return append(dst, id...)
}

// shipment makes TI and TS of a shipment.
func (f *headerFacts) shipment(s *shipped, t *things, forest *forest) *Shipment {
	e := s.event
	out := &Shipment{
		Shipped: e.EventTime, Prefixes: f.prefixes,
		Seller: f.party(e.Source("owning_party")), Buyer: f.party(e.Destination("owning_party")),
		ShipFrom: f.party(e.Source("location")), ShipTo: f.party(e.Destination("location")),
	}
	if h := f.header; h.SBDH != nil {
		out.Instance = h.SBDH.InstanceID
	}
	if f.header.Statement != nil {
		out.Statement = *f.header.Statement
	}
	out.Seller.Place, out.Buyer.Place = out.ShipFrom.GLN, out.ShipTo.GLN
	out.Sold, out.Direct = soldOf(e), directOf(e)
	for _, more := range append([]*epcis.Event{e}, s.more...) {
		if more.EventTime.After(out.Shipped) && more.BizStep == "shipping" && more.Type != epcis.TransactionEvent {
			out.Shipped = more.EventTime
		}
		out.numbers(more)
		drop, _ := more.DropShipment()
		out.DropShipment = out.DropShipment || drop
	}
	out.Return = out.RMA != "" || e.Disposition == "returned"
	tops := make([]uint32, 0, len(s.tops))
	for _, p := range s.tops {
		tops = append(tops, p.place)
		out.Tops = append(out.Tops, t.path(p.thing))
	}
	out.tree = newTree(t, forest, tops)
	out.Products = f.productsOf(out.tree)
	return out
}

// numbers takes over the numbers of order, delivery and return.
func (s *Shipment) numbers(e *epcis.Event) {
	for _, n := range []struct {
		have *string
		kind string
	}{{&s.PO, "po"}, {&s.DESADV, "desadv"}, {&s.RMA, "rma"}} {
		if *n.have == "" {
			*n.have = numberOf(e.Transaction(n.kind))
		}
	}
}

const transactionURN = "urn:epcglobal:cbv:bt:"

// numberOf takes the number out of the URN of a business document (CBV 2.0, section
// 8.5.2), whoever gave it: a delivery's may be the warehouse's. Other URIs stay.
func numberOf(id string) string {
	rest, ok := strings.CutPrefix(id, transactionURN)
	if !ok {
		return id
	}
	gln, escaped, ok := strings.Cut(rest, ":")
	number, err := gs1.UnescapeURN(escaped)
	if !ok || len(gln) != 13 || err != nil || number == "" || strings.Contains(number, ":") {
		return id
	}
	return number
}

// party makes a party of the identifier an event names it by.
func (f *headerFacts) party(id string) Party {
	if id == "" {
		return Party{}
	}
	path := string(appendClass(nil, id))
	p := Party{}
	for _, key := range []string{"/414/", "/417/"} {
		rest, ok := strings.CutPrefix(path, key)
		if !ok {
			continue
		}
		gln, extension, _ := strings.Cut(rest, "/254/")
		p.GLN = gln
		if p.Extension = extension; extension != "" {
			if text, err := gs1.UnescapePath(extension); err == nil {
				p.Extension = text
			}
		}
	}
	el := f.places[path]
	if el == nil && p.GLN != "" {
		el = f.places["/414/"+p.GLN]
	}
	if el != nil {
		p.Address = el.Address()
		p.Name = p.Address.Name
	}
	return p
}

// productsOf returns the master data of each GTIN in a tree, in the order in which
// they come.
func (f *headerFacts) productsOf(t *Tree) []Product {
	var list []Product
	seen := map[string]bool{}
	for _, at := range t.tops {
		for p := at; p < t.forest.places[at].end; p++ {
			path := t.things.bytes(t.forest.places[p].thing)
			if !isSerial(path) || seen[string(path[4:gtinPathBytes])] {
				continue
			}
			gtin := string(path[4:gtinPathBytes])
			seen[gtin] = true
			list = append(list, f.product(gtin))
		}
	}
	return list
}

// ProductsOf returns what a document's master data says of products, by GTIN.
func ProductsOf(h *epcis.Header) []Product {
	f := newHeaderFacts(h)
	var list []Product
	for path := range f.products {
		if gtin, ok := strings.CutPrefix(path, "/01/"); ok && len(gtin) == 14 {
			list = append(list, f.product(gtin))
		}
	}
	slices.SortFunc(list, func(a, b Product) int { return strings.Compare(a.GTIN, b.GTIN) })
	return list
}

func (f *headerFacts) product(gtin string) Product {
	el := f.products["/01/"+gtin]
	if el == nil {
		return Product{GTIN: gtin}
	}
	return Product{
		GTIN: gtin, NDC: el.NDC(), Name: el.ProductName(), Strength: el.Strength(), Form: el.DosageForm(),
		NetContent: el.NetContent(), Manufacturer: el.Manufacturer(),
	}
}

// soldOf is the transaction date: gs1ushc:transactionDate where a shipping event
// has one, which senders write when it is more than 24 hours before, or else its
// own time.
func soldOf(e *epcis.Event) time.Time {
	if n := usNode(e, "transactionDate"); n != nil {
		if day, err := time.Parse(time.DateOnly, strings.TrimSpace(n.Text)); err == nil {
			return day
		}
	}
	return e.EventTime
}

// directOf tells whether the seller says that it bought everything from the
// manufacturer: a mark of R1.2, or R1.3's with the qualifier ENTIRELY_DIRECT.
func directOf(e *epcis.Event) bool {
	n := usNode(e, "directPurchase")
	if n == nil {
		return false
	}
	for _, a := range n.Attrs {
		if a.Name.Local == "qualifier" {
			return a.Value == entirelyDirect
		}
	}
	for i := range n.Children {
		if n.Children[i].Name.Local == "qualifier" {
			return n.Children[i].Text == entirelyDirect
		}
	}
	return n.Text == "true" || n.Text == "1"
}

const entirelyDirect = "ENTIRELY_DIRECT"

func usNode(e *epcis.Event, local string) *epcis.Node {
	for i := range e.Extensions {
		if n := &e.Extensions[i]; n.Name.Space == epcis.SpaceUS && n.Name.Local == local {
			return n
		}
	}
	return nil
}
