package traceview

import (
	"fmt"

	"pedigree/proof"
)

var statusNames = [...]string{"", "on-hand", "offered", "away", "expected", "ended", "dispensed", "reported", "refused", "outside", "in-care", "kept", "left"}

// StatusName is a status as people write it.
func StatusName(status int) string {
	if status < 0 || status >= len(statusNames) {
		return fmt.Sprintf("status %d", status)
	}
	return statusNames[status]
}

// StatusOf reads a status; an empty name chooses every one.
func StatusOf(name string) (int, error) { return indexOf(statusNames[:], name, "status") }

var kindNames = [...]string{"", "pack", "case", "pallet", "box"}

// KindName is a kind of thing as people write it.
func KindName(kind uint64) string {
	if kind > proof.KindBox {
		return fmt.Sprintf("kind %d", kind)
	}
	return kindNames[kind]
}

// KindOf reads a kind; an empty name chooses every one.
func KindOf(name string) (uint64, error) {
	i, err := indexOf(kindNames[:], name, "kind")
	return uint64(i), err
}

func indexOf(names []string, name, what string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("there is no %s %q; they are %v", what, name, names[1:])
}

var knownNames = [...]string{"", "proved", "signed", "reported", "own"}

// KnownName says how a fact is known: proved by the ledger, signed by a partner,
// reported in a file, or captured here.
func KnownName(known int) string {
	if known < 0 || known >= len(knownNames) {
		return fmt.Sprintf("known %d", known)
	}
	return knownNames[known]
}

// MarshalText gives the stage's name.
func (s CaptureStage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a stage's name.
func (s *CaptureStage) UnmarshalText(text []byte) error {
	for stage := CaptureStored; stage <= CaptureRefused; stage++ {
		if stage.String() == string(text) {
			*s = stage
			return nil
		}
	}
	return fmt.Errorf("there is no capture stage %q", text)
}

// GradeName is what goods are known by, as people call it.
func GradeName(known int) string {
	switch known {
	case KnownProved:
		return "proved"
	case KnownSigned:
		return "signed"
	case KnownReported:
		return "reported"
	case KnownOwn:
		return "own word"
	}
	return ""
}
