package deadline

import (
	"slices"
	"time"
)

// searchDaysMax bounds the search for a business day: a calendar in which there is none
// for so long is a mistake, and the day after is taken.
const searchDaysMax = 400

// Each is one limit that applies.
type Each struct {
	At   time.Time `json:"at"`
	Rule Rule      `json:"rule"`
}

// Due is by when something has to be done: the earliest limit, and all of them. Its
// zero value has none.
type Due struct {
	At   time.Time `json:"at"`
	Rule Rule      `json:"rule" doc:"The limit that ends first"`
	All  []Each    `json:"all" doc:"Every limit that applies, the earliest first"`
}

// Of counts every rule from a moment, in a place's zone and by its holidays. UTC
// without a zone.
func Of(from time.Time, list []Rule, z *time.Location, c Calendar) Due {
	var d Due
	for _, r := range list {
		at := from.Add(time.Duration(r.Hours) * time.Hour)
		if r.Days > 0 {
			at = businessDays(from, r.Days, z, c)
		}
		d = d.Also(at, r)
	}
	return d
}

// Also adds a limit that has a moment of its own.
func (d Due) Also(at time.Time, r Rule) Due {
	all := append(slices.Clone(d.All), Each{at.UTC(), r})
	slices.SortStableFunc(all, func(a, b Each) int { return a.At.Compare(b.At) })
	return Due{At: all[0].At, Rule: all[0].Rule, All: all}
}

// businessDays is the moment that ends n business days.
func businessDays(from time.Time, n int, z *time.Location, c Calendar) time.Time {
	if z == nil {
		z = time.UTC
	}
	t := from.In(z)
	y, m, d := t.Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // a date, whatever the clocks do there
	clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	if !c.Business(date) {
		date, clock = next(date, c), 0
	}
	for range n {
		date = next(date, c)
	}
	return local(date, clock, z)
}

// next is the next business day after a date.
func next(date time.Time, c Calendar) time.Time {
	for range searchDaysMax {
		if date = date.AddDate(0, 0, 1); c.Business(date) {
			break
		}
	}
	return date
}

// local is the moment at which a place's clocks show a time of day: the first of two,
// where they are set back; the moment of the change, where they skip it.
func local(date time.Time, clock time.Duration, z *time.Location) time.Time {
	y, m, d := date.Date()
	wall := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
	want := date.Add(clock)
	t := time.Date(y, m, d, want.Hour(), want.Minute(), want.Second(), want.Nanosecond(), z)
	start, end := t.ZoneBounds()
	switch got := wall(t); {
	case got.After(want) && !start.IsZero():
		return start
	case got.Before(want) && !end.IsZero():
		return end
	}
	if !start.IsZero() { // the time may have been shown before the clocks were set back
		_, now := t.Zone()
		_, before := start.Add(-1).Zone()
		if first := t.Add(time.Duration(now-before) * time.Second); first.Before(start) && wall(first.In(z)).Equal(want) {
			return first
		}
	}
	return t
}
