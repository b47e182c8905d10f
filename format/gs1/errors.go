package gs1

import (
	"strconv"
	"strings"
)

// Error is a refusal: which rule, what text, where in it, and what to do next.
// Every function of this package that can fail on its input returns one.
type Error struct {
	Rule   string // a stable code, one of those in Rules
	Input  string // the whole text that was being read
	Where  string // the part of it: "AI 17", "company prefix"; may be empty
	Text   string // what is wrong with it
	Remedy string // what the person who sent it can do
	Offset int    // byte offset in Input where it goes wrong, from 0
}

// Error says the rule, what is wrong, where, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Rule)
	b.WriteString(": ")
	b.WriteString(e.Text)
	if e.Where != "" {
		b.WriteString(" (")
		b.WriteString(e.Where)
		b.WriteString(")")
	}
	b.WriteString(" at offset ")
	b.WriteString(strconv.Itoa(e.Offset))
	in := e.Input
	if len(in) > maxErrorInput {
		in = in[:maxErrorInput] + "…"
	}
	b.WriteString(" of ")
	b.WriteString(strconv.Quote(in))
	if e.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// refuse makes an Error with the rule's own remedy.
func refuse(rule, input, where string, offset int, text string) *Error {
	return &Error{Rule: rule, Input: input, Where: where, Offset: offset, Text: text, Remedy: remedyOf(rule)}
}

// within moves an error about a part of a text to the whole of it.
func (e *Error) within(input, where string, base int) *Error {
	moved := *e
	moved.Input, moved.Offset = input, e.Offset+base
	if where != "" {
		moved.Where = where
	}
	return &moved
}
