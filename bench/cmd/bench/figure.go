package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// figure is one line of the table.
type figure struct {
	name string
	got  sample
	unit string
	base sample // the baseline of the same run; empty: none
	goal goal
	why  string // the likely reason when the goal is not reached
	note string
}

// goal is what a figure should be. Its zero value asks nothing.
type goal struct {
	ratio bool // of the figure to its baseline, else the figure itself
	least bool // at least, else at most
	value float64
}

func atLeast(v float64) goal      { return goal{least: true, value: v} }
func atMost(v float64) goal       { return goal{value: v} }
func ratioAtLeast(v float64) goal { return goal{ratio: true, least: true, value: v} }
func ratioAtMost(v float64) goal  { return goal{ratio: true, value: v} }

// ratio is the figure over its baseline, 0 without one.
func (f figure) ratio() float64 {
	if b := f.base.median(); b != 0 {
		return f.got.median() / b
	}
	return 0
}

// reached reports whether the goal is met, or that there is none to judge.
func (f figure) reached() (met, judged bool) {
	if f.goal == (goal{}) || len(f.got) == 0 {
		return false, false
	}
	v := f.got.median()
	if f.goal.ratio {
		v = f.ratio()
	}
	if f.goal.least {
		return v >= f.goal.value, true
	}
	return v <= f.goal.value, true
}

// verdict is "yes", "no" or "" where nothing is judged.
func (f figure) verdict() string {
	met, judged := f.reached()
	switch {
	case !judged:
		return ""
	case met:
		return "yes"
	}
	return "no"
}

// cells are the figure's columns as text: name, median, range, baseline, ratio,
// goal, verdict.
func (f figure) cells() []string {
	row := []string{f.name, "not measured", "", "", "", f.goal.text(f.unit), f.verdict()}
	if len(f.got) == 0 {
		return row
	}
	row[1] = number(f.got.median()) + " " + f.unit
	if least, greatest := f.got.span(); least != greatest {
		row[2] = number(least) + " to " + number(greatest)
	}
	if len(f.base) > 0 {
		row[3] = number(f.base.median())
		row[4] = strconv.FormatFloat(f.ratio(), 'f', 2, 64)
	}
	return row
}

func (g goal) text(unit string) string {
	if g == (goal{}) {
		return ""
	}
	sign := "≤"
	if g.least {
		sign = "≥"
	}
	if g.ratio {
		return fmt.Sprintf("ratio %s %s", sign, number(g.value))
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", sign, number(g.value), unit))
}

// number writes the digits that count, three or four, and thousands apart.
func number(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	places := max(0, 2-int(math.Floor(math.Log10(math.Abs(v)))))
	switch size := math.Abs(v); {
	case size >= 100_000:
		v = math.Round(v/1000) * 1000
	case size >= 1000:
		v = math.Round(v/10) * 10
	}
	text := strconv.FormatFloat(v, 'f', places, 64)
	if strings.Contains(text, ".") {
		return strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
