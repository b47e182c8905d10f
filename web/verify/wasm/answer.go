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
	Signing     *signing      `json:"signing,omitempty"`
}

// answer checks an object and gives the report as JSON. An empty policy asks about no
// witnesses.
func answer(object, trustJSON, nonce, policy []byte, now time.Time) string {
	var r reply
	o := proof.Options{Nonce: nonce, Now: now}
	trust, err := proof.ParseTrust(trustJSON)
	part := proof.PartTrust
	if err == nil && len(policy) > 0 {
		var p proof.WitnessPolicy
		p, err = proof.ParseWitnessPolicy(policy)
		part, o.Witnesses = proof.PartWitnesses, &p
	}
	if err != nil {
		r.Steps = []proof.Step{{Name: part, Verdict: proof.Failed, Text: err.Error()}}
	} else {
		r.Report, _ = proof.Check(object, trust, o)
		r.Fingerprint = trust.Fingerprint().String()
		r.Signing = signingOf(object, trust, r.Report)
	}
	r.Outcome = r.Report.Outcome()
	b, err := json.Marshal(r)
	if err != nil {
		return `{"outcome":"refused"}`
	}
	return string(b)
}
