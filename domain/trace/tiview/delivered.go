package tiview

import (
	"context"
	"errors"
	"io"

	"pedigree/internal/exchange"
)

// opener opens a document that a partner's node brought.
type opener interface {
	OpenArrived(context.Context, exchange.Incoming) (io.ReadCloser, error)
}

// Following has every document of a kind taken in as transaction data too, after the
// kind itself dealt with it: one that the kind rejects is kept as well, for what a
// partner sent is a record. A delivery that comes again is the same entry.
func (d *Documents) Following(kind exchange.Kind, x opener) exchange.Kind {
	arrived := kind.Arrived
	kind.Arrived = func(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
		out, err := arrived(ctx, in)
		if err != nil {
			return out, err
		}
		content, err := x.OpenArrived(ctx, in)
		if err != nil {
			return exchange.Outcome{}, err
		}
		_, err = d.Take(ctx, Arrival{Partner: in.From, Name: in.Subject.Name, Means: WayNode, Reader: content, Came: in.Received, Delivery: in.ID[:]})
		return out, errors.Join(err, content.Close())
	}
	return kind
}
