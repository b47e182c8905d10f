package main

import (
	"context"
	"fmt"
	"time"

	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/internal/obs"
)

// hostedMail is what was counted of one organisation's deliveries at a visit.
type hostedMail struct {
	at                  time.Time
	dead, stuck         int
	oldestOut, oldestIn time.Duration // 0: none waits
}

// countMail counts the deliveries of an organisation that is open.
func (s *hosting) countMail(ctx context.Context, of *office) error {
	f, err := of.desk.mail.Figures(ctx)
	if err != nil {
		return fmt.Errorf("couldn't count its deliveries: %w", err)
	}
	s.noteMail(of.org, f, time.Now())
	return nil
}

func (s *hosting) noteMail(org string, f exchange.Figures, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orgs[org]; o != nil {
		o.mail = hostedMail{at, f.Out["dead"], f.In["stuck"], f.OldestOut, f.OldestIn}
	}
}

// hostedWays is what was counted of one organisation's ways when it was visited, or
// closed.
type hostedWays struct {
	at                      time.Time
	failing, files, parcels int
	oldest                  time.Duration // 0: no parcel waits
}

// countWays counts the ways of an organisation that is open.
func (s *hosting) countWays(ctx context.Context, of *office) error {
	f, err := of.desk.ways.Figures(ctx)
	if err != nil {
		return fmt.Errorf("couldn't count the files of its ways: %w", err)
	}
	s.noteWays(of.org, f, time.Now())
	return nil
}

func (s *hosting) noteWays(org string, f courier.Figures, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orgs[org]; o != nil {
		o.ways = hostedWays{at, f.Failing, f.Files["failed"], f.Parcels["failed"], f.Oldest}
	}
}

// metrics are the figures of all hosted organisations together, as of the last visit
// to each, of its ways also as of when it was closed. They name none of them: the host's operator learns whom to look after
// from pedigree hosted list, and the organisation from its own outbox.
func (s *hosting) metrics(now time.Time) []obs.Metric {
	s.mu.Lock()
	defer s.mu.Unlock()
	dead, stuck, oldestOut, oldestIn := 0, 0, time.Duration(0), time.Duration(0)
	var ways hostedWays
	for _, o := range s.orgs {
		dead, stuck = dead+o.mail.dead, stuck+o.mail.stuck
		oldestOut, oldestIn = max(oldestOut, waited(o.mail.at, o.mail.oldestOut, now)), max(oldestIn, waited(o.mail.at, o.mail.oldestIn, now))
		ways.failing, ways.files, ways.parcels = ways.failing+o.ways.failing, ways.files+o.ways.files, ways.parcels+o.ways.parcels
		ways.oldest = max(ways.oldest, waited(o.ways.at, o.ways.oldest, now))
	}
	return []obs.Metric{
		obs.One("pedigree_hosted_organisations", obs.Gauge, "Organisations that this node hosts.", float64(len(s.orgs))),
		obs.One("pedigree_hosted_exchange_dead", obs.Gauge, "Deliveries of hosted organisations that were given up; each needs a person of its organisation.", float64(dead)),
		obs.One("pedigree_hosted_exchange_stuck", obs.Gauge, "Deliveries to hosted organisations that could not be looked at.", float64(stuck)),
		obs.One("pedigree_hosted_exchange_oldest_out_seconds", obs.Gauge, "How long the oldest delivery of any hosted organisation has waited to be sent.", oldestOut.Seconds()),
		obs.One("pedigree_hosted_exchange_oldest_in_seconds", obs.Gauge, "How long the oldest delivery to any hosted organisation has waited to be dealt with.", oldestIn.Seconds()),
		obs.One("pedigree_hosted_ways_inlets_failing", obs.Gauge, "Inlets of hosted organisations whose last look did not come to its end.", float64(ways.failing)),
		obs.One("pedigree_hosted_ways_files_failed", obs.Gauge, "Files that came to hosted organisations and can not be taken; each needs a person of its organisation.", float64(ways.files)),
		obs.One("pedigree_hosted_ways_parcels_failed", obs.Gauge, "Documents of hosted organisations to partners that were given up; each needs a person of its organisation.", float64(ways.parcels)),
		obs.One("pedigree_hosted_ways_oldest_parcel_seconds", obs.Gauge, "How long the oldest document of any hosted organisation has waited to be sent or carried.", ways.oldest.Seconds()),
	}
}

// waited is how long something has waited that had waited for some time when it was
// counted.
func waited(counted time.Time, then time.Duration, now time.Time) time.Duration {
	if then == 0 {
		return 0
	}
	return then + now.Sub(counted)
}
