package epcis

import (
	"fmt"
	"strings"
)

// Error is a refusal: the document, or a value given to a writer, can't be used.
type Error struct {
	File   string // name given in Options.File
	Line   int    // line in the document, from 1; 0 when unknown
	Path   string // element path (XML) or JSON pointer
	Event  int    // ordinal of the event, from 1; 0 outside events
	Rule   string // stable code such as "epcis/doctype"
	Text   string // what is wrong
	Remedy string // what to do next
}

// Error names the place, the fault, the rule and the remedy on one line.
func (e *Error) Error() string {
	var b strings.Builder
	writePlace(&b, e.File, e.Line, e.Path, e.Event)
	b.WriteString(e.Text)
	fmt.Fprintf(&b, " [%s]", e.Rule)
	if e.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// Severity says how much a finding matters.
type Severity uint8

// The severities, from harmless to refusing.
const (
	Info    Severity = iota // worth knowing
	Warning                 // should be corrected, the document can be used
	Fault                   // the document or event must not be used as it is
)

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	default:
		return "error"
	}
}

// MarshalText gives the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, known := range []Severity{Info, Warning, Fault} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("there is no severity %q", text)
}

// Finding is the result of one check that didn't pass.
type Finding struct {
	Severity Severity `json:"severity"`
	Set      Set      `json:"set"`               // rule set: structure, gs1, cbv or dscsa
	Rule     string   `json:"rule"`              // stable code such as "dscsa/commissioned-twice"
	Where    Where    `json:"where"`             // the event, or the file alone for findings on the document
	Subject  string   `json:"subject,omitempty"` // the identifier or value concerned, if any
	Text     string   `json:"text"`              // what is wrong
	Remedy   string   `json:"remedy"`            // what to do next
}

// String names the place, the severity, the fault, the rule and the remedy.
func (f Finding) String() string {
	var b strings.Builder
	writePlace(&b, f.Where.File, f.Where.Line, f.Where.Path, f.Where.Event)
	fmt.Fprintf(&b, "%s: %s [%s]", f.Severity, f.Text, f.Rule)
	if f.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(f.Remedy)
	}
	return b.String()
}

func writePlace(b *strings.Builder, file string, line int, path string, event int) {
	if file != "" {
		b.WriteString(file)
		b.WriteByte(':')
	}
	if line > 0 {
		fmt.Fprintf(b, "%d:", line)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if path != "" {
		fmt.Fprintf(b, "%s: ", path)
	}
	if event > 0 {
		fmt.Fprintf(b, "event %d: ", event)
	}
}
