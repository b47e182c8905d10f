package deadline

import "time"

// federal tells whether a day is a legal public holiday of the United States, or the day
// on which one is observed (5 U.S.C. 6103(a) and (b); Executive Order 11582): a holiday
// on a Saturday is observed on the Friday before, on a Sunday on the Monday after.
// Inauguration Day, which is one in and around Washington only, is left out.
func federal(d day) bool {
	for _, year := range []int{d.year, d.year + 1} { // New Year's Day may be observed in the year before
		for _, h := range holidays(year) {
			if dayOf(h) == d || dayOf(observed(h)) == d {
				return true
			}
		}
	}
	return false
}

func observed(h time.Time) time.Time {
	switch h.Weekday() {
	case time.Saturday:
		return h.AddDate(0, 0, -1)
	case time.Sunday:
		return h.AddDate(0, 0, 1)
	}
	return h
}

func holidays(year int) []time.Time {
	on := func(m time.Month, d int) time.Time { return time.Date(year, m, d, 0, 0, 0, 0, time.UTC) }
	return []time.Time{
		on(time.January, 1),
		nth(year, time.January, time.Monday, 3),
		nth(year, time.February, time.Monday, 3),
		nth(year, time.June, time.Monday, 1).AddDate(0, 0, -7), // the last Monday of May
		on(time.June, 19),
		on(time.July, 4),
		nth(year, time.September, time.Monday, 1),
		nth(year, time.October, time.Monday, 2),
		on(time.November, 11),
		nth(year, time.November, time.Thursday, 4),
		on(time.December, 25),
	}
}

// nth is the nth weekday of a month.
func nth(year int, m time.Month, w time.Weekday, n int) time.Time {
	first := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (int(w-first.Weekday())+7)%7+7*(n-1))
}
