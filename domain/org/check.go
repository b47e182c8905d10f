package org

import (
	"strings"
	"unicode/utf8"

	"pedigree/ledger"
	"pedigree/proof"
)

// CheckID refuses what can't be an organisation's id.
func CheckID(id string) error {
	outside := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	if id == "" || len(id) > IDMax || strings.ContainsFunc(id, outside) || strings.Trim(id, "-") != id {
		return CodeBadField.Errorf("member id %q: use 1 to %d lower-case letters, digits and inner hyphens", id, IDMax)
	}
	return nil
}

// CheckText refuses texts that are empty, too long, or hold characters that
// can't be seen. Spaces and ranges are spelled out because the tables of package unicode
// change between releases of Go, and validators may run different ones.
func CheckText(what, text string, bytesMax int) error {
	if text == "" || len(text) > bytesMax || text != strings.Trim(text, " \u00a0\u3000") || !utf8.ValidString(text) {
		return CodeBadField.Errorf("%s %q: use 1 to %d bytes of UTF-8 without outer spaces", what, text, bytesMax)
	}
	for _, r := range text {
		hidden := r < 0x20 || r >= 0x7f && r <= 0x9f || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff
		if hidden {
			return CodeBadField.Errorf("%s %q: character %U can't be seen; leave it out", what, text, r)
		}
	}
	return nil
}

func checkRoles(r Roles) error {
	if r == 0 || r > proof.RolesMax {
		return CodeBadField.Errorf("roles %d: give at least one of %s and nothing else", uint64(r), Roles(proof.RolesMax))
	}
	return nil
}

// checkDigits refuses what can't be a company prefix or a number under one.
func checkDigits(what, digits string) error {
	if len(digits) < PrefixDigitsMin || len(digits) > PrefixDigitsMax || !allDigits(digits) {
		return CodeBadField.Errorf("%s %q: use %d to %d digits, without the check digit", what, digits, PrefixDigitsMin, PrefixDigitsMax)
	}
	return nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// fromHeight turns the height that a message gives, or 0 for "at once", into the
// one from which the act counts: the next at the earliest.
func fromHeight(b *ledger.Block, asked uint64) (uint64, error) {
	next := b.Height + 1
	if asked == 0 {
		return next, nil
	}
	if asked < next || asked > next+HeightsAheadMax {
		return 0, CodeBadHeight.Errorf("the act can't count from height %d: give 0 for at once, or %d to %d", asked, next, next+HeightsAheadMax)
	}
	return asked, nil
}

// inForce reports whether something dated by heights counts at the next height
// or later.
func inForce(b *ledger.Block, to uint64) bool { return to == 0 || to > b.Height+1 }
