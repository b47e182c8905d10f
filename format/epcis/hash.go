package epcis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
)

// prehashes are kept for reuse: building one needs two buffers.
var prehashes = sync.Pool{New: func() any { return new(prehash) }}

// PreHash returns the canonical text of the event that its hash is taken of
// (CBV 2.0 section 8.9). eventID, recordTime, errorDeclaration and comments are
// no part of it. It fails for an event without type or time.
func (e *Event) PreHash() (string, error) {
	var text string
	err := e.withPreHash(func(b []byte) { text = string(b) })
	return text, err
}

// HashBytes returns the SHA-256 of the pre-hash.
func (e *Event) HashBytes() ([32]byte, error) {
	var sum [32]byte
	err := e.withPreHash(func(b []byte) { sum = sha256.Sum256(b) })
	return sum, err
}

// HashID returns the Event Hash ID, ni:///sha-256;<hex>?ver=CBV2.0. It is the
// same for every form (XML 1.2, XML 2.0, JSON-LD) of the same event.
func (e *Event) HashID() (string, error) {
	sum, err := e.HashBytes()
	if err != nil {
		return "", err
	}
	const head, tail = "ni:///sha-256;", "?ver=CBV2.0"
	var room [len(head) + 2*sha256.Size + len(tail)]byte
	id := append(room[:0], head...)
	id = hex.AppendEncode(id, sum[:])
	return string(append(id, tail...)), nil
}

func (e *Event) withPreHash(use func([]byte)) error {
	if _, ok := eventType([]byte(e.Type)); !ok {
		return fmt.Errorf("couldn't hash event %d: %q isn't an event type", e.Where.Event, e.Type)
	}
	if e.EventTime.IsZero() {
		return fmt.Errorf("couldn't hash event %d: it has no eventTime", e.Where.Event)
	}
	p := prehashes.Get().(*prehash)
	p.event(e)
	use(p.out)
	if cap(p.out)+cap(p.pieces) < prehashKeptBytes {
		prehashes.Put(p)
	}
	return nil
}
