package faultcorpus

import (
	"slices"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// dropShipment is sold by the wholesaler and leaves from the maker: the seller
// owns and the location belongs to another company.
func dropShipment(v int) (*document, error) {
	s := shipment(v)
	wholesaler := s.Receiver
	s.Receiver = pharmacy
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	if err := d.addParty(s, wholesaler); err != nil {
		return nil, err
	}
	d.header.SBDH.Sender.ID = wholesaler.SGLN(wholesaler.Owner)
	ship := d.ship()
	ship.Sources[0].ID = wholesaler.SGLN(wholesaler.Owner)
	ship.SetDropShipment(true)
	return d, nil
}

// returned goes back from the wholesaler to the maker, with what the maker said
// of it and a return authorisation instead of an order.
func returned(v int) (*document, error) {
	s := shipment(v)
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	h, ship := d.header, d.ship()
	h.SBDH.Sender, h.SBDH.Receiver = h.SBDH.Receiver, h.SBDH.Sender
	owner := epcistest.Defaults().Receiver
	ship.Disposition = "returned"
	ship.ReadPoint.ID = owner.SGLN(owner.Location)
	for i := range ship.Sources {
		ship.Sources[i].ID, ship.Destinations[i].ID = ship.Destinations[i].ID, ship.Sources[i].ID
	}
	ship.BizTransactions = []epcis.BizTransaction{
		{Type: "rma", ID: "urn:epcglobal:cbv:bt:0399991000015:RMA-" + s.Order},
		{Type: "desadv", ID: "urn:epcglobal:cbv:bt:0614141000012:RET-" + s.Delivery},
	}
	ship.EventTime = ship.EventTime.Add(7 * 24 * time.Hour)
	h.CreationDate, h.SBDH.Created = ship.EventTime, ship.EventTime
	return d, nil
}

// resale unpacks the maker's pallet and sends its cases on in a box of the
// wholesaler's.
func resale(v int) (*document, error) {
	s := shipment(v)
	wholesaler := s.Receiver
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	sold := s
	sold.Receiver = pharmacy
	if err := d.addParty(sold, pharmacy); err != nil {
		return nil, err
	}
	own := wholesaler.SGLN(wholesaler.Location)
	ship := d.ship()
	at := func(e *epcis.Event, hours int) *epcis.Event {
		e.EventTime = ship.EventTime.Add(time.Duration(hours) * time.Hour)
		e.ReadPoint.ID = own
		return e
	}
	box := "urn:epc:id:sscc:0614141.000000" + s.Delivery[4:]
	unpack := at(copyOf(d.packed("sscc")[0]), 48)
	unpack.Action, unpack.BizStep, unpack.BizLocation.ID = epcis.Delete, "unpacking", own
	made := at(copyOf(d.commissioned("sscc")[0]), 49)
	made.EPCs, made.BizLocation.ID = []string{box}, own
	packed := at(copyOf(d.packed("sscc")[0]), 50)
	packed.ParentID, packed.BizLocation.ID = box, own
	for _, e := range []*epcis.Event{unpack, made, packed} {
		d.before(ship, e)
	}
	at(ship, 51)
	ship.EPCs = []string{box}
	h := d.header
	h.SBDH.Sender.ID, h.SBDH.Receiver.ID = wholesaler.SGLN(wholesaler.Owner), pharmacy.SGLN(pharmacy.Owner)
	h.CreationDate, h.SBDH.Created = ship.EventTime, ship.EventTime
	ship.Sources = owners(wholesaler)
	ship.Destinations = owners(pharmacy)
	ship.BizTransactions = []epcis.BizTransaction{
		{Type: "po", ID: "urn:epcglobal:cbv:bt:9521321000018:" + s.Order},
		{Type: "desadv", ID: "urn:epcglobal:cbv:bt:0614141000012:" + s.Delivery},
	}
	return d, nil
}

// openedCase ships a case from which packs were taken, and these packs beside
// the pallet.
func openedCase(v int) (*document, error) {
	d, err := of(shipment(v))
	if err != nil {
		return nil, err
	}
	filled := d.packed("1")[0]
	taken := copyOf(filled)
	taken.Action, taken.BizStep = epcis.Delete, "unpacking"
	taken.Children = slices.Clone(filled.Children[:1])
	taken.EventTime = filled.EventTime.Add(time.Hour)
	d.before(d.commissioned("sscc")[0], taken)
	ship := d.ship()
	ship.EPCs = append(ship.EPCs, taken.Children...)
	return d, nil
}

// owners lists a company as owner and as place.
func owners(p epcistest.Party) []epcis.Party {
	return []epcis.Party{{Type: "owning_party", ID: p.SGLN(p.Owner)}, {Type: "location", ID: p.SGLN(p.Location)}}
}

// addParty writes master data of a further company, as the receiver of a
// shipment has it.
func (d *document) addParty(s epcistest.Shipment, p epcistest.Party) error {
	s.Receiver = p
	h, err := s.Header()
	if err != nil {
		return err
	}
	of := &document{header: h}
	have := d.places()
	for _, el := range of.places().Elements {
		if d.header.Find(have.Type, el.ID) == nil {
			have.Elements = append(have.Elements, el)
		}
	}
	return nil
}
