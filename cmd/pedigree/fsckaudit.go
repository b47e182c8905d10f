package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/anchor"
	"pedigree/internal/auth"
	"pedigree/internal/store"
	"pedigree/internal/vault"
)

// readAnchors reads what the ledger holds of each audit trail in the private store.
func readAnchors(ctx context.Context, v *vault.Vault, s *store.Store, anchors map[string]string) error {
	if v == nil {
		return nil
	}
	orgs, err := auth.NewAccess(v, time.Now).AuditOrgs(ctx)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		value, _, err := s.Get(anchor.Key(org, anchorPurpose))
		if err != nil {
			return err
		}
		if anchors[org], err = rootOf(value); err != nil {
			return err
		}
	}
	return nil
}

// trails checks every line of every audit trail.
func (r *fsckReport) trails(ctx context.Context, v *vault.Vault, anchors map[string]string) error {
	a := auth.NewAccess(v, time.Now)
	orgs, err := a.AuditOrgs(ctx)
	if err != nil {
		r.fault(fmt.Errorf("the audit trail: %w", err))
		return nil
	}
	for _, org := range orgs {
		t, err := a.CheckAudit(ctx, org, anchors[org])
		r.Lines += t.Seq
		switch {
		case errors.Is(err, auth.ErrTrail):
			r.fault(fmt.Errorf("the audit trail of %s: %w", org, err))
		case err != nil:
			return err
		}
	}
	return nil
}
