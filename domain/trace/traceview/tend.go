package traceview

import (
	"context"
	"errors"
)

// Tend does what is due and waits for nobody: it takes back offers that nobody received
// in time, and releases what came back and is verified by now, each where the policy
// says so. Done twice it does no more than once.
func (d *Desk) Tend(ctx context.Context) error {
	_, err := d.ReclaimOverdue(ctx)
	_, wrong := d.VerifyReturns(ctx)
	return errors.Join(err, wrong)
}
