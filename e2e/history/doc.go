//go:build linux

// Package history records what concurrent clients asked a running network for and were
// told, and has porcupine check that one order explains it: that custody and the
// council's votes are linearizable.
//
// Clients of four companies ship, receive, reject and end the same boxes at the same
// time, each at its own node, and vote twice on the same proposals, while one node is
// killed and, where there are network namespaces, one is cut off. Histories are checked
// per box and per proposal. An operation whose answer was lost stays open to the end:
// it took effect then or later, or not. An operation that a node refuses at its door is
// none, for it is in no block.
//
// Readers ask one node each for proofs of state. What one of them sees never goes back,
// and each value is the one that the operations up to its height lead to. The nodes'
// states are not compared in time: a client that changes nodes may see an earlier
// height, and waits for the one it has seen, which each answer names.
//
//	go test ./e2e/history -seed 12345
package history
