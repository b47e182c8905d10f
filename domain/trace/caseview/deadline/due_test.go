package deadline

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

const minute = "2006-01-02 15:04"

// clocks are counted by hand: place | received there | what is waited for | due there, or in UTC with a Z | the rule that decides
const clocks = `
America/New_York | 2026-03-03 10:00 | trace-trader | 2026-03-04 10:00 | trace/one-business-day
America/New_York | 2026-03-06 10:00 | trace-trader | 2026-03-08 11:00 | trace/48-hours
America/New_York | 2026-03-05 16:59 | trace-trader | 2026-03-06 16:59 | trace/one-business-day
America/New_York | 2026-03-07 15:00 | trace-trader | 2026-03-09 16:00 | trace/48-hours
America/New_York | 2026-03-08 23:30 | trace-trader | 2026-03-10 00:00 | trace/one-business-day
America/New_York | 2026-03-03 10:00 | trace-dispenser | 2026-03-05 10:00 | trace/two-business-days
America/New_York | 2026-03-05 10:00 | trace-dispenser | 2026-03-09 10:00 | trace/two-business-days
America/New_York | 2026-03-06 10:00 | trace-dispenser | 2026-03-10 10:00 | trace/two-business-days
America/New_York | 2026-03-07 10:00 | trace-dispenser | 2026-03-11 00:00 | trace/two-business-days
America/New_York | 2026-03-08 03:30 | trace-dispenser | 2026-03-11 00:00 | trace/two-business-days
America/New_York | 2026-03-07 12:00 | verification | 2026-03-08 13:00 | verification/24-hours
America/New_York | 2026-10-31 12:00 | verification | 2026-11-01 11:00 | verification/24-hours
America/Chicago | 2026-03-07 12:00 | verification | 2026-03-08 13:00 | verification/24-hours
America/Chicago | 2026-10-31 12:00 | verification | 2026-11-01 11:00 | verification/24-hours
America/Denver | 2026-03-07 12:00 | verification | 2026-03-08 13:00 | verification/24-hours
America/Los_Angeles | 2026-10-31 12:00 | verification | 2026-11-01 11:00 | verification/24-hours
America/Phoenix | 2026-03-07 12:00 | verification | 2026-03-08 12:00 | verification/24-hours
America/Phoenix | 2026-10-31 12:00 | verification | 2026-11-01 12:00 | verification/24-hours
Pacific/Honolulu | 2026-03-07 12:00 | verification | 2026-03-08 12:00 | verification/24-hours
Pacific/Honolulu | 2026-10-31 12:00 | verification | 2026-11-01 12:00 | verification/24-hours
America/Chicago | 2026-03-06 09:00 | trace-trader | 2026-03-08 10:00 | trace/48-hours
America/Phoenix | 2026-03-06 09:00 | trace-trader | 2026-03-08 09:00 | trace/48-hours
Pacific/Honolulu | 2026-03-06 09:00 | trace-trader | 2026-03-08 09:00 | trace/48-hours
America/Los_Angeles | 2026-10-30 09:00 | trace-trader | 2026-11-01 08:00 | trace/48-hours
America/Los_Angeles | 2026-10-30 09:00 | trace-dispenser | 2026-11-03 09:00 | trace/two-business-days
America/Denver | 2026-10-30 09:00 | suspect | 2026-11-02 09:00 | suspect/promptly
America/Phoenix | 2026-10-30 09:00 | suspect | 2026-11-02 09:00 | suspect/promptly
America/New_York | 2026-07-02 14:00 | trace-dispenser | 2026-07-07 14:00 | trace/two-business-days
America/New_York | 2026-07-02 14:00 | trace-trader | 2026-07-04 14:00 | trace/48-hours
America/New_York | 2026-07-03 14:00 | trace-dispenser | 2026-07-08 00:00 | trace/two-business-days
America/New_York | 2026-07-04 14:00 | trace-dispenser | 2026-07-08 00:00 | trace/two-business-days
America/New_York | 2027-07-02 14:00 | trace-dispenser | 2027-07-07 14:00 | trace/two-business-days
America/New_York | 2027-07-05 14:00 | trace-dispenser | 2027-07-08 00:00 | trace/two-business-days
America/New_York | 2027-06-17 09:00 | suspect | 2027-06-21 09:00 | suspect/promptly
America/New_York | 2026-12-31 17:00 | suspect | 2027-01-04 17:00 | suspect/promptly
America/New_York | 2026-12-31 17:00 | trace-trader | 2027-01-02 17:00 | trace/48-hours
America/New_York | 2026-12-31 23:59 | trace-dispenser | 2027-01-05 23:59 | trace/two-business-days
America/New_York | 2027-12-30 17:00 | suspect | 2028-01-03 17:00 | suspect/promptly
America/New_York | 2027-12-31 17:00 | suspect | 2028-01-04 00:00 | suspect/promptly
America/New_York | 2027-12-23 17:00 | suspect | 2027-12-27 17:00 | suspect/promptly
America/New_York | 2027-12-24 09:00 | suspect | 2027-12-28 00:00 | suspect/promptly
America/New_York | 2026-12-24 09:00 | suspect | 2026-12-28 09:00 | suspect/promptly
America/Chicago | 2026-11-25 12:00 | trace-dispenser | 2026-11-30 12:00 | trace/two-business-days
America/Chicago | 2026-11-26 12:00 | trace-dispenser | 2026-12-01 00:00 | trace/two-business-days
America/Chicago | 2026-11-25 12:00 | trace-trader | 2026-11-27 12:00 | trace/one-business-day
America/Chicago | 2026-11-24 12:00 | trace-trader | 2026-11-25 12:00 | trace/one-business-day
America/Chicago | 2026-11-10 12:00 | suspect | 2026-11-12 12:00 | suspect/promptly
America/Chicago | 2028-11-09 12:00 | suspect | 2028-11-13 12:00 | suspect/promptly
America/Chicago | 2026-01-16 12:00 | suspect | 2026-01-20 12:00 | suspect/promptly
America/Chicago | 2026-02-13 12:00 | suspect | 2026-02-17 12:00 | suspect/promptly
America/Chicago | 2026-05-22 12:00 | suspect | 2026-05-26 12:00 | suspect/promptly
America/Chicago | 2026-06-18 12:00 | suspect | 2026-06-22 12:00 | suspect/promptly
America/Chicago | 2026-09-04 12:00 | suspect | 2026-09-08 12:00 | suspect/promptly
America/Chicago | 2026-10-09 12:00 | suspect | 2026-10-13 12:00 | suspect/promptly
America/New_York | 2026-03-03 10:00 | exception | 2026-03-06 10:00 | exception/three-days
America/New_York | 2026-03-05 10:00 | exception | 2026-03-10 10:00 | exception/three-days
America/New_York | 2026-11-24 10:00 | exception | 2026-11-30 10:00 | exception/three-days
America/New_York | 2026-03-03 10:00 | illegitimate | 2026-03-04 10:00 | illegitimate/24-hours
America/New_York | 2026-07-03 10:00 | illegitimate | 2026-07-04 10:00 | illegitimate/24-hours
America/New_York | 2026-11-25 10:00 | illegitimate | 2026-11-26 10:00 | illegitimate/24-hours
UTC | 2026-02-27 23:00 | trace-dispenser | 2026-03-03 23:00 | trace/two-business-days
UTC | 2028-02-28 23:00 | trace-dispenser | 2028-03-01 23:00 | trace/two-business-days
UTC | 2028-02-29 00:00 | suspect | 2028-03-01 00:00 | suspect/promptly
Pacific/Honolulu | 2026-03-06 20:00 | suspect | 2026-03-09 20:00 | suspect/promptly
America/New_York | 2026-03-06 02:30 | suspect | 2026-03-09 02:30 | suspect/promptly
America/New_York | 2026-10-30 01:30 | suspect | 2026-11-02 01:30 | suspect/promptly
`

func TestClocks(t *testing.T) {
	rows := 0
	for line := range strings.Lines(strings.TrimSpace(clocks)) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		rows++
		t.Run(f[2]+" from "+f[1]+" in "+f[0], func(t *testing.T) {
			z, err := time.LoadLocation(f[0])
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.ParseInLocation(minute, f[1], z)
			if err != nil {
				t.Fatal(err)
			}
			list := For(f[2])
			d := Of(from, list, z, Federal())
			if got := d.At.In(z).Format(minute); got != f[3] || d.Rule.Name != f[4] {
				t.Errorf("due %s by %s, want %s by %s", got, d.Rule.Name, f[3], f[4])
			}
			if len(d.All) != len(list) || d.All[0].At != d.At {
				t.Errorf("%d limits are shown of %d, the first %s", len(d.All), len(list), d.All[0].At)
			}
		})
	}
	if rows < 60 {
		t.Errorf("the table has %d rows", rows)
	}
}

func TestAHolidayListIsReadWhole(t *testing.T) {
	tests := map[string]struct {
		list, from, due string
	}{
		"a day of the state":                {"2026-04-20", "2026-04-17 10:00", "2026-04-21 10:00"},
		"a day of each year":                {"03-31", "2027-03-30 10:00", "2027-04-01 10:00"},
		"beside the federal ones":           {"2026-11-27", "2026-11-25 10:00", "2026-11-30 10:00"},
		"without the federal ones":          {"none", "2026-11-25 10:00", "2026-11-26 10:00"},
		"with words, spaces and capitals":   {" US-Federal , 03-31 ", "2026-03-30 10:00", "2026-04-01 10:00"},
		"without a list, the federal ones":  {"", "2026-11-25 10:00", "2026-11-27 10:00"},
		"a leap day of each year":           {"02-29", "2028-02-28 10:00", "2028-03-01 10:00"},
		"a day that is a Saturday moves no": {"2026-04-18", "2026-04-17 10:00", "2026-04-20 10:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := ParseCalendar(test.list)
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.Parse(minute, test.from)
			if err != nil {
				t.Fatal(err)
			}
			if got := Of(from, For(Suspect), time.UTC, c).At.Format(minute); got != test.due {
				t.Errorf("due %s, want %s", got, test.due)
			}
		})
	}
}

func TestAnUnreadableHolidayListMakesNothingLater(t *testing.T) {
	long := make([]string, 0, daysMax+1)
	for i := range daysMax + 1 {
		long = append(long, time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	if _, err := ParseCalendar(strings.Join(long[:daysMax], ",")); err != nil {
		t.Errorf("a list of %d days is refused: %v", daysMax, err)
	}
	from := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	for _, text := range []string{"Thanksgiving", "2026-13-01", "31.03.", "02-30", strings.Join(long, ",")} {
		c, err := ParseCalendar(text)
		if err == nil {
			t.Errorf("%.40q was read", text)
		}
		if got := Of(from, For(Suspect), time.UTC, c).At; got != from.AddDate(0, 0, 1) {
			t.Errorf("with %.40q it is due %s", text, got)
		}
	}
}

func TestAPlaceThatIsNeverOpenStillHasADeadline(t *testing.T) {
	c := Calendar{days: map[day]bool{}}
	for d := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == 2024; d = d.AddDate(0, 0, 1) {
		c.days[day{0, d.Month(), d.Day()}] = true
	}
	from := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	if d := Of(from, For(Suspect), nil, c); d.At.Before(from) {
		t.Errorf("it is due %s", d.At)
	}
}

// Where clocks are set back at midnight of a business day, or skip it, the first moment
// that shows the time counts.
func TestAnHourThatIsShownTwiceOrNeverCountsOnce(t *testing.T) {
	tests := []struct{ zone, from, due string }{
		{"Asia/Amman", "2022-02-24 00:30", "2022-02-25 01:00"},          // a Friday that begins at 01:00
		{"Africa/Cairo", "2023-10-25 23:30", "2023-10-26 23:30"},        // shown twice, on a Thursday
		{"America/New_York", "2026-10-30 01:30", "2026-11-02 01:30"},    // the Sunday between is none
		{"Australia/Lord_Howe", "2026-04-02 01:45", "2026-04-03 01:45"}, // half an hour, and not on that day
	}
	for _, test := range tests {
		z, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.ParseInLocation(minute, test.from, z)
		if err != nil {
			t.Fatal(err)
		}
		at := Of(from, For(Suspect), z, Calendar{}).At.In(z)
		if got := at.Format(minute); got != test.due {
			t.Errorf("in %s from %s it is due %s, want %s", test.zone, test.from, got, test.due)
		}
		if _, offset := at.Zone(); test.zone == "Africa/Cairo" && offset != 3*60*60 {
			t.Errorf("in %s the second of two counts: %s", test.zone, at)
		}
	}
}

func TestTheOffersDeadlineCountsToo(t *testing.T) {
	from := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	d := Of(from, For(ExceptionAnswer), time.UTC, Federal())
	if d = d.Also(from.Add(time.Hour), Offer); d.Rule.Name != Offer.Name || len(d.All) != 2 || d.All[1].Rule.Name != "exception/three-days" {
		t.Errorf("%+v", d)
	}
	if d = d.Also(from.AddDate(1, 0, 0), Agreed(5)); d.Rule.Name != Offer.Name || len(d.All) != 3 {
		t.Errorf("a later one decides: %+v", d)
	}
}
