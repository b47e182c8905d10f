// Command bench measures pedigree on this machine and says which of its targets
// are reached. It runs for a quarter of an hour, or with -quick for less than two
// minutes, and prints a table:
//
//	go run ./bench/cmd/bench -quick
//	go run ./bench/cmd/bench -only engine,proofs -out docs/bench.md
//
// What it keeps true:
//   - a figure is the median of several runs, and its range is shown;
//   - what is compared is measured in the same run, in turns (A, B, A, B), on the
//     same engine, disk and settings;
//   - what a load needs is made before the clock runs;
//   - a target that is not reached is printed with the figure and the likely
//     reason; nothing is left out.
//
// With -out it rewrites, in that page, the part of each section it ran and leaves
// the rest as it is. docs/bench.md says how each figure is measured.
package main
