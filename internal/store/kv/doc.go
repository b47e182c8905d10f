// Package kv opens the one Pebble instance of a node and hands out views of
// it, each behind one key byte.
//
// One instance means one write-ahead log. A batch that our state committed
// without waiting for the disk becomes durable with the engine's next synced
// write, and after a crash what survives is a prefix of the order in which
// batches were committed: our state can be behind the block store, never ahead
// of a block that was lost. The engine replays the difference.
//
// What it keeps true:
//   - no two views see each other's keys: every key starts with its view's
//     prefix, and iterators and range deletions are held inside it;
//   - a batch is all or nothing, also when it spans views;
//   - bytes handed out by Get belong to the caller;
//   - a failed write to the disk ends the process: after a failed sync nobody
//     knows what the disk holds, so the node restarts and replays.
//
// The adapter for the consensus engine follows the contract of the DB
// interface of cometbft-db v0.14.1 (types.go) and is compared with that
// module's memory store by random operations.
package kv
