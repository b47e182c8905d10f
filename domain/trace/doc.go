// Package trace holds the custody rules: who may hand a package on, whether it
// was handed on before, and whether it descends from its rightful maker.
//
// Trading partners who compete share this ledger, so it holds commitments and
// one-time keys, never identifiers, names or quantities. A record is keyed by
// (origin, leaf): the origin is the hash of a one-time key that signed the
// commission, the leaf commits to identifier and attributes under a salt. So a
// thing exists once, its origin never changes, and its provenance is the same
// size after one hop or sixty.
//
// What it keeps true, checked after every block in tests:
//   - one record for each (origin, leaf), surfaced once;
//   - each record has one place: live, in transit, packed in one parent, or ended;
//   - an origin's counters equal what its records say;
//   - nothing leaves ended, except by transform or reenter, once.
//
// It does not claim to know what is in a box: only who said what, and when. A
// serial committed twice by one maker in two commissions cannot be seen by
// validators; two opened statements prove it to anybody (package proof).
//
// An entry is a message in an envelope:
//
//	Ship{Origins: Origins{origin}, Rec: Ref{0, leaf}, To: to, Back: back, Deadline: t}
package trace
