// Package statebench measures the ledger's state on disk as it grows: the rate
// of key changes with the state tree over them, what a key costs on disk, and
// what a proof costs.
//
// The load is the one of docs/decisions/0005-state-tree.md: keys and values of
// 32 random-looking bytes, blocks of 10,000 changes, unsynced as in a node. A
// mixed block changes 5,000 keys that are there and inserts 5,000.
//
// What it keeps true: the same sizes give the same keys, values and roots; what
// is timed is Stage and Commit, nothing of the measuring.
package statebench
