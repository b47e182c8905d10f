package epcis

import (
	"errors"
	"fmt"
	"io"

	"pedigree/format/gs1"
)

// Target is the form and version to convert into: XML "1.1", "1.2" and "2.0",
// JSON "2.0". An empty version means 1.2 for XML and 2.0 for JSON.
type Target struct {
	Form    Form
	Version string
}

// IDStyle says how identifiers of GS1 keys are written.
type IDStyle uint8

// The styles.
const (
	KeepIDs       IDStyle = iota // as in the source
	AsEPCURN                     // urn:epc:id:sgtin:0614141.012345.7
	AsDigitalLink                // https://id.gs1.org/01/00614141123452/21/7
)

// ConvertOptions say what to convert into and what to do about losses.
type ConvertOptions struct {
	From       Options         // how to read the source
	To         Target          // what to write
	IDs        IDStyle         // how to write identifiers
	Prefixes   gs1.PrefixTable // company prefixes for AsEPCURN; those the document itself shows are learned
	Indent     string          // per level of XML; empty writes one line
	RefuseLoss bool            // the first loss is an error
	OnLoss     func(Loss)      // called for each loss, before its event is written; may be nil
	// Header and Event may change the header and each event before the target is asked
	// what of them it can hold. They replace lists rather than change them. Either may be nil.
	Header func(*Header)
	Event  func(*Event)
}

// ConvertReport counts what a conversion wrote and lost.
type ConvertReport struct {
	Events int // written
	Losses int // named
}

// Convert reads a document of any form and writes it in another. It streams:
// memory depends on the header and the largest event, not on the document.
//
// What the target can't hold is found before an event is written, handed to
// OnLoss under a code of Losses, and left out. With RefuseLoss the first loss is
// an error instead, which wraps an *Error with the loss's code. An event is
// written whole or not at all; after an error the output ends behind the last
// whole event and isn't a whole document.
//
// A JSON document may have header members behind its events, and XML extensions
// may stand there too. If src is an io.Seeker, Convert therefore reads twice
// where that matters; the second pass has the whole header. A source that can't
// be read twice is converted in one pass, and refused with rule
// "epcis/late-header" at its end if the header wasn't whole when it was written.
func Convert(dst io.Writer, src io.Reader, o ConvertOptions) (ConvertReport, error) {
	c, err := newConversion(dst, o)
	if err != nil {
		return ConvertReport{}, err
	}
	err = c.run(src)
	return c.report, err
}

// conversion is one run of Convert.
type conversion struct {
	opts   ConvertOptions
	dst    io.Writer
	fit    fitter
	ids    idStyler
	report ConvertReport
	out    eventWriter
	header *Header // as written
	source *Reader
	before dropped // what the reader had left out when it was last asked
}

// eventWriter is what the XML and the JSON writer have in common.
type eventWriter interface {
	Write(*Event) error
	Close() error
	flush(all bool) error
}

func newConversion(dst io.Writer, o ConvertOptions) (*conversion, error) {
	if o.To.Version == "" {
		o.To.Version = "1.2"
		if o.To.Form == JSON {
			o.To.Version = "2.0"
		}
	}
	switch {
	case o.To.Form == JSON && o.To.Version != "2.0":
		return nil, fmt.Errorf("couldn't convert: there is no EPCIS %q in JSON; use 2.0", o.To.Version)
	case o.To.Form == XML && !knownXMLVersion(o.To.Version), o.To.Form > JSON:
		return nil, fmt.Errorf("couldn't convert: there is no EPCIS %q in %s; use 1.1, 1.2 or 2.0", o.To.Version, o.To.Form)
	case o.IDs > AsDigitalLink:
		return nil, fmt.Errorf("couldn't convert: there is no identifier style %d", o.IDs)
	}
	c := &conversion{opts: o, dst: dst}
	c.fit = newFitter(o.To)
	return c, nil
}

func (c *conversion) run(src io.Reader) error {
	whole, err := c.wholeHeader(src)
	if err != nil {
		return err
	}
	if c.source, err = NewReader(src, c.opts.From); err != nil {
		return err
	}
	live := c.source.Header()
	if whole == nil {
		whole = live
	}
	written := headerCopy(whole)
	c.ids = newIDStyler(c.opts.IDs, c.opts.Prefixes, whole)
	if err := c.open(whole); err != nil {
		return err
	}
	if err := c.events(); err != nil {
		return c.giveUp(err)
	}
	if late := lateHeader(&written, live); late != "" {
		return c.giveUp(c.late(live, late))
	}
	if err := c.tail(live.Document, len(written.Document)); err != nil {
		return c.giveUp(err)
	}
	return c.out.Close()
}

func (c *conversion) events() error {
	for {
		e, err := c.source.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = c.event(e)
		}
		if err != nil {
			return err
		}
	}
}

// tail hands the writer what stood behind the events.
func (c *conversion) tail(all []Node, written int) error {
	if err := c.dropped(Where{File: c.header.File}); err != nil {
		return err
	}
	if len(all) > written {
		c.header.Document = append(c.header.Document, c.fit.documentNodes(all[written:])...)
	}
	return c.name()
}

// giveUp writes the whole events that the writer still holds.
func (c *conversion) giveUp(err error) error {
	if flush := c.out.flush(true); flush != nil && !errors.Is(err, flush) {
		return errors.Join(err, flush)
	}
	return err
}

// wholeHeader reads the document a first time where its header may go on behind
// the events, and goes back to where the source stood.
func (c *conversion) wholeHeader(src io.Reader) (*Header, error) {
	seeker, ok := src.(io.Seeker)
	if !ok {
		return nil, nil
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, nil // a pipe that only looks like a file
	}
	r, err := NewReader(src, c.opts.From)
	if err != nil {
		return nil, err
	}
	twice := c.opts.To.Form == JSON || r.Form() == JSON || r.Header().SchemaVersion == "2.0"
	for twice && err == nil {
		_, err = r.Next()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if _, err := seeker.Seek(start, io.SeekStart); err != nil {
		return nil, fmt.Errorf("couldn't read the document a second time: %w", err)
	}
	if twice {
		return r.Header(), nil
	}
	return nil, nil
}

// open names the losses of the header and writes the document up to its events.
func (c *conversion) open(whole *Header) error {
	if err := c.dropped(Where{File: whole.File}); err != nil {
		return err
	}
	if c.opts.Header != nil {
		changed := headerCopy(whole)
		c.opts.Header(&changed)
		whole = &changed
	}
	h := c.fit.header(whole)
	c.ids.header(h, &c.fit)
	if err := c.name(); err != nil {
		return err
	}
	c.header = h
	var err error
	if c.opts.To.Form == JSON {
		c.out, err = NewJSONWriter(c.dst, h, JSONOptions{})
	} else {
		c.out, err = NewXMLWriter(c.dst, h, XMLOptions{Version: c.opts.To.Version, Indent: c.opts.Indent})
	}
	return err
}

// event converts and writes one event.
func (c *conversion) event(e *Event) error {
	if err := c.dropped(e.Where); err != nil {
		return err
	}
	if c.opts.Event != nil {
		c.opts.Event(e)
	}
	c.ids.learn(e)
	out := c.fit.event(e)
	if out != nil {
		c.ids.event(out, &c.fit)
	}
	if err := c.name(); err != nil || out == nil {
		return err
	}
	if err := c.out.Write(out); err != nil {
		return err
	}
	c.report.Events++
	return nil
}

// dropped names what the reader left out since the last call.
func (c *conversion) dropped(where Where) error {
	now := c.source.dropped()
	c.fit.where = where
	if n := now.comments - c.before.comments; n > 0 {
		c.fit.lose(LossComment, "comment", fmt.Sprintf("%d comments or processing instructions are left out", n))
	}
	if n := now.attributes - c.before.attributes; n > 0 {
		c.fit.lose(LossAttribute, now.attribute, fmt.Sprintf("%d attributes that the standard's own elements don't have are left out", n))
	}
	if n := now.contexts - c.before.contexts; n > 0 {
		c.fit.lose(LossContext, "@context", fmt.Sprintf("%.100q isn't kept", now.context))
	}
	c.before = now
	return c.name()
}

// name hands the losses found so far to the caller.
func (c *conversion) name() error {
	losses := c.fit.losses
	c.fit.losses = c.fit.losses[:0]
	for _, l := range losses {
		if c.opts.RefuseLoss {
			return fmt.Errorf("couldn't convert without loss: %w", l.refusal())
		}
		c.report.Losses++
		if c.opts.OnLoss != nil {
			c.opts.OnLoss(l)
		}
	}
	return nil
}

func (c *conversion) late(h *Header, field string) error {
	return &Error{
		File: h.File, Rule: "epcis/late-header",
		Text:   field + " stands behind the events, and the source can't be read twice",
		Remedy: "convert from a file, or put the header before the events",
	}
}

// lateHeader names what a header got after it was written, or "". Elements
// beside the body don't matter: writers write those at the end.
func lateHeader(written, now *Header) string {
	switch {
	case written.Kind != now.Kind:
		return "type"
	case written.ID != now.ID:
		return "id"
	case !written.CreationDate.Equal(now.CreationDate):
		return "creationDate"
	case !sameSBDH(written.SBDH, now.SBDH):
		return "sender, receiver or instanceIdentifier"
	case len(written.Vocabulary) != len(now.Vocabulary), len(written.Extensions) != len(now.Extensions),
		written.GuidelineVersion != now.GuidelineVersion, (written.Statement == nil) != (now.Statement == nil):
		return "epcisHeader"
	case written.QueryName != now.QueryName, written.SubscriptionID != now.SubscriptionID:
		return "queryName or subscriptionID"
	case len(written.ignored) != len(now.ignored):
		return "the list of ignored fields"
	}
	return ""
}

func sameSBDH(a, b *SBDH) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Sender.ID == b.Sender.ID && a.Receiver.ID == b.Receiver.ID && a.InstanceID == b.InstanceID
}

// headerCopy keeps the header as it is now: the reader goes on filling its own.
func headerCopy(h *Header) Header {
	out := *h
	if h.SBDH != nil {
		kept := *h.SBDH
		out.SBDH = &kept
	}
	return out
}
