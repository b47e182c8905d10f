// Package keys keeps the secrets of one home: the organisation's signing key, the
// custody seed, the key of the private store, the consensus key, the node key and
// the access token.
//
// Each secret is a file of its own, readable by its owner alone. A home is either
// plain, or protected: one passphrase opens keys/unlock.age (scrypt), the X25519
// identity in it opens every other keys/NAME.age. The files are in the age format,
// version 1 (https://age-encryption.org/v1), so the age program alone gives the
// plain files back:
//
//	age -d -i keys/unlock.age keys/custody.age
//
// What it keeps true:
//   - a secret is never overwritten: one that is followed by another (Promote) stays
//     beside it under another name; and none exists only in memory once Create
//     or Protect returned: files are written whole, synced, and named last;
//   - Protect takes a plain file away only after every secret was read back from
//     the disk with the passphrase and compared; cut short anywhere, each secret is
//     still there, and Protect again completes it;
//   - no error, log or printed value of this package holds a secret or a passphrase;
//   - a passphrase comes from a file of its owner, a credential of systemd or a
//     terminal, never from an argument or a variable.
//
// The custody seed also has a form for paper, see Sheet: each line carries a check
// that finds any two wrong characters, and the last line binds the others together.
package keys
