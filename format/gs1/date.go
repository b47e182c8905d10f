package gs1

import "time"

// ReferenceYear is the year the century window stands around when a two-digit
// year is read without saying which year it is now: 77 is 1977, 76 is 2076.
// It is fixed, so that every reader of a ledger gets the same date from the
// same code, today and when it is audited years later.
const ReferenceYear = 2026

// Date is a day of the Gregorian calendar, with its century resolved and never
// with day 0. Dates are comparable with ==.
type Date struct {
	Year, Month, Day int
}

// ParseDate reads YYMMDD as AI 17 (and 11 to 16) writes it. Day 00 stands for
// the last day of the month. The century is that which puts the year within 49
// years before and 50 after ReferenceYear.
func ParseDate(yymmdd string) (Date, error) { return ParseDateIn(yymmdd, ReferenceYear) }

// ParseDateIn is ParseDate with the century window around currentYear (GS1
// General Specifications, section 7.12).
func ParseDateIn(yymmdd string, currentYear int) (Date, error) {
	d, err := parseDate(yymmdd, currentYear, true)
	if err != nil {
		return Date{}, err
	}
	return d, nil
}

func parseDate(s string, currentYear int, dayZero bool) (Date, *Error) {
	if len(s) != 6 || !allDigits(s) {
		return Date{}, refuse(RuleDate, clip(s), "date", 0, "a date has six digits, YYMMDD")
	}
	d := Date{Year: century(twoDigits(s, 0), currentYear), Month: twoDigits(s, 2), Day: twoDigits(s, 4)}
	if d.Month < 1 || d.Month > 12 {
		return Date{}, refuse(RuleDate, s, "date", 2, "there is no month "+s[2:4])
	}
	last := daysIn(d.Year, d.Month)
	if d.Day == 0 && dayZero {
		d.Day = last
	}
	if d.Day < 1 || d.Day > last {
		return Date{}, refuse(RuleDate, s, "date", 4, "month "+s[2:4]+" of "+itoa(d.Year)+" has "+itoa(last)+" days, there is no day "+s[4:6])
	}
	return d, nil
}

// century gives the year ending in yy that lies from 49 before to 50 after now.
func century(yy, now int) int {
	year := now - now%100 + yy
	switch diff := yy - now%100; {
	case diff > 50:
		return year - 100
	case diff < -49:
		return year + 100
	}
	return year
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

func twoDigits(s string, i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }

// DateOf makes the Date of a year (1 to 9999), month and day that exist.
func DateOf(year, month, day int) (Date, error) {
	d := Date{year, month, day}
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return Date{}, refuse(RuleDate, d.String(), "date", 0, "there is no such day")
	}
	return d, nil
}

// ParseISODate reads YYYY-MM-DD, as EPCIS writes an expiry date.
func ParseISODate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !allDigits(s[:4]) || !allDigits(s[5:7]) || !allDigits(s[8:]) {
		return Date{}, refuse(RuleDate, clip(s), "date", 0, "the date isn't written YYYY-MM-DD")
	}
	d, err := DateOf(twoDigits(s, 0)*100+twoDigits(s, 2), twoDigits(s, 5), twoDigits(s, 8))
	if err != nil {
		return Date{}, refuse(RuleDate, s, "date", 0, "there is no such day")
	}
	return d, nil
}

// IsZero says whether the date was never set.
func (d Date) IsZero() bool { return d == Date{} }

// YYMMDD writes the date as an element string does, the day resolved.
func (d Date) YYMMDD() string {
	return string([]byte{
		byte('0' + d.Year/10%10), byte('0' + d.Year%10),
		byte('0' + d.Month/10), byte('0' + d.Month%10),
		byte('0' + d.Day/10), byte('0' + d.Day%10),
	})
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Before says whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// Time returns the last nanosecond of the day, in UTC: a product may be used
// through the whole of its expiry date, so it has expired at t exactly when
// t.After(d.Time()).
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 23, 59, 59, 999_999_999, time.UTC)
}
