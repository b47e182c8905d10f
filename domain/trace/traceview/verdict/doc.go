// Package verdict is the one vocabulary of answers about goods: OK, STOP or
// CAN'T TELL, with the reason, the next step and how it is known.
//
// An answer is the sum of facts. What it keeps true: the gravest fact decides; what
// is not known, or could not be checked, is CAN'T TELL, never OK and never STOP;
// and each fact says how it is known, so that a partner's word is not taken for a proof.
//
// The package has no state, no clock and no store. Whoever gathers the facts says
// as of when they hold.
//
//	answer := verdict.Answer{Path: path, Word: verdict.Stop, Rule: "receive/expired"}
package verdict
