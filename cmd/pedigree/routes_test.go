package main

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

func TestTheOperationsThatAreNamedHereExist(t *testing.T) {
	raw, err := os.ReadFile("../../schema/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, methods := range doc.Paths {
		for _, o := range methods {
			known[o.OperationID] = true
		}
	}
	for _, id := range slices.Concat(localWrites, ledgerWrites) {
		if !known[id] {
			t.Errorf("there is no operation %s", id)
		}
	}
	for _, id := range localWrites {
		if slices.Contains(ledgerWrites, id) {
			t.Errorf("%s is said to need the ledger, and not to", id)
		}
	}
}
