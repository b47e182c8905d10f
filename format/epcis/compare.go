package epcis

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"time"
)

// Source is a document that can be read more than once.
type Source struct {
	In      io.ReadSeeker // read from its start on
	Options Options
}

// CompareOptions say what to compare. The zero value compares everything.
type CompareOptions struct {
	HashOnly bool // leave out what the event hash leaves out: eventID, recordTime, errorDeclaration
	Listed   int  // entries of each list of the result at most; 0 means 1,000

	held int // identifiers in the events held at one time; 0 means comparedHeld
}

// PairedBy says by what an event of one document was recognised in the other.
type PairedBy string

// The ways in which events are paired, the surest first.
const (
	ByHash           PairedBy = "hash"             // they differ in what the hash leaves out
	ByEventID        PairedBy = "event-id"         // same eventID
	ByTimeAndObjects PairedBy = "time-and-objects" // same type, time and objects
	ByStepAndObjects PairedBy = "step-and-objects" // same type, business step and objects
	ByTimeAndStep    PairedBy = "time-and-step"    // same type, time and business step
)

// pairings are the keys of a leftover, in the order in which they are tried.
var pairings = [...]PairedBy{ByHash, ByEventID, ByTimeAndObjects, ByStepAndObjects, ByTimeAndStep}

// Comparison says how two documents differ. Events are compared by their hash,
// in any order, so that the XML and the JSON form of the same document are equal.
type Comparison struct {
	Equal  bool             `json:"equal"`
	A      ComparedDocument `json:"a"`
	B      ComparedDocument `json:"b"`
	Same   int              `json:"same"`   // events that both have
	Differ int              `json:"differ"` // pairs of events that differ
	Header []Difference     `json:"header"` // document, header and master data
	Pairs  []EventPair      `json:"pairs"`  // the first of those that differ, in the order of A
	OnlyA  []EventRef       `json:"only_a"` // the first of those without a counterpart
	OnlyB  []EventRef       `json:"only_b"`
}

// ComparedDocument is one side of a comparison.
type ComparedDocument struct {
	File    string `json:"file"`
	Form    string `json:"form"`
	Version string `json:"version"`
	Events  int    `json:"events"`
	Alone   int    `json:"alone"` // events without a counterpart
}

// EventRef names one event.
type EventRef struct {
	Where     Where     `json:"where"`
	Type      EventType `json:"type"`
	EventTime time.Time `json:"event_time"`
	BizStep   string    `json:"biz_step"`
	EventID   string    `json:"event_id"`
	HashID    string    `json:"hash_id"` // empty for an event that can't be hashed
}

// EventPair is an event that is told differently in the two documents.
type EventPair struct {
	By          PairedBy     `json:"paired_by"`
	A           EventRef     `json:"a"`
	B           EventRef     `json:"b"`
	Differences []Difference `json:"differences"`
}

// Difference is one field with what stands on one side only, as written there.
// A and B are never nil; an empty one means that the side has no such value.
type Difference struct {
	Field string   `json:"field"` // "bizStep", "ilmd/lotNumber", "masterData/Location/…/city"
	A     []string `json:"a"`
	B     []string `json:"b"`
	MoreA int      `json:"more_a,omitempty"` // further values that aren't listed
	MoreB int      `json:"more_b,omitempty"`
	LineA int      `json:"line_a,omitempty"` // of master data; an event's line stands in its pair
	LineB int      `json:"line_b,omitempty"`
}

// Compare compares two documents. Equal ones are read once. Those that differ are
// read up to four times, and once more for each further million identifiers in the
// pairs that are listed. It keeps 32 bytes per event, the headers, and the listed
// events of one such round.
func Compare(a, b Source, opts CompareOptions) (*Comparison, error) {
	if opts.Listed == 0 {
		opts.Listed = comparedListed
	}
	if opts.held == 0 {
		opts.held = comparedHeld
	}
	c := &comparer{opts: opts, seed: maphash.MakeSeed()}
	c.sides[0].source, c.sides[1].source = a, b
	for i := range c.sides {
		if err := c.sides[i].fingerprints(c); err != nil {
			return nil, err
		}
	}
	out := &Comparison{
		A: c.sides[0].summary(), B: c.sides[1].summary(),
		Header: headerDifferences(c.sides[0].header, c.sides[1].header), Pairs: []EventPair{}, OnlyA: []EventRef{}, OnlyB: []EventRef{},
	}
	out.Same = c.dropSame()
	if len(c.sides[0].left)+len(c.sides[1].left) > 0 {
		if err := c.explain(out); err != nil {
			return nil, err
		}
	}
	out.Equal = len(out.Header) == 0 && out.Differ+out.A.Alone+out.B.Alone == 0
	return out, nil
}

// comparer is the work of one Compare.
type comparer struct {
	opts  CompareOptions
	seed  maphash.Seed
	sides [2]comparedSide
}

type comparedSide struct {
	source Source
	header *Header
	prints []fingerprint
	events int
	left   []leftover // those without an equal on the other side, in document order
}

func (s *comparedSide) summary() ComparedDocument {
	return ComparedDocument{File: s.source.Options.File, Form: s.header.Form.String(), Version: s.header.SchemaVersion, Events: s.events}
}

// each reads the document from its start and hands each event on.
func (s *comparedSide) each(use func(*Event)) error {
	if _, err := s.source.In.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("couldn't read the document from its start: %w", err)
	}
	r, err := NewReader(s.source.In, s.source.Options)
	if err != nil {
		return err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			s.header = r.Header()
			return nil
		}
		if err != nil {
			return err
		}
		use(e)
	}
}

// eachLeft hands on the events that are left.
func (s *comparedSide) eachLeft(use func(*leftover, *Event)) error {
	next := 0
	err := s.each(func(e *Event) {
		if next < len(s.left) && int(s.left[next].event) == e.Where.Event {
			use(&s.left[next], e)
			next++
		}
	})
	if err == nil && next < len(s.left) {
		return fmt.Errorf("couldn't compare the documents: %s was changed while it was read", s.source.Options.File)
	}
	return err
}

// explain pairs what is left and says how the pairs differ.
func (c *comparer) explain(out *Comparison) error {
	for i := range c.sides {
		if err := c.sides[i].eachLeft(func(l *leftover, e *Event) { c.identify(l, e) }); err != nil {
			return err
		}
	}
	pairs := c.pair()
	out.Differ = len(pairs)
	out.A.Alone, out.B.Alone = len(c.sides[0].left)-len(pairs), len(c.sides[1].left)-len(pairs)
	pairs = pairs[:min(len(pairs), c.opts.Listed)]
	for from := 0; from < len(pairs); {
		done, err := c.describe(pairs[from:], out)
		if err != nil {
			return err
		}
		from += done
	}
	for i, list := range []*[]EventRef{&out.OnlyA, &out.OnlyB} {
		if err := c.alone(&c.sides[i], list); err != nil {
			return err
		}
	}
	return nil
}

// alone lists the first events without a counterpart.
func (c *comparer) alone(s *comparedSide, list *[]EventRef) error {
	if !s.hasAlone() {
		return nil
	}
	return s.eachLeft(func(l *leftover, e *Event) {
		if !l.paired && len(*list) < c.opts.Listed {
			*list = append(*list, refer(e))
		}
	})
}

// describe finds the differences of the first pairs, as many as may be held, and
// says how many it did.
func (c *comparer) describe(pairs []eventPair, out *Comparison) (int, error) {
	held, identifiers := map[uint32]*Event{}, 0
	wanted := map[uint32]int{}
	for i, p := range pairs {
		wanted[p.a] = i
	}
	err := c.sides[0].eachLeft(func(l *leftover, e *Event) {
		if _, ok := wanted[l.event]; ok && (identifiers < c.opts.held || len(held) == 0) {
			held[l.event] = e
			identifiers += identifiersOf(e)
		} else if ok {
			identifiers = c.opts.held // nothing behind it either, so that those held are the first
		}
	})
	if err != nil {
		return 0, err
	}
	done := 0
	partners := map[uint32]int{}
	for i, p := range pairs {
		if held[p.a] == nil {
			break
		}
		partners[p.b] = i
		done++
	}
	found := make([]EventPair, done)
	err = c.sides[1].eachLeft(func(l *leftover, e *Event) {
		if i, ok := partners[l.event]; ok {
			a := held[pairs[i].a]
			found[i] = EventPair{By: pairs[i].by, A: refer(a), B: refer(e), Differences: eventDifferences(a, e, c.opts.HashOnly)}
		}
	})
	out.Pairs = append(out.Pairs, found...)
	return done, err
}

// identifiersOf counts what makes an event large.
func identifiersOf(e *Event) int {
	return len(e.EPCs) + len(e.Children) + len(e.Inputs) + len(e.Outputs) +
		len(e.Quantities) + len(e.ChildQuantities) + len(e.InputQuantities) + len(e.OutputQuantities)
}

func refer(e *Event) EventRef {
	id, err := e.HashID()
	if err != nil {
		id = ""
	}
	return EventRef{Where: e.Where, Type: e.Type, EventTime: e.EventTime, BizStep: e.BizStep, EventID: e.EventID, HashID: id}
}
