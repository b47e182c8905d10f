// Package outbox keeps signed envelopes on their way to the ledger: what is to
// be sent, what was sent, and what became of it. It knows of an envelope only
// its bytes and its id.
//
// What it keeps true:
//   - an envelope is kept once, under its id: adding it again changes nothing;
//   - envelopes leave in the order of job and seq; those of one seq in the order
//     in which they were added;
//   - a state only moves forward: pending, submitted, then committed, refused or
//     expired. What a block said is final. What was said without a block (a
//     refusal at the door, an expiry by the clock) yields to a block, and to
//     nothing else;
//   - the counters of a job are those of its envelopes, pruned ones included.
//
// Add and Mark run in the caller's transaction, so that an envelope is there
// exactly when the work it stands for is.
//
//	err := v.Update(ctx, func(tx *sql.Tx) error {
//		_, err := box.Add(ctx, tx, job, envelopes)
//		return err
//	})
package outbox
