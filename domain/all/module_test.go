package all_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"pedigree/domain/all"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestTheModulesFitTogether(t *testing.T) {
	if _, err := ledger.New(ledger.Config{ChainID: ledgertest.ChainID, Modules: all.Modules(), Governor: all.Governor()}); err != nil {
		t.Fatal(err)
	}
}

// keyspace reads the one list of prefixes.
func keyspace(t *testing.T) map[string]byte {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../proof/keyspace.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]byte{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Prefix") {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s is no plain number", spec.Names[0].Name)
		}
		v, err := strconv.ParseUint(literal.Value, 0, 8)
		if err != nil {
			t.Fatal(err)
		}
		out[spec.Names[0].Name] = byte(v)
		return true
	})
	return out
}

func TestEveryPrefixIsOneMaps(t *testing.T) {
	listed, prefixes := map[byte]string{}, keyspace(t)
	for name, p := range prefixes {
		if other, taken := listed[p]; taken {
			t.Errorf("%s and %s are both %#02x", name, other, p)
		}
		listed[p] = name
	}
	used := map[byte]string{proof.PrefixQuota: "the kernel", proof.PrefixParams: "the kernel"}
	names := map[string]bool{}
	for _, m := range all.Modules() {
		for _, info := range m.Maps {
			if other, taken := used[info.Prefix]; taken || listed[info.Prefix] == "" || names[info.Name] {
				t.Errorf("map %s has the prefix %#02x, of %q; want one of its own from the list, and a name of its own", info.Name, info.Prefix, other)
			}
			if !strings.HasPrefix(info.Name, m.Name+"/") {
				t.Errorf("map %s is not named under %s", info.Name, m.Name)
			}
			used[info.Prefix], names[info.Name] = info.Name, true
		}
	}
	for p, name := range listed {
		if used[p] == "" {
			t.Errorf("no module lists a map for %s", name)
		}
	}
	if len(prefixes) < len(used) {
		t.Errorf("the list has %d prefixes, the maps %d", len(prefixes), len(used))
	}
}
