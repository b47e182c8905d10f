// Package crash names the moments before and after each durable step of a node, so
// that a test can end the process there as a power cut of it would.
//
// At is called where a step is about to be, or has just been, made durable. In the
// program as it is shipped it does nothing and leaves nothing in the binary. Built with
// the tag crashpoints, it sends SIGKILL to its own process when a point is armed: a
// file, named by the environment variable PEDIGREE_CRASHPOINT, says which one and at
// which arrival, counted since the file was written.
//
//	receive/planned 3
//
// What it keeps true: every point stands once in Points, and its name says which step
// it follows, or with "before" which one it precedes. A step of a workflow is one
// transaction of a private store, so what is on the disk before one is what was there
// after the step before it; the point within the transaction, when all is written and
// nothing is kept, is vault/commit/before, whosever transaction it is.
//
// Example, in a node's code and then in a test:
//
//	crash.At(crash.StoreCommitBefore)
//
//	os.WriteFile(armed, crash.Arm(crash.StoreCommitBefore, 1), 0o600)
package crash
