// Package api serves HTTP: the frame (who may call, how errors look, health) and
// the routes of the ledger itself. Domains bring their own routes.
//
// What it keeps true:
//   - every error is application/problem+json (RFC 9457) with the stable code of
//     the rule that refused and a hint what to do;
//   - a write answers 202 with its id, or, with ?wait=commit, how it ended;
//   - every read of the ledger says at which height it is true (Ledger-Height);
//   - a node that is behind the ledger takes no writes: they would be judged by an
//     old state;
//   - nothing but health is answered to who is not known, nothing to who has no
//     permission for it (an operation that names none is nobody's), and nothing
//     at all under a foreign host name, which keeps other sites' pages out.
package api
