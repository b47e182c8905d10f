package gs1

import "strings"

// namedSeparators are texts that readers and keyboards write for FNC1 and that
// could also be part of a value; nobody's lot or serial number is so.
var namedSeparators = [...]string{"<GS>", "<FNC1>"}

// standIns are other texts that readers send in place of FNC1. No value can hold
// them.
var standIns = [...]string{"{GS}", "[GS]", "{FNC1}", "[FNC1]", "^", "|", "~1", `\F`, `\x1d`, `\u001d`, "␝", "\x1e"}

// namedSeparator finds such a text in a value, or is nil.
func namedSeparator(value string) *Error {
	i := strings.IndexByte(value, '<')
	if i < 0 {
		return nil
	}
	for _, s := range namedSeparators {
		if at := strings.Index(value[i:], s); at >= 0 {
			return standsForFNC1(value, i+at, s)
		}
	}
	return nil
}

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
	for _, s := range namedSeparators {
		if strings.HasPrefix(value[err.Offset:], s) {
			return standsForFNC1(value, err.Offset, s)
		}
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
