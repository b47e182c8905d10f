package gs1

import "strings"

// namedSeparator is how many readers and keyboards write FNC1 that could also be
// part of a value; nobody's lot or serial number is so.
const namedSeparator = "<GS>"

// standIns are other texts that readers send in place of FNC1. No value can hold
// them.
var standIns = [...]string{"{GS}", "[GS]", "^", "|", "~", "\\", "␝", "\x1e", "{", "["}

// likelySeparator turns the refusal of a character into one that tells what the
// character is likely to be.
func likelySeparator(err *Error, value string) *Error {
	if err.Rule != RuleCharset && err.Rule != RuleDigits || err.Offset >= len(value) {
		return err
	}
	for _, s := range standIns {
		if strings.HasPrefix(value[err.Offset:], s) {
			return standsForFNC1(value, err.Offset, s)
		}
	}
	if strings.HasPrefix(value[err.Offset:], namedSeparator) {
		return standsForFNC1(value, err.Offset, namedSeparator)
	}
	return err
}

func standsForFNC1(value string, at int, s string) *Error {
	e := refuse(RuleSeparator, value, "", at, quote(s)+" seems to stand for the separator (FNC1)")
	e.Remedy = "set the reader to send the byte 0x1D, or read with Options.FNC1 set to " + quote(s)
	return e
}

// LostSeparator says whether an element string looks as if the separator (FNC1)
// within it was lost, as keyboards that can't type 0x1D lose it: its last element
// is a lot whose end reads as the serial number (with or without an expiry date)
// that the scan lacks, or a serial whose end reads as the lot. Such a scan is
// right as it stands, so only a reader that expects all of them, as on a US drug
// pack, should ask. The answer is the error gs1/separator, or nil.
func (s Scan) LostSeparator() error {
	if s.Form != ElementString || len(s.Elements) == 0 {
		return nil
	}
	last := s.Elements[len(s.Elements)-1]
	missing := ""
	switch last.AI {
	case "10":
		missing = "21"
	case "21":
		missing = "10"
	default:
		return nil
	}
	if _, there := s.Value(missing); there {
		return nil
	}
	for at := 1; at < len(last.Value); at++ {
		rest, err := readElements(nil, last.Value, at)
		if err == nil && s.lacks(rest, missing) {
			e := refuse(RuleSeparator, last.Value, "AI "+last.AI, at, "the separator (FNC1) seems to be lost before "+quote(last.Value[at:]))
			e.Remedy = "set the reader to send the byte 0x1D and not to type through a keyboard that drops it; compare with the print on the pack"
			return e
		}
	}
	return nil
}

// lacks says whether the elements are some of a drug pack's that the scan
// doesn't have, the one missing among them.
func (s Scan) lacks(elements []Element, missing string) bool {
	found := false
	for _, e := range elements {
		if _, there := s.Value(e.AI); there {
			return false
		}
		switch e.AI {
		case missing:
			found = true
		case "17":
		default:
			return false
		}
	}
	return found
}
