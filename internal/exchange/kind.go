package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/proof"
)

// Kind is one sort of delivery, as the package that understands it registers it.
type Kind struct {
	Name string
	// BytesMax is the largest payload; PayloadBytesMax when zero.
	BytesMax int64
	// MediaType is what arrived payloads are kept as.
	MediaType string
	// Document says that its payloads are documents, each after a Subject: a person
	// sends them, marks them, and may take them out.
	Document bool
	// Load finds a payload that was queued by reference. It is called again for each
	// sealing and must give the same bytes each time.
	Load func(ctx context.Context, reference []byte) (io.ReadCloser, error)
	// Arrived deals with a delivery after it was signed for. It may be called again
	// with the same one after an interruption, and must then come to the same. An
	// error is tried again with growing pauses; ErrRejected ends it. A kind without
	// it waits for a person.
	Arrived func(ctx context.Context, d Incoming) (Outcome, error)
}

// mediaTypeDocument is that of a document after its subject: no program opens it by
// mistake.
const mediaTypeDocument = "application/vnd.pedigree.document"

// ErrRejected says of an arrived delivery that its kind can never take it.
var ErrRejected = errors.New("it can't be taken")

// Incoming is a delivery that arrived.
type Incoming struct {
	ID       proof.Hash
	From     string
	Kind     string
	Re       proof.Hash // delivery of ours that it answers; zero when none
	Created  time.Time  // by the sender's clock
	Received time.Time
	Size     int64
	Document int64   // of the private store, where the payload is
	Subject  Subject // of a kind whose payloads are documents
}

// Outcome is what Arrived made of a delivery.
type Outcome struct {
	State   State  // Waiting or Done
	Verdict string // a word for the list, such as ok or stop
	Reason  string // for a person
	// Answer is what the sender is told at once; nil for nothing. A refusal that
	// is ErrRejected tells it anyway.
	Answer *Acknowledgement
}

// kindOf finds a registered kind.
func (x *Exchange) kindOf(name string) (Kind, bool) {
	k, ok := x.kinds[name]
	return k, ok
}

// Register adds a kind, before Start.
func (x *Exchange) Register(k Kind) error {
	if k.Name == "" || len(k.Name) > KindBytesMax {
		return fmt.Errorf("couldn't register a kind: its name has %d bytes, which is outside 1 to %d", len(k.Name), KindBytesMax)
	}
	if _, ok := x.kinds[k.Name]; ok {
		return fmt.Errorf("couldn't register kind %q: it is there already", k.Name)
	}
	if k.BytesMax == 0 {
		k.BytesMax = PayloadBytesMax
	}
	if k.Document {
		k.MediaType = mediaTypeDocument
	}
	if k.MediaType == "" {
		k.MediaType = "application/octet-stream"
	}
	x.kinds[k.Name] = k
	return nil
}

// Divert has look see each delivery of a kind before the kind does, which never hears of
// those that it took. Call it before Start.
func (x *Exchange) Divert(name string, look func(ctx context.Context, in Incoming) (out Outcome, took bool, err error)) error {
	k, ok := x.kindOf(name)
	if !ok {
		return fmt.Errorf("couldn't look at deliveries of kind %q first: nobody registered it", name)
	}
	kinds := k.Arrived
	k.Arrived = func(ctx context.Context, in Incoming) (Outcome, error) {
		out, took, err := look(ctx, in)
		switch {
		case err != nil || took:
			return out, err
		case kinds == nil:
			return Outcome{State: Waiting}, nil
		}
		return kinds(ctx, in)
	}
	x.kinds[name] = k
	return nil
}
