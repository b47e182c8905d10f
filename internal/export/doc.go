// Package export writes everything that an organisation has on a node into one
// file that any program opens, and checks such a file.
//
// The file is a POSIX tar (IEEE 1003.1 pax, ustar header blocks): plain documents,
// lists with one JSON object a line, and receipts and proofs in the ledger's own
// encoding. docs/reference/export.md describes each part.
//
// What it keeps true:
//   - names ascend, each once, so a file that is missing, added or moved is named;
//     files.ndjson lists them with their SHA-256, manifest.json holds the SHA-256
//     of that list, and the organisation's key signs the manifest;
//   - a file of these bytes has one form: headers, padding and end are checked too,
//     so no byte of it can be changed unseen;
//   - tables.txt says of every table and column of the private store how it leaves, or
//     why it doesn't; tables.json in the archive says the same to whoever reads it;
//   - goods are proved once for each record: a bundle for the record, and for what is
//     sealed in it the slot and what opens that;
//   - what a table's line names is in the archive, or is named as erased;
//   - writing and checking take memory for one line or one part of a document at a
//     time, however much there is;
//   - it writes what it is given, and nothing secret is given to it: no key, no hash
//     of a token;
//   - what a check doesn't know it says, and takes for neither right nor wrong.
//
// A check believes the founding file that the reader brings. Without one it takes
// the archive's own, and what it found is worth no more than the fingerprint that
// the reader compares.
//
//	report, err := export.Check(ctx, file, size, export.CheckConfig{Trust: trustOf, Anchor: anchorOf})
package export
