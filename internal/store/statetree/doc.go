// Package statetree keeps the sparse Merkle tree over the typed maps: one leaf
// for each key, at SHA-256(key), with the hash rules of package proof
// (StateLeafHash, StateInnerHash, and the collapse of a subtree with one leaf
// into that leaf). They are the rules of the ICS-23 SmtSpec, so any ICS-23
// verifier checks a proof made here.
//
// # How it is stored
//
// Two kinds of rows, both under kv.LedgerStateTree, latest version only:
//
//	01 path            -> SHA-256(value)          one leaf row for each key
//	00 nibbles prefix  -> hash, number of leaves  one node row for some subtrees
//
// A subtree with at most bucketLeavesMax leaves is a bucket: nothing below its
// own node row is stored but its leaves, and its hash is made from them in
// microseconds. Larger subtrees are stored in pages of four levels. A page has a
// node row for each bucket that it meets first on the way down, and for each
// subtree at its lower edge. So whether a node row exists is a function of the
// numbers of leaves alone, and a change of one key writes one leaf row and one
// node row for each page above it, about 150 bytes, instead of pages of half a
// kilobyte. Pages are kept in memory, in a cache of bounded size.
//
// # What it keeps true
//
//   - The root is a function of the set of keys and values, whatever the order
//     and the grouping of the changes that led to it, deletions included.
//   - Staging changes nothing that a reader sees: rows go to the caller's batch,
//     pages to one side, until Commit.
//   - A row that can't be right (wrong length, wrong number of leaves, a count
//     that doesn't add up) is an error that names it, never a panic and never a
//     root.
//
// A Tree is used by one goroutine at a time; Prove and Check read through a
// snapshot and may run beside it.
package statetree
