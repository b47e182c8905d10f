package courier

import (
	"context"
	"fmt"
)

// CarriedParcel is a document on its way to a partner, by its number in the store.
type CarriedParcel struct {
	Parcel
	Document int64
	About    []byte // what it tells of, such as a shipment's id; may be nil
}

// Carried lists parcels behind a number, the oldest first.
func (k *Courier) Carried(ctx context.Context, after int64, limit int) ([]CarriedParcel, error) {
	if limit <= 0 || limit > ListMax {
		limit = ListMax
	}
	list, err := k.readParcels(ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE n > $1 ORDER BY n LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the parcels: %w", err)
	}
	out := make([]CarriedParcel, len(list))
	for i, p := range list {
		out[i] = CarriedParcel{Parcel: p, Document: p.document, About: p.about}
	}
	return out, nil
}
