package traceview

import "context"

// follow does what comes after the ledger's operations: dispensing here, and
// shipments to partners whose prekeys are there.
func (c *capturing) follow(ctx context.Context) error {
	return c.to(ctx, CaptureDone)
}
