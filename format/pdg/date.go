package pdg

import (
	"strings"
	"time"
)

// Date writes a day as the messages have it: MMDDYYYY.
func Date(day time.Time) string { return day.Format("01022006") }

// ReadDate reads an expiry as partners write it: MMDDYYYY, which is what the published
// examples have, YYYY-MM-DD, YYYYMMDD, or YYMMDD, where day 00 is the last of the month
// (GS1 General Specifications 3.4.6). doubt says why it may mean another day; ok is
// false for what means none.
func ReadDate(text string) (day time.Time, doubt string, ok bool) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, "", true
	}
	switch len(text) {
	case len("01022006"):
		return eightDigits(text)
	case len("060102"):
		return sixDigits(text)
	}
	return day, "", false
}

func eightDigits(text string) (day time.Time, doubt string, ok bool) {
	month, errMonth := time.Parse("01022006", text)
	dayFirst, errDay := time.Parse("02012006", text)
	year, errYear := time.Parse("20060102", text)
	isYear := errYear == nil && plausible(year)
	switch {
	case errMonth == nil && plausible(month):
		switch {
		case isYear:
			return month, "it may be " + year.Format(time.DateOnly) + " too", true
		case errDay == nil && !dayFirst.Equal(month):
			return month, "read as month, day, year; with the day first it would be " + dayFirst.Format(time.DateOnly), true
		}
		return month, "", true
	case isYear:
		return year, "", true
	case errDay == nil && plausible(dayFirst):
		return dayFirst, "written with the day first, where the month belongs", true
	}
	return day, "", false
}

func sixDigits(text string) (day time.Time, doubt string, ok bool) {
	read := text
	if strings.HasSuffix(text, "00") {
		read = text[:4] + "01"
	}
	day, err := time.Parse("060102", read)
	if err == nil && read != text {
		day = day.AddDate(0, 1, -1)
	}
	other, errOther := time.Parse("010206", text)
	switch {
	case err == nil && plausible(day):
		if errOther == nil && plausible(other) && !other.Equal(day) {
			doubt = "read as year, month, day; with the month first it would be " + other.Format(time.DateOnly)
		}
		return day, doubt, true
	case errOther == nil && plausible(other):
		return other, "written with the month first, where the year belongs", true
	}
	return day, "", false
}

// plausible tells whether a medicine may expire on a day.
func plausible(day time.Time) bool { return day.Year() >= 2000 && day.Year() < 2100 }
