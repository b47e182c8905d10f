// Package engine runs the consensus engine, CometBFT v0.38.26, in this process
// behind one narrow door. Nothing else in the program imports CometBFT (the
// store alone knows its database interface), so that moving to another line of
// it, or to another engine, stays the work of one folder.
//
// Through the door go: transactions in (Submit), committed blocks out
// (Subscribe, Block), and the raw material of proofs (SignedHeader,
// ResultProof, TxProof). There is no RPC listener, no peer exchange, no
// transaction index and no metrics listener; peers are allow-listed.
//
// What it keeps true:
//   - a CommittedBlock is handed out only after the block is synced to the
//     block store and the application's Commit returned. Whatever crashes then,
//     that block is replayed, never replaced;
//   - no signature leaves before the height, round and step it is for are on
//     the disk (mark.go), and none is made for a lower one or for other content
//     at the same one. A key that lost its mark doesn't start;
//   - once the engine can't go on it says so (Failed, Err) instead of running
//     on without consensus;
//   - whatever a peer sends, that is let in, the node goes on; one that sent what
//     no node sends is refused for a while (exile.go), longer each time;
//   - the engine and the application restart from any crash: the application
//     reports its height and hash (App.Info), and the engine replays the blocks
//     it is missing. For that the application's hash must be a pure function of
//     what it persisted.
//
// Importing CometBFT's node registers the profiler's handlers on
// http.DefaultServeMux. Never serve that mux.
package engine
