// Package vault is the private store of one node: documents, long work, and the
// tables that other packages of the private half keep in it.
//
// It is one SQLite database in a folder, with a write-ahead log that is synced
// at every commit, or a schema of a PostgreSQL database that many vaults share.
// Nothing but this package knows which: callers bring plain SQL with arguments as
// $1, $2 or ?, and tables with columns of INTEGER, TEXT and BLOB. What only one of
// the two understands fails in the tests, which run on both. Text is UTF-8 without
// zero bytes; a server keeps U+FFFD in place of anything else. A table whose rows
// the database numbers (INTEGER PRIMARY KEY) is given numbers always or never.
//
// What it keeps true:
//   - what Update acknowledged survives the end of the process and the loss of
//     power; what it didn't acknowledge is there whole or not at all;
//   - nothing is tried again after a file's disk failed: the vault takes no more
//     writes and says why (Failed, Err), for a second sync reports what the
//     first one lost as done. A server holds to that rule itself, by ending and
//     recovering from its log; the vault refuses one that is set otherwise, and
//     goes on when it is back;
//   - a commit whose answer was lost is looked up before anything is said of it;
//   - a View sees one moment; a slow reader of a document holds nothing up;
//   - what is in a document, its name, its partner and its hash, and what was
//     answered to a request, are nowhere on the disk in clear. Each has a key of
//     its own (AES-256-GCM, NIST SP 800-38D; HKDF-SHA-256, RFC 5869) and is bound
//     to its place, so that a change, a swap or a cut is found before a byte is
//     handed out;
//   - the same content is stored once;
//   - every column of every table has a class (Columns), and one that is in clear a
//     reason; Rekey brings all that is sealed or marked under another key at once, after
//     which the former one opens nothing in the database;
//   - tables change in one transaction, after a backup, and never when a newer
//     program has changed them;
//   - one process has the vault, and nobody else may read its files. On a server,
//     a process that lost it to another writes nothing more.
//
// The tables of other packages are encrypted where their Table says Sealed, by SealValue
// and SealText; for the rest the folder belongs on an encrypted disk. Backups hold no key.
//
//	err := v.Update(ctx, func(tx *sql.Tx) error {
//		_, err := tx.ExecContext(ctx, `INSERT INTO note (text) VALUES ($1)`, text)
//		return err
//	})
package vault
