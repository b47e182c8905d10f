package main

import (
	"encoding/json"
	"testing"

	"pedigree/internal/auth"
)

// TestEveryOperationNamesItsPermission fails for a route without a policy: who may
// use it is decided where the route is written.
func TestEveryOperationNamesItsPermission(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			ID         string          `json:"operationId"`
			Permission auth.Permission `json:"x-permission"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(describe(t), &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			rule, known := auth.RuleOf(o.Permission)
			if !known {
				t.Errorf("%s %s (%s) has the permission %q, which is none of the table: give it api.Needs or api.Guarded", method, path, o.ID, o.Permission)
			}
			if rule.Reads && method != "get" {
				t.Errorf("%s %s writes with %s, which changes nothing", method, path, o.Permission)
			}
		}
	}
}
