package main

import (
	"encoding/json"
	"time"

	"pedigree/proof"
)

// reply is a report as the page shows it.
type reply struct {
	proof.Report
	Outcome     proof.Outcome `json:"outcome"`
	Fingerprint string        `json:"fingerprint,omitempty"`
}

// answer checks an object and gives the report as JSON.
func answer(object, trustJSON, nonce []byte, now time.Time) string {
	var r reply
	trust, err := proof.ParseTrust(trustJSON)
	if err != nil {
		r.Steps = []proof.Step{{Name: proof.PartTrust, Verdict: proof.Failed, Text: err.Error()}}
	} else {
		r.Report, _ = proof.Check(object, trust, proof.Options{Nonce: nonce, Now: now})
		r.Fingerprint = trust.Fingerprint().String()
	}
	r.Outcome = r.Report.Outcome()
	b, err := json.Marshal(r)
	if err != nil {
		return `{"outcome":"refused"}`
	}
	return string(b)
}
