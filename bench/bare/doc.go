// Package bare is the do-nothing application: what remains of a benchmark when
// the ledger's own work is taken away. The difference between a figure of the
// ledger and the same figure of this application is what our rules, trees and
// signatures cost; what this application reaches is what the engine and the
// disk allow.
//
// It persists its height and the number of transactions, nothing else. With
// Config.Signatures it also checks that many Ed25519 signatures per
// transaction by the rules of ZIP-215, in App.CheckTx, and again in
// FinalizeBlock only where no verdict is remembered, as the ledger does.
//
// A transaction is the signatures, each 32 bytes of key and 64 of signature
// over the payload, and the payload:
//
//	key 1 | signature 1 | ... | key n | signature n | payload
package bare
