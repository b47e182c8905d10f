package epcis

import "fmt"

// lateContext looks for the document's @context behind the event list that is
// about to be opened. It needs the rest of the document in memory, so it does
// that for small documents only; nothing is consumed.
func (d *jsonDecoder) lateContext() error {
	for d.end-d.pos <= lateContextBytes {
		ok, err := d.more()
		if err != nil {
			return err
		}
		if !ok {
			return d.scanAhead()
		}
	}
	return d.fail("epcis/no-context", fmt.Sprintf("the document has no @context before its events, nor in the %d bytes from there", lateContextBytes), "put @context first")
}

// scanAhead reads the rest of the document with a second scanner.
func (d *jsonDecoder) scanAhead() error {
	ahead := &jsonDecoder{jsonScanner: &jsonScanner{limits: d.limits}}
	ahead.budget, ahead.nodes = d.limits.HeaderNodes, d.limits.HeaderNodes
	ahead.window = &window{buf: d.buf, pos: d.pos, end: d.end, line: d.line, file: d.file, max: d.max, eof: true}
	for _, f := range d.frames {
		ahead.frames = append(ahead.frames, jsonFrame{array: f.array, count: f.count, key: f.key})
	}
	if err := ahead.skip(); err != nil {
		return err
	}
	for len(ahead.frames) > 0 {
		outermost := len(ahead.frames) == 1
		key, ok, err := ahead.nextMember()
		switch {
		case err != nil:
			return err
		case !ok:
		case outermost && key == "@context":
			d.context = true
			err := ahead.contextValue(&d.header.Namespaces)
			d.left.contexts += ahead.left.contexts
			d.left.context = orDefault(ahead.left.context, d.left.context)
			return err
		default:
			err = ahead.skip()
		}
		if err != nil {
			return err
		}
	}
	return d.noContext()
}

// skip takes a value without keeping it.
func (d *jsonDecoder) skip() error {
	c, err := d.need()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		return d.object(func(string) error { return d.skip() })
	case '[':
		if err := d.beginArray(); err != nil {
			return err
		}
		for {
			ok, err := d.nextItem()
			if err != nil || !ok {
				return err
			}
			if err := d.skip(); err != nil {
				return err
			}
		}
	}
	_, _, err = d.scalar()
	return err
}
