package arch_test

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/internal/arch"
)

func TestImportsGoOneWay(t *testing.T) {
	tests := []struct {
		name    string
		file    string
		imports string // separated by spaces
		refused string // part of the fault; "" when allowed
	}{
		{"proof may use the standard library", "proof/a.go", "crypto/sha256", ""},
		{"proof may not use another module", "proof/a.go", "github.com/fxamacker/cbor/v2", "standard library only"},
		{"proof may not use the kernel", "proof/a.go", "pedigree/ledger", "one way"},
		{"a proof test may compare with another module", "proof/a_test.go", "github.com/transparency-dev/merkle/proof pedigree/proof", ""},
		{"a proof test may not use the kernel", "proof/a_test.go", "pedigree/ledger", "one way"},
		{"a format may use another format", "format/epcis/a.go", "pedigree/format/gs1", ""},
		{"a format may not use the ledger", "format/epcis/a.go", "pedigree/ledger", "one way"},
		{"a format may not use a proof", "format/epcis/a.go", "pedigree/proof", "one way"},
		{"a format's test may read the shared documents", "format/epcis/a_test.go", "pedigree/internal/sharedtest", ""},
		{"a format itself may not read the shared documents", "format/epcis/a.go", "pedigree/internal/sharedtest", "one way"},
		{"the kernel may use proof, CBOR and signatures", "ledger/a.go", "pedigree/proof github.com/fxamacker/cbor/v2 github.com/oasisprotocol/curve25519-voi/primitives/ed25519", ""},
		{"the kernel may not use another module", "ledger/a.go", "github.com/google/go-cmp/cmp", "of other modules, only"},
		{"the kernel may not use a module whose name starts the same", "ledger/a.go", "github.com/fxamacker/cbor/v2x", "of other modules, only"},
		{"the kernel may not use a format", "ledger/a.go", "pedigree/format/gs1", "one way"},
		{"the kernel may not use its test chain", "ledger/a.go", "pedigree/ledger/ledgertest", "one way"},
		{"the kernel's tests may use its test chain", "ledger/a_test.go", "pedigree/ledger/ledgertest github.com/google/go-cmp/cmp", ""},
		{"the test chain may use the kernel and test modules", "ledger/ledgertest/a.go", "pedigree/ledger github.com/cockroachdb/datadriven", ""},
		{"the test chain may not use a domain", "ledger/ledgertest/a.go", "pedigree/domain/org", "one way"},
		{"a domain may use the kernel, proof and formats", "domain/trace/a.go", "pedigree/ledger pedigree/proof pedigree/format/gs1", ""},
		{"a domain may not use another module", "domain/trace/a.go", "github.com/fxamacker/cbor/v2", "standard library only"},
		{"a domain may not use a domain it doesn't need", "domain/trace/a.go", "pedigree/domain/device", "Needs"},
		{"a domain may not use its own view", "domain/trace/a.go", "pedigree/domain/trace/traceview", "private half"},
		{"a domain may not use the private half", "domain/trace/a.go", "pedigree/internal/vault", "one way"},
		{"a domain may not use the list of domains", "domain/trace/a.go", "pedigree/domain/all", "one way"},
		{"a domain's test may use any domain's rules", "domain/trace/a_test.go", "pedigree/domain/device pedigree/ledger/ledgertest pgregory.net/rapid", ""},
		{"a domain's test may not use the list of domains", "domain/trace/a_test.go", "pedigree/domain/all", "one way"},
		{"a view may use its domain and the private half", "domain/trace/traceview/a.go", "pedigree/domain/trace pedigree/internal/vault pedigree/internal/api modernc.org/sqlite", ""},
		{"a view may not use another domain's view", "domain/trace/traceview/a.go", "pedigree/domain/device/deviceview", "private half"},
		{"a view may not use the engine", "domain/trace/traceview/a.go", "pedigree/internal/engine", "one way"},
		{"a view may not use a domain that its own doesn't need", "domain/trace/traceview/a.go", "pedigree/domain/device", "Needs"},
		{"the list of domains may use rules", "domain/all/a.go", "pedigree/domain/trace pedigree/ledger", ""},
		{"the list of domains may not use views", "domain/all/a.go", "pedigree/domain/trace/traceview", "private half"},
		{"the view of all domains may use views", "domain/all/allview/a.go", "pedigree/domain/trace/traceview pedigree/domain/all", ""},
		{"internal may use the kernel", "internal/api/a.go", "pedigree/ledger pedigree/internal/config github.com/danielgtaylor/huma/v2", ""},
		{"internal may not use a domain", "internal/api/a.go", "pedigree/domain/trace", "one way"},
		{"internal may not use a domain in its tests", "internal/api/a_test.go", "pedigree/domain/trace", "one way"},
		{"internal may not use the list of domains", "internal/node/a.go", "pedigree/domain/all", "one way"},
		{"internal may not use a program", "internal/node/a.go", "pedigree/cmd/pedigree", "one way"},
		{"the engine's wrapper may use the engine", "internal/engine/a.go", "github.com/cometbft/cometbft/node", ""},
		{"the store's adapter may use the engine's interface", "internal/store/kv/a.go", "github.com/cometbft/cometbft-db", ""},
		{"the rest of the store may not use the engine", "internal/store/a.go", "github.com/cometbft/cometbft-db", "internal/engine"},
		{"a program may not use the engine", "cmd/pedigree/a.go", "github.com/cometbft/cometbft/node", "internal/engine"},
		{"a test elsewhere may not use the engine", "internal/node/a_test.go", "github.com/cometbft/cometbft/node", "internal/engine"},
		{"a proof test may compare with the engine", "proof/a_test.go", "github.com/cometbft/cometbft/types", ""},
		{"a proof itself may not use the engine", "proof/a.go", "github.com/cometbft/cometbft/types", "internal/engine"},
		{"a bench may use the engine and all domains", "bench/load/a.go", "github.com/cometbft/cometbft/node pedigree/domain/all", ""},
		{"a program may use the list of domains", "cmd/pedigree/a.go", "pedigree/domain/all pedigree/internal/node", ""},
		{"a browser test may use the list of domains", "e2e/a_test.go", "pedigree/domain/all", ""},
		{"the client may use entries and proofs", "client/a.go", "pedigree/proof pedigree/domain/trace", ""},
		{"the client may not use the private half", "client/a.go", "pedigree/internal/api", "one way"},
		{"the console is embedded by itself", "web/a.go", "embed pedigree/internal/api", "one way"},
		{"nothing uses cgo", "internal/store/a.go", "C", "cgo"},
		{"a folder without a layer is placed first", "plugins/a.go", "fmt", "no layer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var src strings.Builder
			src.WriteString("package p\n")
			for name := range strings.FieldsSeq(test.imports) {
				fmt.Fprintf(&src, "import _ %q\n", name)
			}
			faults := arch.Imports(tree(t, map[string]string{test.file: src.String()}))
			if test.refused == "" {
				wantPlaces(t, faults)
				return
			}
			if len(faults) != 1 || !strings.Contains(faults[0].String(), test.refused) {
				t.Errorf("got %d faults, want one with %q:\n%s", len(faults), test.refused, arch.Report(faults))
			}
		})
	}
}

func TestADomainMayUseTheDomainsItNamesInNeeds(t *testing.T) {
	user := "package trace\nimport \"pedigree/domain/org\"\nvar _ = org.Module\n"
	tests := []struct{ name, module string }{
		{"as a string", "package trace\nvar Module = M{Needs: []string{\"org\"}}\n"},
		{"as a value", "package trace\nimport \"pedigree/domain/org\"\nvar Module = M{Needs: []M{org.Module}}\n"},
		{"by a method", "package trace\nfunc (M) Needs() []string { return []string{\"org\"} }\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantPlaces(t, arch.Imports(tree(t, map[string]string{
				"domain/trace/module.go":      test.module,
				"domain/trace/ship.go":        user,
				"domain/trace/traceview/a.go": "package traceview\nimport _ \"pedigree/domain/org\"\n",
			})))
		})
	}
	t.Run("but not when only a test or another domain names it", func(t *testing.T) {
		wantPlaces(t, arch.Imports(tree(t, map[string]string{
			"domain/trace/ship.go":        user,
			"domain/trace/module_test.go": tests[0].module,
			"domain/device/module.go":     tests[0].module,
		})), "domain/trace/ship.go:2")
	})
}
