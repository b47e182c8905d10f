// Package exchange carries deliveries from node to node: sealed to the receiver,
// signed by the sender, repeated until answered, and without effect the second time.
//
// A delivery has a head, which says what it is and is signed by the sender's
// organisation key, and a payload, sealed by HPKE (RFC 9180, base mode,
// MLKEM768-X25519, HKDF-SHA256, AES-256-GCM) to a key that the receiver's mailbox
// on the ledger names. It goes over TLS 1.3 (RFC 8446) between two members, each of
// which compares the other's key with that mailbox: there is no authority and no
// token, and a stranger gets no further than the handshake.
//
// What it keeps true:
//   - what Queue put into the outbox goes out if and only if the caller's transaction
//     commits; it is tried with growing pauses for two weeks, and ends delivered, or as
//     a dead letter with a reason that a person can work through: nothing is dropped
//     in silence;
//   - a receiver signs for a delivery only after its payload is opened, compared with
//     the hash in the head, and on its disk; the receipt is kept by the sender;
//   - the same delivery again, late, out of order or over two connections, gives the
//     same receipt and no second effect;
//   - an interruption on either side, at any step, loses at most the chunk under way;
//   - payloads on their way are on no disk in clear, and after a sealing key was
//     rotated and destroyed what was recorded on the way opens for nobody;
//   - every queue, size and rate has a limit, and each partner has its share;
//   - an address that a member publishes leads to no private place of this node's
//     network (Reach), whatever a name resolves to.
//
// A package that wants to send registers a Kind:
//
//	err := x.Register(exchange.Kind{Name: "note", Arrived: readNote})
//	...
//	err = v.Update(ctx, func(tx *sql.Tx) error {
//		_, err := x.Queue(tx, exchange.Outgoing{To: "wholesaler", Kind: "note", Key: key, Payload: text})
//		return err
//	})
//	x.Wake()
package exchange
