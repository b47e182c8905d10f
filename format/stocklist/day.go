package stocklist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pedigree/format/gs1"
)

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// monthOf is the number of a month by its English name or its first three letters.
func monthOf(word string) int {
	word = strings.ToLower(word)
	if len(word) < 3 || word == "" {
		return 0
	}
	full := []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	if i := slices.Index(full, word); i >= 0 {
		return i + 1
	}
	return slices.Index(months, word) + 1
}

// wasMonth tells what a spreadsheet makes of lots such as MAR21 and 1MAR: Mar-21, 1-Mar.
func wasMonth(lot string) bool {
	a, b, ok := strings.Cut(lot, "-")
	if !ok || len(a) > 3 || len(b) > 3 {
		return false
	}
	name, number := a, b
	if onlyDigits(a) {
		name, number = b, a
	}
	return len(name) == 3 && name[0] >= 'A' && name[0] <= 'Z' && name[1] >= 'a' && monthOf(name) > 0 && number != "" && onlyDigits(number)
}

// readDay reads a date into CCYY-MM-DD. A month without a day is its last day. Where it
// can't, it gives the rule and what is wrong.
func readDay(text string) (day, rule, why string) {
	whole := text
	text = withoutTime(text)
	if onlyDigits(text) {
		return plainDay(text)
	}
	parts := dayParts(text)
	switch len(parts) {
	case 2:
		return monthAlone(whole, parts)
	case 3:
		return threeParts(whole, parts)
	}
	return "", RuleDate, fmt.Sprintf("%s is no date", quoted(whole))
}

// withoutTime cuts the time of day off.
func withoutTime(text string) string {
	date, clock, ok := strings.Cut(text, "T")
	if !ok {
		date, clock, ok = strings.Cut(text, " ")
	}
	if ok && strings.Contains(clock, ":") {
		return date
	}
	return text
}

// dayParts takes a date apart at its separators and where letters begin and end.
func dayParts(text string) []string {
	var b strings.Builder
	last := byte(' ')
	for i := 0; i < len(text); i++ {
		ch := text[i]
		if isLetter(last) != isLetter(ch) {
			b.WriteByte(' ')
		}
		if strings.IndexByte("-/., ", ch) >= 0 {
			ch = ' '
		}
		b.WriteByte(ch)
		last = ch
	}
	return strings.Fields(b.String())
}

func isLetter(ch byte) bool { return ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' }

// plainDay reads a date of digits alone: CCYYMMDD, or YYMMDD as in a code.
func plainDay(text string) (day, rule, why string) {
	switch len(text) {
	case 8:
		return dayOf(text, number(text[:4]), number(text[4:6]), number(text[6:]))
	case 6:
		if number(text[:2]) <= 12 {
			return "", RuleAmbiguousDate, fmt.Sprintf("%s may be year, month and day, or month, day and year", quoted(text))
		}
		d, err := gs1.ParseDate(text)
		if err != nil {
			return "", RuleDate, fmt.Sprintf("%s is no date (YYMMDD)", quoted(text))
		}
		return dayOf(text, d.Year, d.Month, d.Day)
	case 5:
		return "", RuleDamagedDate, fmt.Sprintf("%s is the number by which a spreadsheet keeps a date", quoted(text))
	}
	return "", RuleDate, fmt.Sprintf("%s is no date", quoted(text))
}

// monthAlone reads a month and a year: its last day.
func monthAlone(whole string, parts []string) (day, rule, why string) {
	year, month := parts[0], parts[1]
	if len(year) != 4 {
		year, month = month, year
	}
	m := monthOf(month)
	if m == 0 && len(month) <= 2 {
		m = number(month)
	}
	if len(year) != 4 || !onlyDigits(year) || m < 1 || m > 12 {
		return "", RuleDate, fmt.Sprintf("%s is no date", quoted(whole))
	}
	for last := 31; last >= 28; last-- {
		if day, rule, why = dayOf(whole, number(year), m, last); rule == "" {
			return day, "", ""
		}
	}
	return "", rule, why
}

// threeParts reads day, month and year in one of their orders.
func threeParts(whole string, p []string) (day, rule, why string) {
	if len(p[0]) == 4 && onlyDigits(p[0]) {
		return dayOf(whole, number(p[0]), monthNumber(p[1]), number(p[2]))
	}
	year := number(p[2])
	if len(p[2]) == 2 {
		year += 2000
	}
	switch {
	case monthOf(p[0]) > 0:
		return dayOf(whole, year, monthOf(p[0]), number(p[1]))
	case monthOf(p[1]) > 0:
		return dayOf(whole, year, monthOf(p[1]), number(p[0]))
	}
	a, b := number(p[0]), number(p[1])
	switch {
	case a > 12:
		return dayOf(whole, year, b, a)
	case b > 12 || a == b:
		return dayOf(whole, year, a, b)
	}
	return "", RuleAmbiguousDate, fmt.Sprintf("in %s day and month could change places", quoted(whole))
}

func monthNumber(text string) int {
	if m := monthOf(text); m > 0 {
		return m
	}
	return number(text)
}

// number is what digits stand for; 0 for anything else.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || !onlyDigits(text) {
		return 0
	}
	return n
}

func dayOf(whole string, year, month, day int) (string, string, string) {
	d, err := gs1.DateOf(year, month, day)
	if err != nil || year < yearMin || year > yearMax {
		return "", RuleDate, fmt.Sprintf("%s is no date between %d and %d", quoted(whole), yearMin, yearMax)
	}
	return d.String(), "", ""
}
