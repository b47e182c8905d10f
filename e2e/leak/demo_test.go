package leak

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// named are the texts of the story's documents that name goods and papers. What the
// ledger is meant to show is not among them: members, their locations and prefixes.
var named = []*regexp.Regexp{
	regexp.MustCompile(`urn:epc:id:sgtin:[0-9]+\.[0-9]+\.([^<"]+)`),
	regexp.MustCompile(`(urn:epc:id:sgtin:[^<"]+)`),
	regexp.MustCompile(`(urn:epc:id:sscc:[^<"]+)`),
	regexp.MustCompile(`#(?:regulatedProductName|manufacturerOfTradeItemPartyName|dosageFormType|netContentDescription|strengthDescription|functionalName)">([^<]+)<`),
	regexp.MustCompile(`lotNumber>([^<]+)<`),
	regexp.MustCompile(`<bizTransaction[^>]*>([^<]+)<`),
	regexp.MustCompile(`InstanceIdentifier>([^<]+)<`),
}

// TestANetworksStoryLeaksNothing lets four nodes tell the demo's story: capture,
// ship, receive, pick, dispense, prove, and what goes wrong in it.
func TestANetworksStoryLeaksNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.Command(program, "demo", "--once", "--dir", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	documents, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	if err != nil || len(documents) == 0 {
		t.Fatalf("the story left no documents: %v", err)
	}
	var canaries []string
	for _, path := range documents {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		canaries = append(canaries, textsOf(string(raw))...)
	}
	slices.Sort(canaries)
	canaries = slices.Compact(canaries)
	if len(canaries) < 100 {
		t.Fatalf("the story's documents name %d things only: %.300q", len(canaries), canaries)
	}
	homes, err := filepath.Glob(filepath.Join(dir, "*", "card.json"))
	if err != nil {
		t.Fatal(err)
	}
	// A text in each form takes a search of every byte, so a part is looked for: in
	// the order of the alphabet, every so many.
	s := scanner{sampled(canaries, 60)}
	read := 0
	for _, card := range homes {
		home := filepath.Dir(card)
		secrets := scanner{secretsOf(t, home)}
		read += s.scanTree(t, home, filepath.Join("data", "vault"))
		secrets.scanTree(t, home, "api.token", "keys", "consensus_key.json", "node_key.json")
	}
	shipments, err := filepath.Glob(filepath.Join(dir, "*.shipment"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range shipments {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.find(raw) {
			t.Errorf("the sealed file %s holds %s", path, f)
		}
	}
	t.Logf("%d of %d canaries were looked for in %d bytes of %d nodes and in %d sealed files", len(s.canaries), len(canaries), read, len(homes), len(shipments))
	if len(homes) < 4 || len(shipments) == 0 || read < 1<<20 {
		t.Error("there was too little to look at")
	}
}

func textsOf(document string) []string {
	var list []string
	for _, pattern := range named {
		for _, m := range pattern.FindAllStringSubmatch(document, -1) {
			if text := strings.TrimSpace(m[1]); len(text) >= canaryLeast && !strings.HasSuffix(text, ".*") {
				list = append(list, text)
			}
		}
	}
	return list
}

func sampled(list []string, most int) []string {
	step := max(1, len(list)/most)
	var some []string
	for i := 0; i < len(list); i += step {
		some = append(some, list[i])
	}
	return some
}

// secretsOf are the last lines of a home's secret files: keys and tokens in
// hexadecimal.
func secretsOf(t *testing.T, home string) []string {
	t.Helper()
	var list []string
	for _, name := range []string{"api.token", "keys/vault.key", "keys/custody.seed", "keys/organisation.key"} {
		raw, err := os.ReadFile(filepath.Join(home, name))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
		list = append(list, lines[len(lines)-1])
	}
	return list
}
