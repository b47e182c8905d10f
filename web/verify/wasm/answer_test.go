package main

import (
	"encoding/hex"
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
		{"a bundle", unit, trust, now, proof.Proved, proof.PartWitnesses},
		{"a bundle of expired goods", unit, trust, now.AddDate(4, 0, 0), proof.Alert, proof.PartWitnesses},
		{"a changed bundle", changed, trust, now, proof.Refused, proof.PartMaker},
		{"a file that is none", []byte("none"), trust, now, proof.Refused, proof.PartFormat},
		{"a trust file that is none", unit, unit, now, proof.Refused, proof.PartTrust},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got reply
			if err := json.Unmarshal([]byte(answer(tt.object, tt.trust, nil, nil, tt.now)), &got); err != nil {
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

func TestTheAnswerSaysWhoVouches(t *testing.T) {
	trust := read(t, "trust.json")
	var policy string
	var objects struct {
		Objects []struct{ Bytes, Policy, Outcome string }
	}
	if err := json.Unmarshal(read(t, "objects.json"), &objects); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, o := range objects.Objects {
		if o.Policy == "" {
			continue
		}
		policy = o.Policy
		b, err := hex.DecodeString(o.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		var got reply
		if err := json.Unmarshal([]byte(answer(b, trust, nil, []byte(policy), now)), &got); err != nil {
			t.Fatal(err)
		}
		if s, found := got.Step(proof.PartWitnesses); !found || string(got.Outcome) != o.Outcome {
			t.Errorf("outcome %s, want %s: %+v", got.Outcome, o.Outcome, s)
		}
	}
	var got reply
	if err := json.Unmarshal([]byte(answer(read(t, "unit.pedigree"), trust, nil, []byte(policy+"x"), now)), &got); err != nil || got.Outcome != proof.Refused {
		t.Errorf("a damaged policy gives %s, %v", got.Outcome, err)
	}
	if policy == "" {
		t.Error("no vector has a policy")
	}
}
