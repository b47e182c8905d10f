package arch

import (
	"path"
	"strings"
)

// layer is one row of the import rules: which folders it holds and what they
// may import. Standard-library imports are always allowed here (determinism
// has its own, shorter list); cgo never is.
type layer struct {
	name  string
	holds func(dir string) bool
	// ours are the folders of this repository that the layer may import, in
	// the patterns of within; its own subtree is always among them.
	ours []string
	// third are the other modules it may import, by prefix; "*" is any.
	third []string
	// testOurs and testThird are what its _test.go files may import besides.
	testOurs, testThird []string
	// needs adds the domains that the folder's module names in Needs.
	needs bool
}

// views is what a domain's view may use of the private half. The engine, the
// store and the node stay out of reach: a view sees events and one submitter.
var views = []string{
	"ledger", "proof", "format/...", "internal/vault/...", "internal/exchange/...", "internal/project/...",
	"internal/api/...", "internal/auth/...", "internal/config", "internal/crash", "internal/obs", "internal/turns",
}

// layers are tried in order; the first that holds a folder rules it.
var layers = []layer{
	{
		name: "proof", holds: under("proof"),
		testOurs: []string{"internal/sharedtest"}, testThird: []string{"*"},
	},
	{
		name: "format", holds: under("format"),
		third:    []string{"*"},
		testOurs: []string{"internal/sharedtest", "internal/pagetest"}, testThird: []string{"*"},
	},
	{
		name: "ledger/ledgertest", holds: under("ledger/ledgertest"),
		ours: []string{"ledger", "proof"}, third: []string{"*"},
	},
	{
		name: "ledger", holds: under("ledger"),
		ours:     []string{"proof"},
		third:    []string{"github.com/fxamacker/cbor/v2", "github.com/oasisprotocol/curve25519-voi"},
		testOurs: []string{"ledger/ledgertest", "internal/sharedtest"}, testThird: []string{"*"},
	},
	{
		name: "the view of all domains", holds: both(under("domain/all"), isView),
		ours: []string{"domain/..."}, third: []string{"*"},
	},
	{
		name: "domain/all", holds: under("domain/all"),
		ours: []string{"ledger", "proof", "domain/*"}, testOurs: []string{"ledger/ledgertest"}, testThird: []string{"*"},
	},
	{
		name: "a domain's view", holds: both(under("domain"), isView),
		ours: views, needs: true, third: []string{"*"},
		testOurs: []string{"domain/*", "ledger/ledgertest", "internal/sharedtest", "internal/pagetest", "internal/store/..."},
	},
	{
		name: "a domain's rules", holds: under("domain"),
		ours: []string{"ledger", "proof", "format/..."}, needs: true,
		testOurs: []string{"domain/*", "ledger/ledgertest", "internal/sharedtest"}, testThird: []string{"*"},
	},
	{
		name: "client", holds: under("client"),
		ours: []string{"ledger", "proof", "format/...", "domain/*"}, third: []string{"*"},
		testOurs: []string{"internal/..."},
	},
	{
		name: "internal", holds: under("internal"),
		ours: []string{"ledger", "proof", "format/...", "client", "web/...", "schema", "internal/..."}, third: []string{"*"},
		testOurs: []string{"ledger/ledgertest"},
	},
	{
		name: "what the program embeds", holds: either(under("web"), under("schema")),
		ours: []string{"proof", "web/..."}, testOurs: []string{"internal/sharedtest"},
	},
	{
		name: "a program", holds: either(under("cmd"), under("bench"), under("e2e"), under("deploy")),
		ours:  []string{"proof", "format/...", "ledger/...", "domain/...", "client", "internal/...", "web/...", "schema"},
		third: []string{"*"}, testOurs: []string{"bench/..."}, // attacks and loads that are measured are tested too
	},
}

// engineModules is what only the packages in engineUsers may import: moving to
// another engine or engine version is then work in those folders alone. The
// tests in engineTests hold our own rules against the engine's.
var (
	engineModules = []string{"github.com/cometbft"}
	engineUsers   = []string{"internal/engine/...", "internal/store/kv/...", "bench/..."}
	engineTests   = []string{"proof/..."}
)

func layerOf(dir string) *layer {
	for i := range layers {
		if layers[i].holds(dir) {
			return &layers[i]
		}
	}
	return nil
}

// domainOf names the folder of the domain that dir belongs to, such as
// domain/trace for domain/trace/traceview, or "".
func domainOf(dir string) string {
	parts := strings.Split(dir, "/")
	if len(parts) < 2 || parts[0] != "domain" {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

// isView tells whether a folder is the private half of a domain.
func isView(dir string) bool {
	for part := range strings.SplitSeq(dir, "/") {
		if strings.HasSuffix(part, "view") {
			return true
		}
	}
	return false
}

// within tells whether a folder matches one of the patterns: a path, a path and
// all below it (path/...), or each domain's rules without the list (domain/*).
func within(dir string, patterns []string) bool {
	for _, p := range patterns {
		root, deep := strings.CutSuffix(p, "/...")
		switch {
		case deep && (dir == root || strings.HasPrefix(dir, root+"/")):
			return true
		case p == "domain/*" && path.Dir(dir) == "domain" && dir != "domain/all":
			return true
		case p == dir:
			return true
		}
	}
	return false
}

func under(root string) func(string) bool {
	return func(dir string) bool { return within(dir, []string{root + "/..."}) }
}

func both(a, b func(string) bool) func(string) bool {
	return func(dir string) bool { return a(dir) && b(dir) }
}

func either(list ...func(string) bool) func(string) bool {
	return func(dir string) bool {
		for _, holds := range list {
			if holds(dir) {
				return true
			}
		}
		return false
	}
}
