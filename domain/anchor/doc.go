// Package anchor lets a member put the root of records that it keeps to itself on
// the ledger, so that it can't change them later without anybody noticing: the
// head of an audit trail, of a log, of a set of files.
//
// What it keeps true:
//   - an anchor is its own member's word: nobody else can set it, the council
//     included;
//   - of each member and purpose the latest stands in the state, where it can be
//     proved; all stand in the events, in their order.
//
// It proves that the root was known at that height, and nothing about what is
// under it. Roots must not be plain hashes of what can be guessed, such as a
// person's number: put a secret salt under them.
//
//	entry anchor/anchor as=alpha
//	{"purpose": "audit", "root": "5f2c..."}
package anchor
