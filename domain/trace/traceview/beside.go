package traceview

import "pedigree/format/epcis"

// beside begins work that is done while its caller does other work, such as reading the
// store while a document is parsed. The caller waits for its end, and fails as the work
// does: a panic stays with the request.
func beside(work func() error) (end func() error) {
	var err error
	var failed any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { failed = recover() }()
		err = work()
	}()
	return func() error {
		<-done
		if failed != nil {
			panic(failed)
		}
		return err
	}
}

// earlyEvents keeps events that are read before the goods are known to which they belong,
// up to a limit, after which reading waits for the goods.
type earlyEvents struct {
	known   <-chan struct{} // closed when the goods are known, or won't be
	begin   func()          // is called once they are
	look    func(*epcis.Event)
	kept    []*epcis.Event
	objects int
	begun   bool
}

// event looks at an event, now or later, in the order of the document.
func (r *earlyEvents) event(e *epcis.Event) {
	if r.begun {
		r.look(e)
		return
	}
	r.kept = append(r.kept, e)
	for range e.Objects() {
		r.objects++
	}
	select {
	case <-r.known:
		r.end()
	default:
		if r.objects >= earlyObjectsMax {
			r.end()
		}
	}
}

// end waits for the goods and looks at all events that are kept.
func (r *earlyEvents) end() {
	<-r.known
	if !r.begun {
		r.begun = true
		r.begin()
	}
	for _, e := range r.kept {
		r.look(e)
	}
	r.kept = nil
}
