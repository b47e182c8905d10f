// Package org keeps the members of the network: who they are, in which roles,
// under which keys, GS1 prefixes and licences, and how they decide together.
//
// What it keeps true:
//   - an active member always has a key that will sign at the next height, and a
//     key belongs to one organisation for ever;
//   - GS1 company prefixes never overlap, and a registered number (GLN, NPI, DEA)
//     belongs to one organisation;
//   - nobody becomes another's delegate without a word of its own, and nobody but
//     itself gets it a key, unless a recovery stood in the open for seven days;
//   - the quorum is more than half, can always be reached by the active members,
//     and counts each of them once;
//   - there is at least one active member and one validator.
//
// Keys, licences and delegations are dated, never overwritten, so that anybody
// can judge an old signature by the member's entry of today. A change of keys
// counts from the next height, because the kernel judges the signatures of a
// block against the state before it; a suspension or removal holds from the next
// entry on.
//
// An act of the council runs in one of two ways: as a proposal that a quorum
// approves, or in one envelope that a quorum of organisations admits.
//
//	entry org/propose as=alpha id=out
//	{"module": "org", "kind": "suspend", "message": {"@entry": "org/suspend", "member": "delta"}}
//	entry org/approve as=beta
//	{"proposal": "@e.out"}
//
// GLN: GS1 General Specifications 7.9. NPI: 45 CFR 162.406, ISO/IEC 7812-1 check
// digit over 80840. Places: ISO 3166-2.
package org
