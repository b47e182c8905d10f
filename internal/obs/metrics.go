package obs

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// MetricsType is the media type of what WriteMetrics writes.
const MetricsType = "text/plain; version=0.0.4; charset=utf-8"

// Kind says how a metric's value moves.
type Kind string

// The kinds of metrics.
const (
	Gauge   Kind = "gauge"   // up and down
	Counter Kind = "counter" // up only, from zero at each start
)

// Metric is one measured thing, with a sample for each value of its label. A
// label names a code, a stage or a version: never a person, product or partner.
type Metric struct {
	Name    string // with the unit last: _seconds, _bytes, or _total for a counter
	Help    string
	Kind    Kind
	Label   string // of the samples; empty when there is one without
	Samples []Sample
}

// Sample is one value.
type Sample struct {
	Label string // its value
	Value float64
}

// Label is one that every sample has.
type Label struct{ Name, Value string }

// One makes a metric of one sample.
func One(name string, k Kind, help string, value float64) Metric {
	return Metric{Name: name, Help: help, Kind: k, Samples: []Sample{{Value: value}}}
}

// ByLabel makes a metric of counts by the value of one label, in its order.
func ByLabel[N ~int | ~uint64](name string, k Kind, help, label string, counts map[string]N) Metric {
	m := Metric{Name: name, Help: help, Kind: k, Label: label}
	for value, n := range counts {
		m.Samples = append(m.Samples, Sample{value, float64(n)})
	}
	slices.SortFunc(m.Samples, func(a, b Sample) int { return strings.Compare(a.Label, b.Label) })
	return m
}

var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// WriteMetrics writes metrics in the text format of Prometheus, version 0.0.4. Every
// sample has the labels of always, beside its own.
func WriteMetrics(w io.Writer, list []Metric, always ...Label) error {
	var common []string
	for _, l := range always {
		common = append(common, fmt.Sprintf("%s=\"%s\"", l.Name, escapes.Replace(l.Value)))
	}
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", m.Name, strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(m.Help), m.Name, m.Kind)
		for _, s := range m.Samples {
			labels := slices.Clone(common)
			if m.Label != "" {
				labels = append(labels, fmt.Sprintf("%s=\"%s\"", m.Label, escapes.Replace(s.Label)))
			}
			b.WriteString(m.Name)
			if len(labels) > 0 {
				b.WriteString("{" + strings.Join(labels, ",") + "}")
			}
			b.WriteString(" " + strconv.FormatFloat(s.Value, 'g', -1, 64) + "\n")
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("couldn't write the metrics: %w", err)
	}
	return nil
}
