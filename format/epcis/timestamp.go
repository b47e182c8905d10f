package epcis

import (
	"time"
)

// clock parses the date-time stamps of the standards: a full date and time with
// an offset, as the XSD 2.0 pattern and RFC 3339 both allow. It remembers zones,
// since a document uses few and each costs an allocation.
type clock struct {
	zones map[int]*time.Location
}

const maxOffsetMinutes = 14 * 60

// parse returns the time with the offset as written.
func (c *clock) parse(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	hour, ok4 := digits(s[11:13])
	minute, ok5 := digits(s[14:16])
	second, ok6 := digits(s[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) {
		return time.Time{}, false
	}
	nanos, rest, ok := fraction(s[19:])
	if !ok {
		return time.Time{}, false
	}
	zone, ok := c.zone(rest)
	if !ok || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	if day > daysIn(year, month) {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone), true
}

func (c *clock) zone(s string) (*time.Location, bool) {
	if s == "Z" {
		return time.UTC, true
	}
	minutes, ok := offsetMinutes(s)
	if !ok {
		return nil, false
	}
	if zone := c.zones[minutes]; zone != nil {
		return zone, true
	}
	if c.zones == nil {
		c.zones = map[int]*time.Location{}
	}
	zone := time.FixedZone("", minutes*60)
	c.zones[minutes] = zone
	return zone, true
}

// offsetMinutes parses ±hh:mm up to 14:00.
func offsetMinutes(s string) (int, bool) {
	if len(s) != 6 || s[3] != ':' || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	hours, ok1 := digits(s[1:3])
	minutes, ok2 := digits(s[4:6])
	total := hours*60 + minutes
	if !ok1 || !ok2 || minutes > 59 || total > maxOffsetMinutes {
		return 0, false
	}
	if s[0] == '-' {
		total = -total
	}
	return total, true
}

func fraction(s string) (nanos int, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 1 || n-1 > fractionalDigits {
		return 0, "", false
	}
	for i := 1; i <= fractionalDigits; i++ {
		nanos *= 10
		if i < n {
			nanos += int(s[i] - '0')
		}
	}
	return nanos, s[n:], true
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// timeFormat keeps the offset and every digit a time has.
const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"
