package caseview

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"pedigree/format/pdg"
	"pedigree/internal/exchange"
)

// brought is a document that a partner's node brings, for which an exchange opens it.
type brought interface {
	OpenArrived(ctx context.Context, in exchange.Incoming) (io.ReadCloser, error)
}

// Brought looks at documents that partners' nodes bring. A message about a case, which the
// partner's people sent as they send any document, goes to its case or opens it; every
// other document is left to its kind.
func (c *Cases) Brought(x brought) func(ctx context.Context, in exchange.Incoming) (out exchange.Outcome, took bool, err error) {
	return func(ctx context.Context, in exchange.Incoming) (out exchange.Outcome, took bool, err error) {
		file, err := x.OpenArrived(ctx, in)
		if err != nil {
			return out, false, err
		}
		defer file.Close()
		content := bufio.NewReaderSize(file, messageHead)
		head, err := content.Peek(messageHead)
		if err != nil && !errors.Is(err, io.EOF) {
			return out, false, fmt.Errorf("couldn't read what %s brought: %w", in.From, err)
		}
		if !pdg.IsMessage(head) {
			return out, false, nil
		}
		raw, err := io.ReadAll(io.LimitReader(content, pdg.MessageBytesMax+1))
		if err != nil {
			return out, true, fmt.Errorf("couldn't read what %s brought: %w", in.From, err)
		}
		out, err = c.delivery(ctx, Arrival{Org: in.From, Message: raw, Delivery: in.ID})
		return out, true, err
	}
}
