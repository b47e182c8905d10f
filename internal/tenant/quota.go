package tenant

import (
	"fmt"
	"strings"
)

// Quota is how much a hosted organisation may use of its host. Zero is no limit.
// How much it may write to the ledger is the network's to say.
type Quota struct {
	// StoreBytes is the size of its private store.
	StoreBytes int64 `json:"store_bytes,omitempty"`
	// RequestsPerMinute is how often it may ask the HTTP interface.
	RequestsPerMinute int `json:"requests_per_minute,omitempty"`
}

// Validate checks a quota that a person wrote.
func (q Quota) Validate() error {
	for _, n := range []struct {
		name        string
		value, most int64
	}{
		{"store_bytes", q.StoreBytes, quotaBytesLimit},
		{"requests_per_minute", int64(q.RequestsPerMinute), 1_000_000},
	} {
		if n.value < 0 || n.value > n.most {
			return fmt.Errorf("%s is %d: use 1 to %d, or 0 for no limit", n.name, n.value, n.most)
		}
	}
	return nil
}

// CheckName refuses what can't be an organisation's id: ids name folders here.
func CheckName(org string) error {
	unfit := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	if org == "" || len(org) > nameCharsMax || strings.ContainsFunc(org, unfit) || org[0] == '-' || org[len(org)-1] == '-' {
		return fmt.Errorf("%q is no organisation's id: use 1 to %d lower-case letters, digits and inner hyphens", org, nameCharsMax)
	}
	return nil
}
