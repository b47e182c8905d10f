package dscsa

import (
	"io"
	"slices"

	"pedigree/format/epcis"
)

// ReadAmended reads a document with those that amend it, the oldest first: each declares
// events of those before it errors, and has what stands in their place. What is read, and
// checked, is the history as it stands then: each event that was declared an error is left
// out, and what the amendment has of its kind stands where it stood. The whole has the
// first one's header.
func ReadAmended(o ReadOptions, document io.Reader, amendments ...io.Reader) (*Reading, error) {
	if o.Limits.DocumentBytes == 0 {
		o.Limits.DocumentBytes = DocumentBytesMax
	}
	a := &amending{stead: map[[32]byte]*substitute{}}
	for _, in := range amendments {
		if err := a.read(in, o); err != nil {
			return nil, err
		}
	}
	c := &collector{things: newThings()}
	check := epcis.NewChecker(epcis.CheckOptions{Now: o.Now})
	out := &Reading{}
	follow := func(e *epcis.Event) error {
		out.Findings = append(out.Findings, check.Event(e)...)
		if err := c.event(e); err != nil {
			return placed(err, o.File, e)
		}
		return nil
	}
	var err error
	if out.Header, err = read(document, o, func(e *epcis.Event) error { return a.follow(e, follow) }); err == nil {
		err = a.rest(follow)
	}
	if err != nil {
		return nil, err
	}
	out.Findings = append(out.Findings, check.Finish(out.Header)...)
	out.Declared = a.open(c)
	if err := out.infer(c, o); err != nil {
		return nil, placed(err, o.File, nil)
	}
	return out, nil
}

// substitute is what stands in the place of an event that was declared an error.
type substitute struct {
	wrong  *epcis.Event
	events []*epcis.Event
	done   bool
}

// amending is what amendments say, taken together.
type amending struct {
	stead  map[[32]byte]*substitute
	order  []*substitute
	more   []*epcis.Event // what stands in nothing's place
	events int
}

// read takes down what an amendment says. Events belong to the declarations before them.
func (a *amending) read(in io.Reader, o ReadOptions) error {
	var open []*substitute
	closed := true // an event came since the last declaration
	_, err := read(in, o, func(e *epcis.Event) error {
		if a.events++; a.events > AmendmentEventsMax {
			return placed(tooLarge("the corrections have more than %d events", AmendmentEventsMax), o.File, e)
		}
		if e.ErrorDeclaration == nil {
			a.put(open, e)
			closed = true
			return nil
		}
		hash, err := e.HashBytes()
		if err != nil {
			return nil // of no event that could be found
		}
		if closed {
			open, closed = nil, false
		}
		s := &substitute{wrong: e}
		if earlier := a.stead[hash]; earlier != nil { // the later word counts
			a.order = slices.DeleteFunc(a.order, func(s *substitute) bool { return s == earlier })
		}
		a.stead[hash] = s
		a.order, open = append(a.order, s), append(open, s)
		return nil
	})
	return err
}

// put gives an event the place of the first that was declared wrong and is of its kind, else
// of the last.
func (a *amending) put(open []*substitute, e *epcis.Event) {
	if len(open) == 0 {
		a.more = append(a.more, e)
		return
	}
	i := slices.IndexFunc(open, func(s *substitute) bool { return s.wrong.Type == e.Type && s.wrong.BizStep == e.BizStep })
	if i < 0 {
		i = len(open) - 1
	}
	open[i].events = append(open[i].events, e)
}

// follow passes an event on, or what stands in its place.
func (a *amending) follow(e *epcis.Event, to func(*epcis.Event) error) error {
	if len(a.stead) == 0 {
		return to(e)
	}
	hash, err := e.HashBytes()
	s := a.stead[hash]
	if err != nil || s == nil || s.done || e.ErrorDeclaration != nil {
		return to(e)
	}
	s.done = true
	for _, one := range s.events {
		if err := a.follow(one, to); err != nil {
			return err
		}
	}
	return nil
}

// rest passes on what stands in nothing's place.
func (a *amending) rest(to func(*epcis.Event) error) error {
	for _, e := range a.more {
		if err := a.follow(e, to); err != nil {
			return err
		}
	}
	return nil
}

// open names a thing of each event that was declared wrong and isn't there.
func (a *amending) open(c *collector) (list []string) {
	for _, s := range a.order {
		if thing := c.firstThing(s.wrong); !s.done && thing != "" && len(list) < DeclaredMax {
			list = append(list, thing)
		}
	}
	return list
}
