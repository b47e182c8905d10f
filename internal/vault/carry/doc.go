// Package carry brings jobs of one kind to their end, one at a time: a file that a person
// gave, on its way into the private store.
//
// What it keeps true:
//
//   - A job goes on from its last step, which was written down in the transaction that did
//     the work: after a pause, a failure, or the end of the node, however it ended.
//   - Each step looks whether the job still runs in its own transaction, so once somebody
//     is told that a job is paused, no more of it is done. The last step is one of them.
//   - The same work given again is the same job, unless that one is done: nothing is done
//     twice.
//   - A bounded number of jobs is under way or in line.
//
// What the work is, its owner says: Config.Carry does it in steps.
//
//	line := carry.New(carry.Config{Vault: v, Kind: "partner/list", Carry: func(ctx context.Context, w *carry.Work) error {
//		return w.Finish(ctx, func(tx *sql.Tx) (carry.Progress, error) { return carry.Progress{Done: 1, Of: 1}, nil })
//	}})
package carry
