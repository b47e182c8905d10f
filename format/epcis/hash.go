package epcis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
)

// prehashes are kept for reuse: building one needs two buffers.
var prehashes = sync.Pool{New: func() any { return new(prehash) }}

// HashVersion is the version of the CBV whose hash algorithm is used.
type HashVersion uint8

// The versions. CBV 2.1 was a draft when this was written: its hashes may change.
const (
	HashCBV20 HashVersion = iota // as the vectors published for CBV 2.0
	HashCBV21                    // sensors behind the destinations, no certificationInfo, terms of ref.gs1.org/voc
)

// String returns what stands behind "ver=" in an Event Hash ID.
func (v HashVersion) String() string {
	if v == HashCBV21 {
		return "CBV2.1"
	}
	return "CBV2.0"
}

// HashOptions say how to hash. The zero value is the algorithm of CBV 2.0
// section 8.9.
type HashOptions struct {
	// Ignore names fields that don't count, beside those that the document
	// itself tells its readers to ignore: extensions of the event, of its ilmd and
	// of its places. What stands inside such a field doesn't count either.
	Ignore  []Name
	Version HashVersion
}

// PreHash returns the canonical text of the event that its hash is taken of
// (CBV 2.0 section 8.9). eventID, recordTime, errorDeclaration and comments are
// no part of it. It fails for an event without type or time.
func (e *Event) PreHash() (string, error) { return HashOptions{}.PreHash(e) }

// HashBytes returns the SHA-256 of the pre-hash.
func (e *Event) HashBytes() ([32]byte, error) { return HashOptions{}.HashBytes(e) }

// HashID returns the Event Hash ID, ni:///sha-256;<hex>?ver=CBV2.0. It is the
// same for every form (XML 1.2, XML 2.0, JSON-LD) of the same event.
func (e *Event) HashID() (string, error) { return HashOptions{}.HashID(e) }

// PreHash is Event.PreHash with these options.
func (o HashOptions) PreHash(e *Event) (string, error) {
	var text string
	err := o.withPreHash(e, func(b []byte) { text = string(b) })
	return text, err
}

// HashBytes is Event.HashBytes with these options.
func (o HashOptions) HashBytes(e *Event) ([32]byte, error) {
	var sum [32]byte
	err := o.withPreHash(e, func(b []byte) { sum = sha256.Sum256(b) })
	return sum, err
}

// HashID is Event.HashID with these options. A hash that ignores more fields than
// the document asks for is one's own: nobody else finds it by the standard alone.
func (o HashOptions) HashID(e *Event) (string, error) {
	sum, err := o.HashBytes(e)
	if err != nil {
		return "", err
	}
	const head, tail = "ni:///sha-256;", "?ver="
	var room [len(head) + 2*sha256.Size + len(tail) + len("CBV2.0")]byte
	id := append(room[:0], head...)
	id = hex.AppendEncode(id, sum[:])
	id = append(id, tail...)
	return string(append(id, o.Version.String()...)), nil
}

func (o HashOptions) withPreHash(e *Event, use func([]byte)) error {
	if _, ok := eventType([]byte(e.Type)); !ok {
		return fmt.Errorf("couldn't hash event %d: %q isn't an event type", e.Where.Event, e.Type)
	}
	if e.EventTime.IsZero() {
		return fmt.Errorf("couldn't hash event %d: it has no eventTime", e.Where.Event)
	}
	p := prehashes.Get().(*prehash)
	p.HashOptions = o
	p.event(e)
	use(p.out)
	p.HashOptions = HashOptions{}
	if cap(p.out)+cap(p.pieces) < prehashKeptBytes {
		prehashes.Put(p)
	}
	return nil
}
