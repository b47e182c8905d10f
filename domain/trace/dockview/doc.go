// Package dockview is receiving goods at the dock: what a shipment's data lets expect,
// what was scanned, what differs, and what is done about it.
//
// What it keeps true:
//
//   - A scan is on disk before its beep. The same scan of a device again is the same
//     scan; a session goes on where it was after the node was interrupted.
//   - Nothing is counted twice: not by two clerks, not by a container and its content.
//   - What is known only because a closed container was scanned is said to be known by
//     inference, and stops being so when the container is found open.
//   - The good part never waits for the bad part: each top-level container is received,
//     sent back or left on offer by itself, and what is missing or stopped in one goes
//     back without the rest.
//   - A finish happens once. Interrupted, it goes on from where it was, and comes to the
//     same stock, the same entries and the same cases.
//   - A corrected document counts for the scans of a session that is open. Of goods that
//     were received it holds back what it contradicts, and changes nothing: not the
//     stock, not the ledger, until a person read the labels.
//   - Whether the seller was an authorised trading partner is asked when the goods are
//     received, and the answer is kept with the session.
//
// A session's state is a function of what is expected and of its scans and decisions;
// the store has those, the rest is worked out anew.
//
// Exceptions: HDA's categories of 2023 and the scenarios of the GS1 US guideline's
// addendum. Custody: receive and reject of package trace.
//
//	s, err := docks.Open(ctx, dockview.Start{Documents: []int64{17}}, "clerk")
//	r, err := docks.Scan(ctx, s.ID, dockview.Scan{Raw: "003999910000000015", Device: "gun 1", Seq: 1}, "clerk")
package dockview
