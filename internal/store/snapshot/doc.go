// Package snapshot is the form in which the ledger's state of one height passes
// from one node to another: records in chunks, and a manifest that names the
// chunks by their hashes.
//
// # Form
//
// A chunk is records one after another, each a kind (one byte), the length of its
// key, the key, the length of its value, the value; lengths are unsigned varints.
// A record stands in one chunk whole, so each chunk can be read by itself. Chunks
// are cut when they reach a size that all nodes share, so nodes with the same
// state write the same bytes.
//
// A manifest is CBOR: [format, chain, height, app version, [event count, event
// root, state root, set root], [[bytes, SHA-256], ...]]. Its tagged hash is the
// snapshot's name.
//
// # What it keeps true
//
//   - The same records give the same chunks, manifest and hash, on every node.
//   - A chunk is read only after its hash was compared with the manifest; a
//     manifest, only after its own was compared with the name it was offered by.
//   - A snapshot stands on the shelf whole or not at all: it is written under
//     another name first and renamed when the disk has it.
//   - Nothing here is trusted: what the records lead to is compared with a hash
//     that validators signed, by the store.
package snapshot
