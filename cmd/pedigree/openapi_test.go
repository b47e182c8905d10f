package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"pedigree/internal/api"
	"pedigree/internal/tryfile"
)

var update = flag.Bool("update", false, "write generated files anew")

// describe returns the OpenAPI document of the program's routes.
func describe(t *testing.T) []byte {
	t.Helper()
	s, err := api.New(api.Config{Token: "unused", Version: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	addRoutes(s, apiLedger{}, nil, nil, tryfile.Config{}, nil)
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s.API.OpenAPI()); err != nil {
		t.Fatal(err)
	}
	return doc.Bytes()
}

// fresh compares a generated file with what it should hold, or writes it.
func fresh(t *testing.T, path string, want []byte) {
	t.Helper()
	path = filepath.Join("..", "..", filepath.FromSlash(path))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the program says now: run make generate, and read the difference before you commit it", path)
	}
}

func TestTheOpenAPIDocumentIsFresh(t *testing.T) {
	fresh(t, "schema/openapi.json", describe(t))
	fresh(t, "docs/reference/permissions.md", []byte(permissionsPage(t))) // written from the same routes
}

func TestEveryOperationIsNamedAndDescribed(t *testing.T) {
	seen := map[string]string{}
	for _, o := range operations(t) {
		if o.id == "" || o.summary == "" {
			t.Errorf("%s %s has the name %q and the summary %q", o.method, o.path, o.id, o.summary)
		}
		if other, taken := seen[o.id]; taken {
			t.Errorf("%s and %s are both called %s", o.path, other, o.id)
		}
		seen[o.id] = o.path
	}
	for _, id := range localWrites {
		if seen[id] == "" {
			t.Errorf("%s may be done without the ledger, and there is no such operation", id)
		}
	}
}
