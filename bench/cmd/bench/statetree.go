package main

import (
	"context"
	"fmt"

	"pedigree/bench/statebench"
)

// mixedLeast is how many keys a second a block of changes must reach at the first
// size of the curve.
const mixedLeast = 25_000

// stateSection grows one store through all sizes, and repeats the first.
func stateSection(ctx context.Context, b *bench) ([]figure, error) {
	sizes := b.size.treeKeys
	curves := [][]statebench.Point{}
	for run := range b.size.repeats {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		grow := sizes
		if run > 0 {
			grow = sizes[:1]
		}
		dir, err := b.folder()
		if err != nil {
			return nil, err
		}
		points, err := statebench.Curve(grow, dir)
		if err != nil {
			return nil, err
		}
		for _, p := range points {
			b.say("%s keys, run %d: %s mixed changes/s, half of the blocks within %s, %s bytes on disk for a key",
				number(float64(p.Keys)), run+1, number(p.MixedPerSecond), p.MixedBlockP50, number(float64(p.DiskBytes)/float64(p.Keys)))
		}
		curves = append(curves, points)
		b.discard(dir)
	}
	return stateFigures(curves), nil
}

func stateFigures(curves [][]statebench.Point) []figure {
	var list []figure
	for i, p := range curves[0] {
		var mixed, loaded, proofs sample
		for _, c := range curves {
			if i < len(c) {
				mixed.add(c[i].MixedPerSecond)
				loaded.add(c[i].LoadPerSecond)
				proofs.add(float64(c[i].ProofTime.Microseconds()))
			}
		}
		at := number(float64(p.Keys)) + " keys"
		f := figure{
			name: at + ", half changed and half new", got: mixed, unit: "keys/s",
			note: fmt.Sprintf("%s bytes on disk for a key; a proof has %d bytes and is made in %s µs", number(float64(p.DiskBytes)/float64(p.Keys)), p.ProofBytes, number(proofs.median())),
			why:  "each changed key reads and writes a path of pages, and the pages of a state this large don't fit the cache",
		}
		if i == 0 {
			f.goal = atLeast(mixedLeast)
		}
		list = append(list, f, figure{name: at + ", loading", got: loaded, unit: "keys/s"})
	}
	return list
}
