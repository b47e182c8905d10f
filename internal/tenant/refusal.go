package tenant

import (
	"fmt"

	"pedigree/ledger"
)

// Refusal is an error that the HTTP interface shows with its kind, code and hint.
type Refusal struct {
	kind             ledger.Kind
	code, text, hint string
}

// Error returns the text.
func (r *Refusal) Error() string { return r.text }

// Kind says what sort of refusal it is.
func (r *Refusal) Kind() ledger.Kind { return r.kind }

// Code is stable; the text is not.
func (r *Refusal) Code() string { return r.code }

// Hint says what to do.
func (r *Refusal) Hint() string { return r.hint }

// NotHere refuses what is asked for an organisation that the node doesn't serve.
func NotHere(org string) error {
	return &Refusal{ledger.NotFound, "hosting/not-here", fmt.Sprintf("this node has nothing of the organisation %q", org), "ask the node's operator whether it has moved"}
}

// TooOften refuses a request above the quota.
func TooOften(org string, q Quota) error {
	return &Refusal{
		ledger.Limit, "hosting/too-often", fmt.Sprintf("%s may ask %d times a minute and has asked more often", org, q.RequestsPerMinute),
		"wait a minute, or ask the node's operator for a larger quota",
	}
}

// Full refuses a write of an organisation whose store has reached its quota.
func Full(org string, used int64, q Quota) error {
	return &Refusal{
		ledger.Limit, "hosting/full", fmt.Sprintf("the store of %s holds %d bytes where %d are allowed; nothing was changed", org, used, q.StoreBytes),
		"reading goes on; ask the node's operator for a larger quota",
	}
}

// Served refuses to bring back an organisation that is served as it is.
func Served(org string) error {
	return &Refusal{
		ledger.Conflict, "hosting/served", fmt.Sprintf("this node serves %s: a backup is not restored over what works", org),
		"move its folder in orgs out of the way, and wait a few seconds",
	}
}
