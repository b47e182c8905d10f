package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestNumbersKeepTheDigitsThatCount(t *testing.T) {
	for want, v := range map[string]float64{
		"0": 0, "0.0123": 0.012345, "1.5": 1.5, "1": 0.9999, "12.3": 12.345, "999": 999.4,
		"1,230": 1234, "12,350": 12345, "123,000": 123456, "1,235,000": 1234567, "-1,230": -1234, "100": 100,
	} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

func TestTheMiddleOfASampleCounts(t *testing.T) {
	for _, tc := range []struct {
		name                    string
		of                      sample
		median, least, greatest float64
	}{
		{"nothing", nil, 0, 0, 0},
		{"one", sample{4}, 4, 4, 4},
		{"three, unsorted", sample{9, 1, 4}, 4, 1, 9},
		{"four", sample{8, 2, 4, 6}, 5, 2, 8},
	} {
		least, greatest := tc.of.span()
		if got := tc.of.median(); got != tc.median || least != tc.least || greatest != tc.greatest {
			t.Errorf("%s: median %v, from %v to %v", tc.name, got, least, greatest)
		}
	}
}

func TestAGoalIsJudgedByTheFigureOrItsRatio(t *testing.T) {
	got, base := sample{50}, sample{100}
	for _, tc := range []struct {
		name string
		f    figure
		want string
	}{
		{"at least, reached", figure{got: got, goal: atLeast(50)}, "yes"},
		{"at least, missed", figure{got: got, goal: atLeast(51)}, "no"},
		{"at most, reached", figure{got: got, goal: atMost(50)}, "yes"},
		{"at most, missed", figure{got: got, goal: atMost(49)}, "no"},
		{"ratio at least, reached", figure{got: got, base: base, goal: ratioAtLeast(0.5)}, "yes"},
		{"ratio at least, missed", figure{got: got, base: base, goal: ratioAtLeast(0.51)}, "no"},
		{"ratio at most, reached", figure{got: got, base: base, goal: ratioAtMost(0.5)}, "yes"},
		{"ratio at most, missed", figure{got: got, base: base, goal: ratioAtMost(0.49)}, "no"},
		{"no goal", figure{got: got}, ""},
		{"nothing measured", figure{goal: atLeast(1)}, ""},
	} {
		if got := tc.f.verdict(); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestAMissedTargetIsPrintedWithItsFigureAndReason(t *testing.T) {
	list := []figure{
		{name: "entries", got: sample{40, 60, 50}, base: sample{100}, unit: "/s", goal: ratioAtLeast(0.6), why: "the disk is slow", note: "one node"},
		{name: "start", got: sample{7}, unit: "ms", goal: atMost(9), why: "nobody should read this"},
		{name: "left out", unit: "ms"},
	}
	var b bytes.Buffer
	if err := printTable(&b, list); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{b.String(), markdownTable(list)} {
		for _, want := range []string{"50 /s", "40 to 60", "0.50", "ratio ≥ 0.6", "no", "the disk is slow", "entries: one node", "7 ms", "≤ 9 ms", "yes", "not measured"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in\n%s", want, text)
			}
		}
		if strings.Contains(text, "nobody should read this") {
			t.Errorf("a target that was reached gives a reason:\n%s", text)
		}
	}
}

func TestAPageKeepsWhatIsNotMeasured(t *testing.T) {
	page := "head\n" + beginMark("a") + "\nold\n" + endMark("a") + "\nmiddle\n" + beginMark("b") + "\nother\n" + endMark("b") + "\nfoot\n"
	got, err := rewrite(page, "a", "new\n")
	want := strings.Replace(page, "old", "new", 1)
	if err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	again, err := rewrite(got, "a", "new\n")
	if err != nil || again != got {
		t.Errorf("the second time %q, %v", again, err)
	}
	for _, broken := range []string{"", beginMark("a"), endMark("a")} {
		if _, err := rewrite(broken, "a", "new\n"); err == nil {
			t.Errorf("a page without marks was rewritten: %q", broken)
		}
	}
}
