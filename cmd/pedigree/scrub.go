package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/config"
	"pedigree/internal/obs"
)

// scrubStore is the part with who may use the node.
const scrubStore = "the private store"

// makeScrub makes what reads the stored things. It takes note of faults from then on.
func (r *running) makeScrub(c config.Scrub) {
	r.scrub = &care.Scrub{
		Share: c.Percent, Pause: time.Duration(c.PauseSeconds) * time.Second, Log: r.log,
		Parts: []care.Part{
			{Name: scrubStore, Walk: r.scrubAccess},
			care.ScrubLedger(r.node.Stored(), r.node.Engine()),
			{Name: "the documents", Walk: func(ctx context.Context, rest func() error, fault func(error)) error {
				_, err := r.desk.vault.ScrubDocuments(ctx, rest, fault)
				return err
			}},
		},
	}
	r.access.Watch(func(err error) { r.scrub.Note(scrubStore, err) })
}

// startScrub begins to read what is stored, over and over.
func (r *running) startScrub(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	r.desk.done.Go(func() { r.scrub.Run(ctx) })
	r.desk.done.Go(func() {
		<-r.desk.closing
		cancel()
	})
}

// scrubAccess checks who may use the node itself.
func (r *running) scrubAccess(ctx context.Context, rest func() error, fault func(error)) error {
	return r.checkAccess(ctx, r.access, rest, fault)
}

// checkStored checks who may use what of a hosted organisation. Its store is opened for
// that no more often than its trail is seen to.
func (s *hosting) checkStored(ctx context.Context, of *office) error {
	if err := s.r.settleTrail(ctx, of.org); err != nil {
		return err
	}
	return s.r.checkAccess(ctx, auth.NewAccess(of.desk.vault, time.Now), ctx.Err, func(err error) {
		s.r.scrub.Note("the private store of "+of.org, err)
	})
}

// checkAccess checks every row of a store that gives a right against its seal, and every
// audit trail against what the ledger holds of it.
func (r *running) checkAccess(ctx context.Context, a *auth.Access, rest func() error, fault func(error)) error {
	if err := a.CheckSeals(ctx, rest, fault); err != nil {
		return err
	}
	orgs, err := a.AuditOrgs(ctx)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		anchor, err := r.anchored(org) // first, for the trail grows meanwhile
		if err != nil {
			return err
		}
		switch _, err := a.CheckAudit(ctx, org, anchor); {
		case errors.Is(err, auth.ErrTrail):
			fault(fmt.Errorf("the audit trail of %s: %w", org, err))
		case err != nil:
			return err
		}
		if err := rest(); err != nil {
			return err
		}
	}
	return nil
}

// scrubMetrics say whether what is stored is as it was written.
func (r *running) scrubMetrics() []obs.Metric {
	if r.scrub == nil {
		return nil
	}
	f := r.scrub.Figures()
	return []obs.Metric{
		obs.One("pedigree_scrub_faults", obs.Gauge, "Stored things that were changed or are damaged, as the last round and this one found; the log names each.", float64(len(f.Faults))),
		obs.One("pedigree_scrub_rounds_total", obs.Counter, "Times that everything stored was read.", float64(f.Rounds)),
		obs.One("pedigree_scrub_seconds", obs.Gauge, "How long the last of them took.", f.Took.Seconds()),
		obs.One("pedigree_scrub_age_seconds", obs.Gauge, "Time since it ended, or since the start without one.", f.Age.Seconds()),
	}
}
