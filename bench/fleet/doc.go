// Package fleet runs validators as processes of their own, connected over the
// loopback or over links between network namespaces, and puts load on them, also
// while some of them are down. The program that uses it is started again for
// each validator and becomes one; what the processes say to each other are lines
// of JSON on standard input and output.
//
// What it keeps true:
//   - a ledger validator is internal/node with all modules and the memory limits
//     of the program; a bare one is the same engine with the do-nothing
//     application. Both are loaded by the same code from inside their process,
//     with entries that were made before the clock runs and lie outside the heap;
//   - a load on the ledger in which a single entry is refused is an error;
//   - what is asked of a fleet goes to those of its validators that are up;
//   - a validator whose parent is gone ends.
//
// A program that uses it begins with:
//
//	if fleet.IsChild() {
//		os.Exit(fleet.Child())
//	}
package fleet
