// Package store keeps everything that a block changes: the typed maps with the
// state tree over them, the events with the event tree over them, the expiring
// sets, and where each entry stands. It is ledger.Backend on committed state.
//
// # Life of a block
//
// Stage works out what a block's changes do to the application hash and puts
// all rows in one batch; nobody sees them. Commit writes that batch, whole or not
// at all, and makes it visible. An unsynced Commit is the normal case: the engine
// shares the write-ahead log, and after a crash it replays the blocks we lack.
//
// # What it keeps true
//
//   - The parts of the application hash are a function of the rows on disk.
//     Opening the store again gives the same parts; a block without changes
//     gives the same parts under the next height.
//   - Heights follow one another without a gap.
//   - What a View reads, and every proof, belongs to the height and the parts it
//     names, while blocks go on beside it.
//   - A proof was checked against its root before it is handed out.
//   - A damaged row is an error that names it; Fsck finds it without waiting for
//     somebody to read it.
//
// # Life of a snapshot
//
// View.Export hands out the rows of one height, Store.Restore takes them into an
// empty store on another node. The trees are made again from the rows and their
// roots compared with an application hash that validators signed, so a row that
// was changed, added or left out on the way is found. Of what no root covers, the
// places of entries are read from their events, which a root does cover.
//
// # Where the rows are
//
// Prefixes are those of package kv. Under kv.LedgerMeta the first byte says
// which: 00 the head (format, height, parts), 01 and a height the parts of that
// height where they differ from the height before, 02 and an entry id its place,
// 03 the height of a snapshot that was restored, 04 that one is being restored.
//
// Store is safe for one writer (Stage, Commit) and any number of readers.
package store
