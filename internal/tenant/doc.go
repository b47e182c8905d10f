// Package tenant keeps the organisations that one node hosts apart: which of them
// is open, for how long, and how much it may use.
//
// What it keeps true:
//   - an organisation's things are reached only by its id, through Acquire, and are
//     never handed to a caller that asked for another;
//   - no more than OpenMax are open at once; one that somebody uses is never
//     closed, and one that is closing is not opened beside itself;
//   - an organisation that doesn't open keeps no other from being opened;
//   - what a quota counts is counted where the thing is kept, so a restart
//     forgets nothing.
//
// The package knows nothing of what it opens: programs say how.
//
//	desk, release, err := pool.Acquire(ctx, "corner-pharmacy")
//	if err != nil {
//		return err
//	}
//	defer release()
package tenant
