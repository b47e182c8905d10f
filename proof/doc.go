// Package proof checks what a ledger says without asking the ledger: receipts,
// state proofs, event proofs and provenance bundles, down to the validators'
// signatures under a block header. It also holds every hash, tree and record
// rule that the ledger itself follows, so that no rule is written twice.
//
// It uses the standard library only, compiles to WebAssembly, reads no clock, no
// file and no network, and never panics on what it is given.
//
// What it keeps true:
//
//   - An object has exactly one encoding: strict deterministic CBOR (RFC 8949
//     section 4.2.1), so decode and encode give back the same bytes.
//   - Every byte of an object that verifies is bound by a hash or a signature; a
//     changed byte is refused, and the error names the part (PartError).
//   - Nothing is trusted but a Trust: a chain id and a validator set that the
//     reader got by another way. Set changes are followed by Links.
//   - A signature counts only if crypto/ed25519 accepts it, a subset of what the
//     ledger accepts (ZIP-215).
//   - A Report says what was shown, what was not, and what it can't prove.
//
// Standards: CometBFT 0.38 headers, commits and validator sets; RFC 6962 and RFC
// 9162 trees; RFC 8032 signatures; GS1 Digital Link paths as identifiers. The
// bytes of every object stand in docs/internals/encoding.md with test vectors.
//
// To check a file that someone sent:
//
//	trust, err := proof.ParseTrust(trustJSON)
//	...
//	object, err := proof.Open(file)
//	...
//	report, err := object.(proof.Bundle).Verify(trust, proof.Options{})
package proof
