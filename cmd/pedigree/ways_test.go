package main

import (
	"os"
	"regexp"
	"testing"

	"pedigree/internal/config"
)

// TestTheWaysOfTheManualCanBeConfigured reads every configuration that
// docs/operate/ways.md shows as a node would.
func TestTheWaysOfTheManualCanBeConfigured(t *testing.T) {
	raw, err := os.ReadFile("../../docs/operate/ways.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(raw, -1)
	if len(blocks) == 0 {
		t.Fatal("the manual shows no configuration")
	}
	for _, block := range blocks {
		if _, err := config.Parse("ways.md", append([]byte("chain_id: trial-1\n"), block[1]...), os.LookupEnv); err != nil {
			t.Errorf("%v in:\n%s", err, block[1])
		}
	}
}
