//go:build linux

// Package points ends nodes of a running network at each of the crash points that
// package crash lists: before and after the durable steps of the ledger's state, of the
// private store, of the exchange, and of capturing, shipping, receiving and dispensing.
//
// The program is built with the tag crashpoints. Four companies' nodes run under the
// load of package cluster; beside it pallets, which were on hold for a moment, go from the maker, by the exchange, to the
// pharmacy and to an organisation that the pharmacy's node hosts, which receive them,
// dispense a pack of each and put that on the ledger. One node after another is armed;
// when it has ended at its point it is started again, and the network must go on. A
// point that no run reaches fails the test.
//
// At the end all of what package cluster holds true is checked, and that the private
// stores and the ledger agree: every delivery was taken once, signed for and dealt
// with, what was received is byte for byte what was sent, each pack stands on the
// ledger as its holder's store has it, and nothing waits that nobody asked to wait.
//
//	go test ./e2e/points -seed 12345
//	go test ./e2e/points -only exchange/
package points
