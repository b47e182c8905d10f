// Package tenant keeps the organisations that one node hosts apart: which of them
// is open, for how long, and how much it may use.
//
// What it keeps true:
//   - an organisation's things are reached only by its id, through Acquire, and are
//     never handed to a caller that asked for another;
//   - no more than OpenMax are open at once; one that somebody uses is never
//     closed, and one that is closing is not opened beside itself;
//   - an organisation that doesn't open keeps no other from being opened;
//   - the size that a quota bounds is read where the store is kept, so a restart
//     forgets nothing; only the count of requests begins anew.
//
// The package knows nothing of what it opens: programs say how.
//
//	desk, release, err := pool.Acquire(ctx, "corner-pharmacy")
//	if err != nil {
//		return err
//	}
//	defer release()
package tenant
