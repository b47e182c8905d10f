package main

import (
	"maps"
	"slices"

	"pedigree/internal/api"
	"pedigree/internal/obs"
)

// httpMetrics are requests, refusals, failures and time of each operation.
func (r *running) httpMetrics() []obs.Metric {
	figures := r.server.Figures()
	by := func(name, help string, value func(api.RouteFigures) float64) obs.Metric {
		m := obs.Metric{Name: name, Help: help, Kind: obs.Counter, Label: "operation"}
		for _, operation := range slices.Sorted(maps.Keys(figures)) {
			m.Samples = append(m.Samples, obs.Sample{Label: operation, Value: value(figures[operation])})
		}
		return m
	}
	return []obs.Metric{
		by("pedigree_http_requests_total", "Requests answered, by operation.", func(f api.RouteFigures) float64 { return float64(f.Requests) }),
		by("pedigree_http_refused_total", "Those answered with a status of the 4xx.", func(f api.RouteFigures) float64 { return float64(f.Refused) }),
		by("pedigree_http_failures_total", "Those answered with a status of the 5xx.", func(f api.RouteFigures) float64 { return float64(f.Failed) }),
		by("pedigree_http_seconds_total", "Time that they took.", func(f api.RouteFigures) float64 { return f.Took.Seconds() }),
	}
}
