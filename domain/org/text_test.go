package org_test

import (
	"strings"
	"testing"
	"time"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

func TestEveryDayReadsAsTheCalendarHasIt(t *testing.T) {
	for d := range org.Day(org.DayMax + 1) {
		want := time.Unix(int64(d)*24*3600, 0).UTC().Format(time.DateOnly)
		if d.String() != want {
			t.Fatalf("day %d is %s, want %s", uint64(d), d, want)
		}
		var back org.Day
		if err := back.UnmarshalText([]byte(want)); err != nil || back != d {
			t.Fatalf("%s is day %d, %v; want %d", want, uint64(back), err, uint64(d))
		}
	}
}

func TestTextThatIsNoDayIsRefused(t *testing.T) {
	for _, text := range []string{"", "2026", "2026-1-1", "2026-13-01", "2026-00-10", "2026-02-30", "2100-02-29", "1969-12-31", "2200-01-01", " 2026-01-01", "2026-01-01 ", "2026-01-01Z", "+026-01-01", "2026/01/01"} {
		d := org.Day(5)
		if err := d.UnmarshalText([]byte(text)); err == nil || d != 5 {
			t.Errorf("%q was read as %s, %v", text, d, err)
		}
	}
}

func FuzzDay(f *testing.F) {
	f.Add("2026-11-01")
	f.Add("2000-02-29")
	f.Fuzz(func(t *testing.T, text string) {
		var d org.Day
		if err := d.UnmarshalText([]byte(text)); err != nil {
			return
		}
		if want, err := time.Parse(time.DateOnly, text); err != nil || want.Unix() != int64(d)*24*3600 {
			t.Fatalf("%q was read as day %d; the calendar has %v, %v", text, uint64(d), want, err)
		}
	})
}

func TestEverySetOfRolesReadsBack(t *testing.T) {
	for r := range org.Roles(proof.RolesMax + 1) {
		text, err := r.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		back := org.Roles(proof.RolePayer)
		if err := back.UnmarshalText(text); err != nil || back != r {
			t.Fatalf("%d reads %q and back %d, %v", r, text, back, err)
		}
		if ones := strings.Count(string(text), ",") == 0 && r != 0; r.IsOne() != ones {
			t.Fatalf("%q is one role: %t", text, r.IsOne())
		}
		if back.Has(proof.RoleBoard) != strings.Contains(string(text), "board") {
			t.Fatalf("%q has board: %t", text, back.Has(proof.RoleBoard))
		}
	}
	for _, text := range []string{"maker", ",", "payer,", "payer;board", "Payer"} {
		r := org.Roles(3)
		if err := r.UnmarshalText([]byte(text)); err == nil || r != 3 {
			t.Errorf("%q was read as %d", text, r)
		}
	}
}

func TestKindsOfIdentifierReadBack(t *testing.T) {
	for _, k := range []org.IdentKind{proof.IdentGLN, proof.IdentNPI, proof.IdentDEA} {
		var back org.IdentKind
		text, err := k.MarshalText()
		if err != nil || back.UnmarshalText(text) != nil || back != k {
			t.Errorf("kind %d reads %q, %v, and back %d", k, text, err, back)
		}
	}
	for _, text := range []string{"", "GLN", "duns", "kind 4"} {
		var k org.IdentKind
		if err := k.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %s", text, k)
		}
	}
	if got := org.IdentKind(9).String(); got != "kind 9" {
		t.Errorf("an unknown kind reads %q", got)
	}
}

func TestTextsDoNotChangeTheEncoding(t *testing.T) {
	b, err := ledger.EncodeMessage(org.LicenceTerms{Role: proof.RolePayer, Place: "US", Number: "1", From: 1, To: 2})
	if err != nil || string(b) != "\x85\x18\x40\x62US\x611\x01\x02" {
		t.Fatalf("%x, %v", b, err)
	}
}
