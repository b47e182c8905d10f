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
	Version string // "1.1", "1.2" (the default) or "2.0"
	Indent  string // per level; empty writes one line per element group
}

// XMLWriter writes a document event by event.
type XMLWriter struct {
	out     io.Writer
	buf     []byte
	version string
	old     bool // 1.1 or 1.2
	indent  string
	level   int
	scope   []Namespace // prefixes in use
	made    int         // prefixes made up so far
	header  *Header
	root    string // qualified name of the document's element
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
	if !knownXMLVersion(opts.Version) {
		return nil, fmt.Errorf("couldn't write XML: version %q isn't 1.1, 1.2 or 2.0", opts.Version)
	}
	w := &XMLWriter{out: out, version: opts.Version, old: opts.Version != "2.0", indent: opts.Indent, header: h}
	w.buf = append(w.buf, `<?xml version="1.0" encoding="UTF-8"?>`...)
	w.openDocument()
	w.writeHeader()
	w.writeIgnored()
	w.open("EPCISBody")
	switch h.Kind {
	case MasterDataDocument:
		w.vocabularyList(h.Vocabulary)
		return w, w.flush(true)
	case QueryDocument:
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

func knownXMLVersion(version string) bool {
	return version == "1.1" || version == "1.2" || version == "2.0"
}

func (w *XMLWriter) queryName(local string) string { return "epcisq:" + local }

func (w *XMLWriter) openDocument() {
	prefix, root, space, newer := "epcis", "EPCISDocument", SpaceEPCIS1, SpaceEPCIS2
	switch w.header.Kind {
	case QueryDocument:
		prefix, root, space, newer = "epcisq", "EPCISQueryDocument", SpaceQuery1, SpaceQuery2
	case MasterDataDocument:
		prefix, root, space, newer = "epcismd", "EPCISMasterDataDocument", SpaceMaster1, SpaceMaster2
	}
	if !w.old {
		space = newer
	}
	w.root = prefix + ":" + root
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
	w.start(w.root)
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

// Write writes one event, whole or not at all. After a refusal, an *Error, the
// writer can go on with the next event.
func (w *XMLWriter) Write(e *Event) error {
	if w.err != nil {
		return w.err
	}
	if w.header.Kind == MasterDataDocument {
		return w.refuseEvent(e, "a document of master data holds no events")
	}
	if _, ok := eventType([]byte(e.Type)); !ok {
		return w.refuseEvent(e, fmt.Sprintf("%q isn't an event type", e.Type))
	}
	before, level, scope, indent := len(w.buf), w.level, len(w.scope), w.indent
	for range w.wrappers(e.Type) {
		w.open("extension")
	}
	w.writeEvent(e)
	for range w.wrappers(e.Type) {
		w.close("extension")
	}
	if refused, ok := w.err.(*Error); ok {
		refused.Event, refused.File, refused.Line, refused.Path = e.Where.Event, e.Where.File, e.Where.Line, e.Where.Path
		w.buf, w.level, w.scope, w.indent, w.err = w.buf[:before], level, w.scope[:scope], indent, nil
		return refused
	}
	return w.flush(false)
}

func (w *XMLWriter) refuseEvent(e *Event, text string) error {
	return &Error{
		File: e.Where.File, Line: e.Where.Line, Path: e.Where.Path, Event: e.Where.Event,
		Rule: "epcis/unwritable", Text: text, Remedy: "correct the value before writing",
	}
}

// wrappers counts the extension elements EPCIS 1.x puts around each event of the
// types it added later.
func (w *XMLWriter) wrappers(t EventType) int {
	switch {
	case w.old && t == TransformationEvent:
		return 1
	case w.old && t == AssociationEvent:
		return 2
	}
	return 0
}

// Close ends the document. It doesn't close the underlying writer.
func (w *XMLWriter) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	if w.header.Kind != MasterDataDocument {
		w.close("EventList")
	}
	if w.header.Kind == QueryDocument {
		w.close("resultsBody")
		w.close(w.queryName("QueryResults"))
	}
	w.close("EPCISBody")
	w.writeDocument()
	w.close(w.root)
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

// refuse gives up what is being written.
func (w *XMLWriter) refuse(text string) {
	if w.err == nil {
		w.err = &Error{Rule: "epcis/unwritable", Text: text, Remedy: "correct the value before writing"}
	}
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
			w.refuse(fmt.Sprintf("the text %.60q has a character XML doesn't allow", s))
			return
		default:
			w.buf = append(w.buf, string(r)...)
		}
	}
}
