package deadline

import (
	"fmt"
	"strings"
	"time"
)

// Words and limits of a calendar's text.
const (
	wordFederal = "us-federal"
	wordNone    = "none"
	daysMax     = 400 // in one list
)

// day is a date without a place.
type day struct {
	year  int // 0: each year
	month time.Month
	day   int
}

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

// Calendar is the holidays of a place. Its zero value has none.
type Calendar struct {
	federal bool
	days    map[day]bool
}

// Federal is the holidays of the United States and no others.
func Federal() Calendar { return Calendar{federal: true} }

// ParseCalendar reads a place's holiday list: words and days with commas. us-federal is
// the holidays of the United States, none takes them away; 2026-04-21 is one day, 03-31
// that day each year. The federal holidays are part of it unless it says none.
//
// A list that can't be read gives a calendar without holidays beside the error: days
// are then due sooner, never later.
func ParseCalendar(text string) (Calendar, error) {
	c := Calendar{federal: true, days: map[day]bool{}}
	for part := range strings.SplitSeq(text, ",") {
		switch part = strings.ToLower(strings.TrimSpace(part)); part {
		case "", wordFederal:
			continue
		case wordNone:
			c.federal = false
			continue
		}
		d, err := parseDay(part)
		if err != nil {
			return Calendar{}, err
		}
		if c.days[d] = true; len(c.days) > daysMax {
			return Calendar{}, fmt.Errorf("couldn't read a holiday list: it has more than %d days", daysMax)
		}
	}
	return c, nil
}

func parseDay(text string) (day, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return dayOf(t), nil
	}
	t, err := time.Parse("2006-01-02", "2024-"+text) // a leap year, so that 02-29 is a day
	if err != nil {
		return day{}, fmt.Errorf("couldn't read a holiday list: %q is no day; write us-federal, none, days such as 2026-04-21, or days of each year such as 03-31, with commas", text)
	}
	d := dayOf(t)
	d.year = 0
	return d, nil
}

// Holiday tells whether a day is a holiday, by its date where it is read.
func (c Calendar) Holiday(t time.Time) bool {
	d := dayOf(t)
	return c.federal && federal(d) || c.days[d] || c.days[day{0, d.month, d.day}]
}

// Business tells whether a day is a business day.
func (c Calendar) Business(t time.Time) bool {
	w := t.Weekday()
	return w != time.Saturday && w != time.Sunday && !c.Holiday(t)
}
