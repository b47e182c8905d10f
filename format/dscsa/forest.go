package dscsa

// forest is what shipments held when they were shipped: each container directly
// before all that is in it.
type forest struct {
	places []place
}

// place is one thing in one shipment.
type place struct {
	thing uint32
	up    uint32 // place plus one of what it is in, 0 for what the shipping event names
	end   uint32 // first place behind everything that is in it
}

// plant takes down a thing and all that is in it, and returns its place.
func (f *forest) plant(t *things, id uint32) (uint32, error) {
	at := uint32(len(f.places))
	return at, f.add(t, id, 0)
}

func (f *forest) add(t *things, id, up uint32) error {
	if len(f.places) >= PlacesMax {
		return tooLarge("the shipments of the document hold more than %d things together", PlacesMax)
	}
	at := len(f.places)
	f.places = append(f.places, place{thing: id, up: up})
	for child := t.at(id).first; child != 0; child = t.at(child).after {
		if err := f.add(t, child, uint32(at)+1); err != nil {
			return err
		}
	}
	f.places[at].end = uint32(len(f.places))
	return nil
}
