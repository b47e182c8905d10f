package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pedigree/internal/auth"
	"pedigree/internal/tenant"
)

// acceptances are the organisations whose store may be older than what the ledger holds
// of it, each with the reason that the operator gives.
type acceptances map[string]string

// parseAcceptances reads ORG=REASON as --accept-older-store has them.
func parseAcceptances(list []string) (acceptances, error) {
	a := acceptances{}
	for _, text := range list {
		org, reason, cut := strings.Cut(text, "=")
		if !cut || tenant.CheckName(org) != nil || reason == "" {
			return nil, failWith(exitUsage, "write --accept-older-store maker='the newer disk was lost on Monday'", fmt.Errorf("%q is not an organisation, = and a reason", text))
		}
		a[org] = reason
	}
	return a, nil
}

// olderStore is what a verb that ends because of an older store says.
func olderStore(org string, err error) error {
	return failWith(exitNo, fmt.Sprintf("put the newer store back, or restore the newest backup with pedigree restore, which explains itself; pedigree fsck says more. "+
		"Where neither exists, pedigree start --accept-older-store %s=REASON goes on and writes the reason into the audit trail", org), err)
}

// checkAge refuses a private store that is older than what the ledger holds of its
// audit trail, unless a restored backup or the operator explains it. One that is empty
// is taken for a lost disk: nobody may use anything by it.
func (r *running) checkAge(ctx context.Context, a *auth.Access, org string) error {
	if r.node.Height() == 0 {
		return nil
	}
	root, err := r.anchored(org)
	if err != nil {
		return err
	}
	older := a.CheckKept(ctx, org, root)
	if older == nil || !errors.Is(older, auth.ErrOlder) && !errors.Is(older, auth.ErrSeal) {
		return older
	}
	fresh, err := a.IsNew(ctx, org)
	if err != nil {
		return err
	}
	if fresh {
		r.log.Warn("the private store is empty and the ledger knows an audit trail of it: what it held is lost; its trail says so", "org", org)
		return a.BeginAnew(ctx, org, root)
	}
	reason, accepted := r.accepts[org]
	if !accepted {
		return olderStore(org, older)
	}
	if err := a.AcceptOlder(ctx, org, root, reason); err != nil {
		return failWith(exitUsage, "say in a line of 10 to 150 characters why there is no newer store", err)
	}
	r.log.Error("going on with an older private store, as the operator asked for; the audit trail says why", "org", org, "found", older)
	return nil
}

// ageKnown checks the own store again once the node knows what the network knows: a
// ledger that was put back together with the store is as old as the store. A store that
// is older ends the node.
func (r *running) ageKnown(ctx context.Context) error {
	err := r.checkAge(ctx, r.access, r.org)
	if !errors.Is(err, auth.ErrOlder) && !errors.Is(err, auth.ErrSeal) {
		return err
	}
	r.scrub.Note(scrubStore, err)
	select {
	case r.older <- err:
	default: // it ends already
	}
	return nil
}
