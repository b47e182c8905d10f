package gs1

import (
	"slices"
	"strings"
)

// PrefixList is a PrefixTable made from the list of company prefix lengths that
// GS1 publishes: for the beginning of a key, how many digits of it are the
// company prefix. A longer beginning in the list wins over a shorter one. It
// takes eight bytes an entry.
type PrefixList struct {
	// Date is when the list was made, as it says itself; "" when it doesn't.
	Date    string
	entries []uint64 // sorted, see prefixEntry
}

// shortestLicence is the fewest digits of a company prefix GS1 licenses.
const shortestLicence = 4

// prefixEntry packs the beginning of a key, its number of digits and the length
// of the company prefix into a number that sorts by the first two.
func prefixEntry(beginning string, length int) uint64 {
	n := uint64(0)
	for i := 0; i < len(beginning); i++ {
		n = n*10 + uint64(beginning[i]-'0')
	}
	return n<<8 | uint64(len(beginning))<<4 | uint64(length)
}

// add checks one entry of a list and keeps it.
func (l *PrefixList) add(beginning string, length int) *Error {
	switch {
	case len(l.entries) == MaxPrefixListEntries:
		return refuse(RuleTooLong, "", "prefix list", 0, "the list has more than "+itoa(MaxPrefixListEntries)+" entries")
	case beginning == "" || len(beginning) > MaxPrefix || !allDigits(beginning):
		return refuse(RulePrefixList, clip(beginning), "prefix list", 0, "a prefix in the list has 1 to 12 digits")
	case length != 0 && (length < shortestLicence || length > MaxPrefix):
		return refuse(RulePrefixList, beginning, "prefix list", 0, "the length of the company prefix "+itoa(length)+" is neither 0 nor 4 to 12")
	}
	l.entries = append(l.entries, prefixEntry(beginning, length))
	return nil
}

// finish sorts the entries, drops repeated ones and refuses a prefix with two
// lengths.
func (l *PrefixList) finish() *Error {
	if len(l.entries) == 0 {
		return refuse(RulePrefixList, "", "prefix list", 0, "the list has no entries")
	}
	slices.Sort(l.entries)
	l.entries = slices.Compact(l.entries)
	for i := 1; i < len(l.entries); i++ {
		if a, b := l.entries[i-1], l.entries[i]; a>>4 == b>>4 {
			beginning := zeroPadded(a>>8, int(a>>4&15))
			return refuse(RulePrefixList, beginning, "prefix list", 0, "the prefix "+beginning+" has the length "+itoa(int(a&15))+" and also "+itoa(int(b&15)))
		}
	}
	l.entries = slices.Clip(l.entries)
	return nil
}

func zeroPadded(n uint64, width int) string {
	s := itoa(int(n))
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// Len is the number of entries.
func (l *PrefixList) Len() int { return len(l.entries) }

// PrefixLength finds the company prefix that digits begin with. It answers false
// where the list doesn't hold their beginning, and where it says that they are no
// company prefix (length 0: restricted circulation, coupons, GTIN-8). EPC URNs
// have no company prefix below six digits: one of four or five is read as the
// block of those of six that begin with it (EPC Tag Data Standard, section 7).
func (l *PrefixList) PrefixLength(digits string) (int, bool) {
	if l == nil {
		return 0, false
	}
	for n := min(len(digits), MaxPrefix); n > 0; n-- {
		if length, ok := l.find(digits[:n]); ok {
			return max(length, MinPrefix), length > 0
		}
	}
	return 0, false
}

func (l *PrefixList) find(beginning string) (int, bool) {
	key := prefixEntry(beginning, 0)
	at, _ := slices.BinarySearch(l.entries, key)
	if at == len(l.entries) || l.entries[at]>>4 != key>>4 {
		return 0, false
	}
	return int(l.entries[at] & 15), true
}
