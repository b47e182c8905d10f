package epcis

import (
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// standardContext is the address of the JSON-LD context of EPCIS 2.0.
const standardContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

// JSONOptions say how to write JSON-LD.
type JSONOptions struct {
	Context string // address of the EPCIS context; empty means that of 2.0.0
}

// JSONWriter writes an EPCIS 2.0 JSON-LD document event by event.
type JSONWriter struct {
	out    io.Writer
	buf    []byte
	header *Header
	spaces []Namespace // prefixes of the document and of the current event
	common int         // how many of them are the document's
	first  bool        // no member was written in the open object or array
	early  int         // elements beside the header that were written before the events
	err    error
	closed bool
}

// NewJSONWriter writes the document up to the first event. Close must be called
// at the end.
func NewJSONWriter(out io.Writer, h *Header, opts JSONOptions) (*JSONWriter, error) {
	w := &JSONWriter{out: out, header: h, first: true}
	w.spaces = append(w.spaces, standardSpaces...)
	w.begin('{')
	w.context(orDefault(opts.Context, standardContext))
	w.optional("id", h.ID)
	if h.Kind == QueryDocument {
		w.string("type", "EPCISQueryDocument")
	} else {
		w.string("type", "EPCISDocument")
	}
	w.string("schemaVersion", "2.0")
	w.time("creationDate", h.CreationDate)
	if h.Kind != QueryDocument {
		w.writeHeader()
	}
	w.early = len(h.Document)
	w.nodes(w.document())
	w.name("epcisBody")
	w.begin('{')
	if h.Kind == QueryDocument {
		w.queryResults()
	}
	w.name("eventList")
	w.begin('[')
	return w, w.flush(true)
}

// queryResults writes the way to the events of a query document, which has its
// master data there and no header.
func (w *JSONWriter) queryResults() {
	w.name("queryResults")
	w.begin('{')
	w.optional("subscriptionID", w.header.SubscriptionID)
	w.string("queryName", w.header.QueryName)
	w.name("resultsBody")
	w.begin('{')
	if len(w.header.Vocabulary) > 0 {
		w.vocabularyList()
	}
}

// context declares the prefixes of the document.
func (w *JSONWriter) context(address string) {
	w.name("@context")
	w.begin('[')
	w.item()
	w.quote(address)
	for _, n := range w.header.Namespaces {
		if n.Prefix != "" && validName([]byte(n.Prefix)) && !isCoreSpace(n.URI) && n.URI != SpaceXSI && n.URI != SpaceSBDH && w.uri(n.Prefix) == "" {
			w.declare(n)
		}
	}
	if (w.header.Statement != nil || w.header.GuidelineVersion != "") && !w.declared(SpaceUS) {
		w.declare(Namespace{"gs1ushc", SpaceUS})
	}
	var need []Namespace
	w.collect(w.header.Extensions, &need)
	w.collect(w.header.Document, &need)
	for _, name := range w.header.ignored {
		w.collectName(name, "", &need)
	}
	for _, n := range need {
		w.object(n)
	}
	w.end(']')
	w.common = len(w.spaces)
}

// document returns the unknown members beside header and body. The list of names
// that hashes leave out becomes a list of strings.
func (w *JSONWriter) document() []Node {
	var out []Node
	listed := false
	for _, n := range w.header.Document {
		if !isIgnoreFields(&n) {
			out = append(out, n)
			continue
		}
		for _, name := range w.header.ignored {
			if !listed {
				out = append(out, Node{Name: n.Name, Prefix: n.Prefix, List: true, Text: w.key(name, "")})
			}
		}
		listed = true
	}
	return out
}

func (w *JSONWriter) declare(n Namespace) {
	w.spaces = append(w.spaces, n)
	w.object(n)
}

// object writes one prefix of a context.
func (w *JSONWriter) object(n Namespace) {
	w.item()
	w.begin('{')
	w.string(n.Prefix, n.URI)
	w.end('}')
}

func (w *JSONWriter) uri(prefix string) string {
	for i := len(w.spaces) - 1; i >= 0; i-- {
		if w.spaces[i].Prefix == prefix {
			return w.spaces[i].URI
		}
	}
	return ""
}

func (w *JSONWriter) declared(space string) bool { return w.prefix(space, "") != "" }

// prefix returns the prefix in use for a namespace, the hint if it is one.
func (w *JSONWriter) prefix(space, hint string) string {
	if isMasterDataSpace(space) {
		space = SpaceMasterData
	}
	if hint != "" && w.uri(hint) == space {
		return hint
	}
	for i := len(w.spaces) - 1; i >= 0; i-- {
		if n := w.spaces[i]; n.URI == space && w.uri(n.Prefix) == space {
			return n.Prefix
		}
	}
	return ""
}

// collect finds the namespaces of nodes that have no prefix yet and gives them
// one.
func (w *JSONWriter) collect(nodes []Node, need *[]Namespace) {
	for i := range nodes {
		w.collectName(nodes[i].Name, nodes[i].Prefix, need)
		for _, a := range nodes[i].Attrs {
			w.collectName(a.Name, a.Prefix, need)
		}
		w.collect(nodes[i].Children, need)
	}
}

func (w *JSONWriter) collectName(name Name, hint string, need *[]Namespace) {
	if name.Space == "" || name.Space == SpaceXSI || w.prefix(name.Space, hint) != "" {
		return
	}
	for n := 1; hint == "" || w.uri(hint) != "" || !validName([]byte(hint)); n++ {
		hint = "ns" + strconv.Itoa(n)
	}
	*need = append(*need, Namespace{hint, name.Space})
	w.spaces = append(w.spaces, Namespace{hint, name.Space})
}

// Write writes one event, whole or not at all. After a refusal, an *Error, the
// writer can go on with the next event.
func (w *JSONWriter) Write(e *Event) error {
	if w.err != nil {
		return w.err
	}
	before, first := len(w.buf), w.first
	if _, ok := eventType([]byte(e.Type)); !ok {
		w.refuse(fmt.Sprintf("%q isn't an event type", e.Type))
	}
	w.item()
	w.writeEvent(e)
	w.spaces = w.spaces[:w.common]
	if refused, ok := w.err.(*Error); ok {
		refused.File, refused.Line, refused.Path, refused.Event = e.Where.File, e.Where.Line, e.Where.Path, e.Where.Event
		w.buf, w.first, w.err = w.buf[:before], first, nil
		return refused
	}
	return w.flush(false)
}

// Close ends the document. It doesn't close the underlying writer.
func (w *JSONWriter) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	w.end(']')
	if w.header.Kind == QueryDocument {
		w.end('}')
		w.end('}')
	}
	w.end('}')
	if late := w.header.Document[min(w.early, len(w.header.Document)):]; len(late) > 0 {
		w.nodes(late)
	}
	w.end('}')
	w.buf = append(w.buf, '\n')
	return w.flush(true)
}

func (w *JSONWriter) flush(all bool) error {
	if w.err == nil && (all || len(w.buf) > writeBufferBytes) {
		if _, err := w.out.Write(w.buf); err != nil {
			w.err = fmt.Errorf("couldn't write the document: %w", err)
		}
		w.buf = w.buf[:0]
	}
	return w.err
}

func (w *JSONWriter) refuse(text string) {
	if w.err == nil {
		w.err = &Error{Rule: "epcis/unwritable", Text: text, Remedy: "correct the value before writing"}
	}
}

func (w *JSONWriter) begin(open byte) {
	w.buf = append(w.buf, open)
	w.first = true
}

func (w *JSONWriter) end(brace byte) {
	w.buf = append(w.buf, brace)
	w.first = false
}

// item writes the comma between members or items.
func (w *JSONWriter) item() {
	if !w.first {
		w.buf = append(w.buf, ',')
	}
	w.first = false
}

func (w *JSONWriter) name(name string) {
	w.item()
	w.quote(name)
	w.buf = append(w.buf, ':')
}

func (w *JSONWriter) string(name, value string) {
	w.name(name)
	w.quote(value)
}

func (w *JSONWriter) optional(name, value string) {
	if value != "" {
		w.string(name, value)
	}
}

func (w *JSONWriter) time(name string, t time.Time) {
	if !t.IsZero() {
		w.string(name, t.Format(timeFormat))
	}
}

// quote appends a JSON string.
func (w *JSONWriter) quote(s string) {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		w.refuse(fmt.Sprintf("the text %.60q isn't UTF-8", s))
		return
	}
	w.buf = append(w.buf, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		w.buf = append(w.buf, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			w.buf = append(w.buf, '\\', c)
		case '\n':
			w.buf = append(w.buf, '\\', 'n')
		case '\t':
			w.buf = append(w.buf, '\\', 't')
		default:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	w.buf = append(w.buf, s[from:]...)
	w.buf = append(w.buf, '"')
}
