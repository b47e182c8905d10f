package obs_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pedigree/internal/obs"
)

func ExampleWriteMetrics() {
	_ = obs.WriteMetrics(os.Stdout, []obs.Metric{
		obs.One("pedigree_height", obs.Gauge, "Last committed height.", 42),
		obs.ByLabel("pedigree_submits_total", obs.Counter, "Entries handed in, by how it went.", "code", map[string]int{"trace/not-holder": 1, "accepted": 7}),
	})
	// Output:
	// # HELP pedigree_height Last committed height.
	// # TYPE pedigree_height gauge
	// pedigree_height 42
	// # HELP pedigree_submits_total Entries handed in, by how it went.
	// # TYPE pedigree_submits_total counter
	// pedigree_submits_total{code="accepted"} 7
	// pedigree_submits_total{code="trace/not-holder"} 1
}

func ExampleWriteMetrics_drill() {
	_ = obs.WriteMetrics(os.Stdout, []obs.Metric{
		obs.One("pedigree_height", obs.Gauge, "Last committed height.", 42),
		obs.ByLabel("pedigree_submits_total", obs.Counter, "Entries handed in, by how it went.", "code", map[string]int{"accepted": 7}),
	}, obs.Label{Name: "drill", Value: "yes"})
	// Output:
	// # HELP pedigree_height Last committed height.
	// # TYPE pedigree_height gauge
	// pedigree_height{drill="yes"} 42
	// # HELP pedigree_submits_total Entries handed in, by how it went.
	// # TYPE pedigree_submits_total counter
	// pedigree_submits_total{drill="yes",code="accepted"} 7
}

func TestTextsOfMetricsAreEscaped(t *testing.T) {
	var b strings.Builder
	m := obs.ByLabel("m", obs.Gauge, "a \\ and\na line", "l", map[string]int{"a\"b\\c\nd": 1})
	if err := obs.WriteMetrics(&b, []obs.Metric{m}); err != nil {
		t.Fatal(err)
	}
	want := "# HELP m a \\\\ and\\na line\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1\n"
	if b.String() != want {
		t.Errorf("wrote %q, want %q", b.String(), want)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAFailedWriteOfMetricsIsAnError(t *testing.T) {
	if err := obs.WriteMetrics(brokenWriter{}, []obs.Metric{obs.One("m", obs.Gauge, "", 1)}); err == nil {
		t.Error("no error")
	}
}
