package main

import "slices"

// sample is the same thing measured several times.
type sample []float64

func (s *sample) add(v float64) { *s = append(*s, v) }

// median is the middle one, or the mean of the two in the middle.
func (s sample) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// span is the least and the greatest.
func (s sample) span() (least, greatest float64) {
	if len(s) == 0 {
		return 0, 0
	}
	return slices.Min(s), slices.Max(s)
}
