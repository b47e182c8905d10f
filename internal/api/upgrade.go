package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// Rules is which version of the rules is in force, and what lies ahead.
type Rules struct {
	Height  uint64    `json:"height" doc:"Height of the last block"`
	Version uint64    `json:"version" doc:"Version of the rules at the next height"`
	Known   uint64    `json:"known" doc:"Highest version that this node's program executes"`
	Ahead   []Upgrade `json:"ahead" doc:"Upgrades that members agreed on and that lie ahead"`
	Skipped uint64    `json:"skipped,omitempty" doc:"Height of an upgrade that this node skips"`
}

// Upgrade is a version of the rules and the height from which it is in force.
type Upgrade struct {
	Version uint64 `json:"version" doc:"Version of the rules"`
	Height  uint64 `json:"height" doc:"First height at which it is in force"`
	Binary  string `json:"binary,omitempty" doc:"SHA-256 of the release, if members named one"`
	Text    string `json:"text,omitempty" doc:"What members wrote about it"`
}

// addRules registers the route by which operators see an upgrade come.
func addRules(s *Server, l Ledger) {
	type rulesOut struct{ Body Rules }
	huma.Get(s.API, "/api/v1/rules", func(context.Context, *struct{}) (*rulesOut, error) {
		r, err := l.Rules()
		if err != nil {
			return nil, Refuse(err)
		}
		return &rulesOut{r}, nil
	}, described("get-rules", "The version of the rules that is in force, and the upgrades that lie ahead"), Needs(auth.ReadLedger))
}
