package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var columns = []string{"", "median", "range", "baseline", "ratio", "target", "reached"}

// printTable writes figures under each other for a terminal.
func printTable(out io.Writer, list []figure) error {
	rows := [][]string{columns}
	for _, f := range list {
		rows = append(rows, f.cells())
	}
	width := make([]int, len(columns))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell)+2)
		}
		b.WriteString("  " + strings.TrimRight(line, " ") + "\n")
	}
	for _, text := range remarks(list) {
		b.WriteString("  " + text + "\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// remarks are the notes of figures, and the reasons of those that miss their goal.
func remarks(list []figure) []string {
	var out []string
	for _, f := range list {
		if f.note != "" {
			out = append(out, fmt.Sprintf("%s: %s", f.name, f.note))
		}
		if f.verdict() == "no" && f.why != "" {
			out = append(out, fmt.Sprintf("%s misses its target, likely because %s", f.name, f.why))
		}
	}
	return out
}

// markdownTable writes figures as a table of a page.
func markdownTable(list []figure) string {
	var b strings.Builder
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(columns)
	b.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
	for _, f := range list {
		row(f.cells())
	}
	if texts := remarks(list); len(texts) > 0 {
		b.WriteString("\n")
		for _, text := range texts {
			b.WriteString("- " + text + "\n")
		}
	}
	return b.String()
}
