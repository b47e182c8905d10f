package gs1

import (
	"errors"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Date
	}{
		{"an ordinary day", "271231", Date{2027, 12, 31}},
		{"day 00 is the last of a long month", "270100", Date{2027, 1, 31}},
		{"day 00 is the last of a short month", "270400", Date{2027, 4, 30}},
		{"day 00 is the last of February", "270200", Date{2027, 2, 28}},
		{"day 00 is the last of February in a leap year", "280200", Date{2028, 2, 29}},
		{"29 February of a leap year", "280229", Date{2028, 2, 29}},
		{"year 00 is 2000, a leap year", "000229", Date{2000, 2, 29}},
		{"50 years ahead is this century", "760101", Date{2076, 1, 1}},
		{"51 years ahead is the last century", "770101", Date{1977, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseDate(c.in)
			if err != nil || got != c.want {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	for _, in := range []string{"", "27123", "2712310", "27a231", "270001", "271301", "270231", "270229", "270431", "271232", "2712-1"} {
		var refused *Error
		if _, err := ParseDate(in); !errors.As(err, &refused) || refused.Rule != RuleDate {
			t.Errorf("%q: got %v", in, err)
		}
	}
}

func TestCenturyIsThatOfTheNearestYear(t *testing.T) {
	for _, c := range []struct {
		in   string
		now  int
		want int
	}{
		{"770101", 2027, 2077},
		{"780101", 2027, 1978},
		{"490101", 2099, 2149},
		{"500101", 2099, 2050},
		{"990101", 2001, 1999},
		{"510101", 2001, 2051},
		{"520101", 2001, 1952},
	} {
		got, err := ParseDateIn(c.in, c.now)
		if err != nil || got.Year != c.want {
			t.Errorf("%s read in %d: got %v, %v, want %d", c.in, c.now, got, err, c.want)
		}
	}
	for now := 1999; now <= 2101; now++ {
		for yy := range 100 {
			if year := century(yy, now); year%100 != yy || year < now-49 || year > now+50 {
				t.Errorf("in %d, %02d is %d", now, yy, year)
			}
		}
	}
}

func TestDateIsWrittenResolved(t *testing.T) {
	d, err := ParseDate("280200")
	if err != nil {
		t.Fatal(err)
	}
	if d.YYMMDD() != "280229" || d.String() != "2028-02-29" {
		t.Errorf("got %s, %s", d.YYMMDD(), d)
	}
	iso, err := ParseISODate("2028-02-29")
	if err != nil || iso != d {
		t.Errorf("got %v, %v", iso, err)
	}
	for _, bad := range []string{"", "2028-02-30", "2028-2-29", "20280229", "2028-02-29Z", "0000-01-01", "2028/02/29"} {
		if _, err := ParseISODate(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestProductIsUsableThroughItsExpiryDate(t *testing.T) {
	d := Date{2027, 12, 31}
	lastSecond := time.Date(2027, 12, 31, 23, 59, 59, 0, time.UTC)
	if lastSecond.After(d.Time()) {
		t.Error("it has expired during its last day")
	}
	if !lastSecond.Add(time.Second).After(d.Time()) {
		t.Error("it hasn't expired the day after")
	}
}

func TestDatesAreOrdered(t *testing.T) {
	days := []Date{{2026, 12, 31}, {2027, 1, 1}, {2027, 1, 2}, {2027, 2, 1}, {2028, 1, 1}}
	for i, a := range days {
		for j, b := range days {
			if a.Before(b) != (i < j) {
				t.Errorf("%v before %v: %v", a, b, a.Before(b))
			}
		}
	}
	if !(Date{}).IsZero() || days[0].IsZero() {
		t.Error("only the date never set is zero")
	}
}

func TestDateOfRefusesYearsOutsideFourDigits(t *testing.T) {
	for year, want := range map[int]bool{0: false, 1: true, 9999: true, 10000: false} {
		if _, err := DateOf(year, 1, 1); (err == nil) != want {
			t.Errorf("year %d: %v", year, err)
		}
	}
}
