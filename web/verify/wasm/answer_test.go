package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/proof"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "internals", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheAnswerIsAReportWithItsOutcome(t *testing.T) {
	unit, trust := read(t, "unit.pedigree"), read(t, "trust.json")
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	changed := append([]byte{}, unit...)
	changed[len(changed)/2] ^= 1
	tests := []struct {
		name          string
		object, trust []byte
		now           time.Time
		outcome       proof.Outcome
		last          string
	}{
		{"a bundle", unit, trust, now, proof.Proved, proof.PartPresence},
		{"a bundle of expired goods", unit, trust, now.AddDate(4, 0, 0), proof.Alert, proof.PartPresence},
		{"a changed bundle", changed, trust, now, proof.Refused, proof.PartMaker},
		{"a file that is none", []byte("none"), trust, now, proof.Refused, proof.PartFormat},
		{"a trust file that is none", unit, unit, now, proof.Refused, proof.PartTrust},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got reply
			if err := json.Unmarshal([]byte(answer(tt.object, tt.trust, nil, tt.now)), &got); err != nil {
				t.Fatal(err)
			}
			if got.Outcome != tt.outcome || got.Steps[len(got.Steps)-1].Name != tt.last {
				t.Fatalf("outcome %s, steps %+v", got.Outcome, got.Steps)
			}
			if (got.Fingerprint == "") != (tt.last == proof.PartTrust) {
				t.Fatalf("fingerprint %q", got.Fingerprint)
			}
		})
	}
}
