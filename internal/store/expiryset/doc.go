// Package expiryset keeps the sets whose items are forgotten after a time: ids
// that were seen, tokens that were spent. A set is split into buckets of time; a
// bucket is a chain of hashes (proof.SetStep) over its items in the order in
// which they joined, starting from zero, and the set root (proof.SetRoot)
// commits to all buckets. Forgetting drops whole buckets.
//
// # How it is stored
//
//	kv.LedgerSets       set, bucket, item -> place of the item in the chain
//	kv.LedgerSetChains  set, bucket       -> number of items, chain value
//
// The few hundred chains are also kept in memory.
//
// # What it keeps true
//
//   - The set root is a function of the buckets that exist and of the order in
//     which their items joined.
//   - In one change items join first and buckets are dropped then.
//   - Staging changes nothing that a reader sees, until Commit.
//
// The caller sees to it that an item joins a bucket at most once, by asking Has
// before; within one change a second time is an error, and Check finds the rest.
package expiryset
