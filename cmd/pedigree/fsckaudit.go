package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"pedigree/domain/anchor"
	"pedigree/internal/auth"
	"pedigree/internal/store"
	"pedigree/internal/vault"
)

// readAnchors reads what the ledger holds of each audit trail in the private store, and
// of those of hosted organisations.
func readAnchors(ctx context.Context, v *vault.Vault, s *store.Store, hosted map[string]home, anchors map[string]string) error {
	if v == nil {
		return nil
	}
	orgs, err := auth.NewAccess(v, time.Now).AuditOrgs(ctx)
	if err != nil {
		return err
	}
	for _, org := range slices.AppendSeq(orgs, maps.Keys(hosted)) {
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

// hosted checks the private store and the audit trail of each organisation that the
// node hosts.
func (r *fsckReport) hosted(ctx context.Context, h home, homes map[string]home, anchors map[string]string) error {
	if len(homes) == 0 {
		return nil
	}
	host, err := h.secrets()
	if err != nil {
		return err
	}
	for _, org := range slices.Sorted(maps.Keys(homes)) {
		its := homes[org]
		if !its.hasVault() { // it was never used
			continue
		}
		of := func(err error) { r.fault(fmt.Errorf("the private store of %s: %w", org, err)) }
		s := its.keyStore()
		if err := s.UnlockUnder(host.Store); err != nil {
			of(err)
			continue
		}
		v, err := its.openVaultWith(ctx, s, slog.New(slog.DiscardHandler))
		if err != nil {
			of(err)
			continue
		}
		n, err := v.Scrub(ctx, of)
		r.Documents += n
		if err = errors.Join(err, r.trails(ctx, v, anchors), v.Close()); err != nil {
			return err
		}
	}
	return nil
}

// trails checks every line of every audit trail, and every row that gives somebody a
// right.
func (r *fsckReport) trails(ctx context.Context, v *vault.Vault, anchors map[string]string) error {
	a := auth.NewAccess(v, time.Now)
	if err := a.CheckSeals(ctx, ctx.Err, r.fault); err != nil {
		r.fault(err)
	}
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
