// Package arch holds the repository's rules of construction as tests.
//
// What it keeps true:
//   - imports go one way: the public half (proof, format, ledger, the rules of
//     each domain) never reaches the private half, nothing reaches the engine
//     but the packages that wrap it, and only a program knows the list of
//     domains (imports.go, layers.go);
//   - the code that every validator runs is deterministic: no clock, no I/O, no
//     goroutines, no floats, no map order (determinism*.go);
//   - a file has one subject that fits a reader's head and a function fits a
//     screen (size.go);
//   - every package says what it keeps true and every exported name has a
//     sentence (documentation.go);
//   - the tree names no machine it was written on (words.go);
//   - the list of packages that the program links is reviewed like code
//     (linked.go).
//
// A check reads the tree as data and returns faults; it never stops at the
// first. Each check has synthetic trees in its tests that must fail, so that a
// check which passes everything is noticed. Exceptions stand in exceptions.go,
// each with its reason, and one that is no longer needed is a fault itself.
//
// Run them alone with:
//
//	go test ./internal/arch
package arch
