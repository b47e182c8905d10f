// Package care copies a node's data, brings a copy back, and looks for damage in
// what is stored.
//
// A backup is a tar stream: the vault's database, a checkpoint of the ledger's
// database, the files that say which node it is, and a manifest with the SHA-256
// of each, last. What has no manifest, or differs from it, is no backup.
//
// What it keeps true:
//   - the vault is copied before the ledger, so whatever the vault calls done is
//     on the copied ledger;
//   - no plain key is in a backup, and an encrypted one only on request; never is
//     the mark of what a consensus key has signed: an old mark put back would let
//     the key sign again what it signed since;
//   - a backup is written under another name until it is whole, checked and
//     synced to the disk;
//   - nothing of a backup is believed before its hash was compared, no file of it
//     lands outside the folder it is for, and what the manifest doesn't name is
//     refused.
//
// A backup holds the vault's tables in clear, as the vault does: keep it on an
// encrypted disk, away from the keys.
//
//	m, err := care.Unpack(file, folder, nil)
package care
