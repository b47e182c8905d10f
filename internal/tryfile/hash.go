package tryfile

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/turns"
)

// HashVersions are the versions of the CBV by the names that people choose from.
var HashVersions = map[string]epcis.HashVersion{"2.0": epcis.HashCBV20, "2.1": epcis.HashCBV21}

// IgnoredName reads an extension field that doesn't count, as NAMESPACE#NAME.
func IgnoredName(text string) (epcis.Name, bool) {
	at := strings.LastIndexByte(text, '#')
	if at < 1 || at == len(text)-1 {
		return epcis.Name{}, false
	}
	return epcis.Name{Space: text[:at], Local: text[at+1:]}, true
}

// HashedEvent is one event with its hash.
type HashedEvent struct {
	Where     epcis.Where     `json:"where"`
	Type      epcis.EventType `json:"type"`
	EventTime time.Time       `json:"event_time"`
	HashID    string          `json:"hash_id" doc:"The Event Hash ID of the CBV; empty for an event that has none"`
	PreHash   string          `json:"prehash,omitempty" doc:"The canonical text that the hash is taken of"`
	Problem   string          `json:"problem,omitempty" doc:"Why the event has no hash"`
}

// HashEvent hashes one event. An event that has no hash says why, and the error does too.
func HashEvent(e *epcis.Event, o epcis.HashOptions, prehash bool) (HashedEvent, error) {
	line := HashedEvent{Where: e.Where, Type: e.Type, EventTime: e.EventTime}
	var err error
	if line.HashID, err = o.HashID(e); err != nil {
		line.Problem = err.Error()
	} else if prehash {
		line.PreHash, err = o.PreHash(e)
	}
	return line, err
}

// HashedOptions say how the events of a document are hashed, and which are listed.
type HashedOptions struct {
	Name    string
	Hash    epcis.HashOptions
	PreHash bool
	Lenient bool
	First   int // event that is listed first, from 1
	Listed  int // events that are listed at most
	Hand    *turns.Hand
}

// HashedFile is a document's events with their hashes.
type HashedFile struct {
	File     string        `json:"file"`
	Complete bool          `json:"complete" doc:"It was read to its end"`
	Events   int           `json:"events" doc:"In the document, as far as it was read"`
	Hashes   []HashedEvent `json:"hashes"`
	Failed   int           `json:"failed" doc:"Events that have no hash"`
	Next     int           `json:"next,omitempty" doc:"The event to ask for next; none when the last is listed"`
	Problem  string        `json:"problem,omitempty" doc:"Why it could not be read further"`
}

// Hash hashes each event of a document.
func Hash(ctx context.Context, in io.Reader, o HashedOptions) (HashedFile, error) {
	out := HashedFile{File: o.Name, Hashes: []HashedEvent{}}
	_, err := Read(ctx, in, epcis.Options{File: o.Name, Lenient: o.Lenient}, o.Hand, func(e *epcis.Event) error {
		out.Events++
		switch {
		case out.Events < o.First:
			return nil
		case len(out.Hashes) == o.Listed:
			if out.Next == 0 {
				out.Next = out.Events
			}
			return nil
		}
		line, err := HashEvent(e, o.Hash, o.PreHash)
		if err != nil {
			out.Failed++
		}
		out.Hashes = append(out.Hashes, line)
		return nil
	})
	if fault, ok := Fault(err); ok {
		out.Problem = fault.Error()
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("couldn't hash the events: %w", err)
	}
	out.Complete = true
	return out, nil
}
