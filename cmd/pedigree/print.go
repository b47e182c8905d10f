package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// output is where a verb says what came of it.
type output struct {
	data  io.Writer // for programs and people
	words io.Writer // for people only
	json  bool
	quiet bool
}

// result prints one answer: as JSON with --json, else as text writes it.
func (o *output) result(v any, text func(w io.Writer)) error {
	if !o.json {
		text(o.data)
		return nil
	}
	enc := json.NewEncoder(o.data)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// say tells a person something beside the answer.
func (o *output) say(format string, args ...any) {
	if !o.quiet && !o.json {
		fmt.Fprintf(o.words, format+"\n", args...)
	}
}

// complain prints an error and its hint.
func (o *output) complain(err error, code int, hint string) {
	if o.json {
		_ = json.NewEncoder(o.data).Encode(map[string]any{"error": err.Error(), "hint": hint, "exit": code})
		return
	}
	fmt.Fprintf(o.words, "error: %s\n", strings.TrimSpace(err.Error()))
	if hint != "" && !strings.Contains(err.Error(), hint) {
		fmt.Fprintf(o.words, "hint: %s\n", hint)
	}
}

func newOutput() *output { return &output{data: os.Stdout, words: os.Stderr} }
