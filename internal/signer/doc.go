// Package signer carries what a node wants signed to the host that holds its
// consensus key, and the signatures back. What may be signed is decided there, by
// the engine's signing mark; this package knows bytes.
//
// The channel is TLS 1.3 (RFC 8446). Each end has an Ed25519 key of its own and is
// told the other's: there are no certificate authorities, names or dates to go
// wrong, and no session is ever resumed. Over it go questions and answers, each with
// its length in four bytes before it, one at a time.
//
// What it keeps true:
//   - nobody but the one node whose key was given is listened to, and a recorded or
//     altered byte ends the connection;
//   - there is one connection at a time: while it lives, the next is turned away,
//     also one with the right key, so that two nodes never vote with one signer;
//   - a connection on which nothing comes for aliveWait is dead, on both ends: the
//     node sends a beat when it has nothing to ask;
//   - a node without its signer is told so at once and never waits for it; one whose
//     signer is slow waits for answerWait at most;
//   - every length is judged before it is believed.
//
// A link that is closed answers nothing; see the example of Host.Serve for both ends in use.
package signer
