// Package eventtree keeps the RFC 6962 tree over all events in their order, so
// that any event can be shown to be in the log at any size it ever had, and any
// two sizes to be the same log.
//
// # How it is stored
//
// Events stand by number under kv.LedgerEvents. Hashes stand under
// kv.LedgerEventTree in tiles of 16: a tile of level group g holds, in order,
// the hashes of the complete subtrees of 16^g events; the row of the last tile
// of each group grows. A node between the groups is made from at most eight
// hashes of one tile. That is 35 bytes an event. Sixteen tiles in a row make one
// tile of the C2SP tlog-tiles format.
//
// # What it keeps true
//
//   - A hash that was written is never changed; a tile row is only replaced by
//     one that begins with the same hashes.
//   - Staging changes nothing that a reader sees, until Commit.
//   - A row that can't be right is an error that names it.
//
// The tree is built with the compact ranges of transparency-dev/merkle, and
// proofs are laid out by that module's proof package. A Tree is used by one
// goroutine at a time; the proving functions read through a snapshot.
package eventtree
