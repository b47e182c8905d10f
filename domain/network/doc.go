// Package network keeps what members must know of each other to run one network:
// the nodes that may connect, the mailboxes that documents are delivered to, the
// documents that all have agreed to, and the heights at which the rules change.
//
// What it keeps true:
//   - a node id belongs to one member at a time, and to none that was removed;
//   - the numbers of a mailbox's seal keys only rise, even after the mailbox was
//     withdrawn, and at most two of its keys overlap;
//   - of each name, one document is in force;
//   - versions of the rules rise with height, and at most one lies ahead.
//
// Which version is in force at a height is a function of state, so every node
// answers it alike: see Version. A member that is suspended keeps its peers, for
// consensus must not halt over it, and receives nothing; a member that was removed
// has neither.
//
//	entry network/publish-peer as=alpha
//	{"member": "alpha", "node_id": "0a1b...", "addr": "node.alpha.example:26656"}
//
// Addresses: RFC 3986 section 3.2 without user information, the host in lower
// case. Seal keys: HPKE (RFC 9180) public keys of MLKEM768-X25519, the KEM X-Wing
// of draft-ietf-hpke-pq. Documents: SHA-256 (FIPS 180-4).
package network
