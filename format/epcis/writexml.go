package epcis

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// XMLOptions say how to write XML. The zero value writes EPCIS 1.2, indented by
// nothing, the shape US partners exchange.
type XMLOptions struct {
	Version string // "1.2" (the default) or "2.0"
	Indent  string // per level; empty writes one line per element group
}

// XMLWriter writes a document event by event.
type XMLWriter struct {
	out     io.Writer
	buf     []byte
	version string
	indent  string
	level   int
	scope   []Namespace // prefixes in use
	made    int         // prefixes made up so far
	header  *Header
	wrapped string // open extension element around the event
	err     error
	closed  bool
}

// NewXMLWriter writes the document up to the first event: the Standard Business
// Document Header, master data and the US header fields, where the header has
// them. Close must be called at the end.
func NewXMLWriter(out io.Writer, h *Header, opts XMLOptions) (*XMLWriter, error) {
	if opts.Version == "" {
		opts.Version = "1.2"
	}
	if opts.Version != "1.2" && opts.Version != "2.0" {
		return nil, fmt.Errorf("couldn't write XML: version %q isn't 1.2 or 2.0", opts.Version)
	}
	w := &XMLWriter{out: out, version: opts.Version, indent: opts.Indent, header: h}
	w.buf = append(w.buf, `<?xml version="1.0" encoding="UTF-8"?>`...)
	w.openDocument()
	w.writeHeader()
	w.writeIgnored()
	w.open("EPCISBody")
	if h.Kind == QueryDocument {
		w.open(w.queryName("QueryResults"))
		w.leaf("queryName", h.QueryName)
		if h.SubscriptionID != "" {
			w.leaf("subscriptionID", h.SubscriptionID)
		}
		w.open("resultsBody")
	}
	w.open("EventList")
	return w, w.flush(true)
}

func (w *XMLWriter) queryName(local string) string { return "epcisq:" + local }

func (w *XMLWriter) openDocument() {
	prefix, space, root := "epcis", SpaceEPCIS1, "EPCISDocument"
	if w.version == "2.0" {
		space = SpaceEPCIS2
	}
	if w.header.Kind == QueryDocument {
		prefix, space, root = "epcisq", SpaceQuery1, "EPCISQueryDocument"
		if w.version == "2.0" {
			space = SpaceQuery2
		}
	}
	w.scope = append(w.scope, Namespace{"xml", spaceXML}, Namespace{prefix, space}, Namespace{"cbvmda", SpaceMasterData})
	if w.header.SBDH != nil {
		w.scope = append(w.scope, Namespace{"sbdh", SpaceSBDH})
	}
	if w.header.Statement != nil || w.header.GuidelineVersion != "" {
		w.scope = append(w.scope, Namespace{"gs1ushc", SpaceUS})
	}
	for _, n := range w.header.Namespaces {
		if n.Prefix != "" && n.URI != spaceXML && !isCoreSpace(n.URI) && !isMasterDataSpace(n.URI) && w.uri(n.Prefix) == "" && validName([]byte(n.Prefix)) {
			w.scope = append(w.scope, n)
		}
	}
	w.start(prefix + ":" + root)
	for _, n := range w.scope[1:] {
		w.attr("xmlns:"+n.Prefix, n.URI)
	}
	w.attr("schemaVersion", w.version)
	if !w.header.CreationDate.IsZero() {
		w.attr("creationDate", w.header.CreationDate.Format(timeFormat))
	}
	w.endStart()
}

// writeIgnored writes the names that hashes leave out. They stand before the
// events, so that a reader knows them in time.
func (w *XMLWriter) writeIgnored() {
	for i := range w.header.Document {
		if list := w.header.Document[i]; isIgnoreFields(&list) {
			list.Kind, list.Text, list.List, list.Children = KindObject, "", false, nil
			for _, name := range w.header.ignored {
				list.Children = append(list.Children, Node{Name: name})
			}
			w.node(&list)
			return
		}
	}
}

// Write writes one event.
func (w *XMLWriter) Write(e *Event) error {
	if w.err != nil {
		return w.err
	}
	if _, ok := eventType([]byte(e.Type)); !ok {
		return w.refuse(e, fmt.Sprintf("%q isn't an event type", e.Type))
	}
	w.wrap(w.wrapper(e.Type))
	w.writeEvent(e)
	if refused, ok := w.err.(*Error); ok && refused.Event == 0 {
		refused.Event, refused.File, refused.Line = e.Where.Event, e.Where.File, e.Where.Line
	}
	return w.flush(false)
}

// wrapper names the extension elements EPCIS 1.2 puts around event types it
// added later.
func (w *XMLWriter) wrapper(t EventType) string {
	if w.version == "1.2" && t == TransformationEvent {
		return "extension"
	}
	if w.version == "1.2" && t == AssociationEvent {
		return "extension extension"
	}
	return ""
}

func (w *XMLWriter) wrap(wrapper string) {
	if wrapper == w.wrapped {
		return
	}
	for range strings.Fields(w.wrapped) {
		w.close("extension")
	}
	for range strings.Fields(wrapper) {
		w.open("extension")
	}
	w.wrapped = wrapper
}

// Close ends the document. It doesn't close the underlying writer.
func (w *XMLWriter) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	w.wrap("")
	w.close("EventList")
	if w.header.Kind == QueryDocument {
		w.close("resultsBody")
		w.close(w.queryName("QueryResults"))
	}
	w.close("EPCISBody")
	for i := range w.header.Document {
		if !isIgnoreFields(&w.header.Document[i]) {
			w.node(&w.header.Document[i])
		}
	}
	if w.header.Kind == QueryDocument {
		w.close("epcisq:EPCISQueryDocument")
	} else {
		w.close("epcis:EPCISDocument")
	}
	w.buf = append(w.buf, '\n')
	return w.flush(true)
}

func (w *XMLWriter) flush(all bool) error {
	if w.err == nil && (all || len(w.buf) > writeBufferBytes) {
		if _, err := w.out.Write(w.buf); err != nil {
			w.err = fmt.Errorf("couldn't write the document: %w", err)
		}
		w.buf = w.buf[:0]
	}
	return w.err
}

func (w *XMLWriter) refuse(e *Event, text string) error {
	err := &Error{Rule: "epcis/unwritable", Text: text, Remedy: "correct the value before writing"}
	if e != nil {
		err.File, err.Line, err.Path, err.Event = e.Where.File, e.Where.Line, e.Where.Path, e.Where.Event
	}
	if w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *XMLWriter) newline() {
	if w.indent == "" {
		return
	}
	w.buf = append(w.buf, '\n')
	for i := 0; i < w.level; i++ {
		w.buf = append(w.buf, w.indent...)
	}
}

func (w *XMLWriter) start(name string) {
	w.newline()
	w.buf = append(w.buf, '<')
	w.buf = append(w.buf, name...)
}

func (w *XMLWriter) endStart() {
	w.buf = append(w.buf, '>')
	w.level++
}

func (w *XMLWriter) open(name string) {
	w.start(name)
	w.endStart()
}

func (w *XMLWriter) close(name string) {
	w.level--
	w.newline()
	w.endTag(name)
}

func (w *XMLWriter) endTag(name string) {
	w.buf = append(w.buf, '<', '/')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '>')
}

func (w *XMLWriter) leaf(name, text string) {
	w.start(name)
	w.buf = append(w.buf, '>')
	w.text(text)
	w.endTag(name)
}

// optional writes a leaf unless the text is empty.
func (w *XMLWriter) optional(name, text string) {
	if text != "" {
		w.leaf(name, text)
	}
}

func (w *XMLWriter) time(name string, t time.Time) {
	if !t.IsZero() {
		w.leaf(name, t.Format(timeFormat))
	}
}

func (w *XMLWriter) attr(name, value string) {
	w.buf = append(w.buf, ' ')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '=', '"')
	w.escape(value, true)
	w.buf = append(w.buf, '"')
}

func (w *XMLWriter) text(s string) { w.escape(s, false) }

// escape appends text so that a strict reader gets it back as it is.
func (w *XMLWriter) escape(s string, attribute bool) {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c > '>' && c < 0x7F || c >= '(' && c <= ';' || c == ' ' || c == '#' || c == '='
	}
	if plain {
		w.buf = append(w.buf, s...)
		return
	}
	for i, r := range s {
		switch {
		case r == '&':
			w.buf = append(w.buf, "&amp;"...)
		case r == '<':
			w.buf = append(w.buf, "&lt;"...)
		case r == '>':
			w.buf = append(w.buf, "&gt;"...)
		case r == '"' && attribute:
			w.buf = append(w.buf, "&quot;"...)
		case r == '\r', attribute && (r == '\n' || r == '\t'):
			w.buf = append(w.buf, "&#"...)
			w.buf = strconv.AppendInt(w.buf, int64(r), 10)
			w.buf = append(w.buf, ';')
		case !validChar(r), r == '\uFFFD' && !strings.HasPrefix(s[i:], "\uFFFD"):
			_ = w.refuse(nil, fmt.Sprintf("the text %.60q has a character XML doesn't allow", s))
			return
		default:
			w.buf = append(w.buf, string(r)...)
		}
	}
}
