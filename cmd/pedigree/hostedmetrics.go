package main

import (
	"context"
	"fmt"
	"time"

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

// metrics are the figures of all hosted organisations together, as of the last visit
// to each. They name none of them: the host's operator learns whom to look after
// from pedigree hosted list, and the organisation from its own outbox.
func (s *hosting) metrics(now time.Time) []obs.Metric {
	s.mu.Lock()
	defer s.mu.Unlock()
	dead, stuck, oldestOut, oldestIn := 0, 0, time.Duration(0), time.Duration(0)
	for _, o := range s.orgs {
		dead, stuck = dead+o.mail.dead, stuck+o.mail.stuck
		oldestOut, oldestIn = max(oldestOut, o.mail.waited(o.mail.oldestOut, now)), max(oldestIn, o.mail.waited(o.mail.oldestIn, now))
	}
	return []obs.Metric{
		obs.One("pedigree_hosted_organisations", obs.Gauge, "Organisations that this node hosts.", float64(len(s.orgs))),
		obs.One("pedigree_hosted_exchange_dead", obs.Gauge, "Deliveries of hosted organisations that were given up; each needs a person of its organisation.", float64(dead)),
		obs.One("pedigree_hosted_exchange_stuck", obs.Gauge, "Deliveries to hosted organisations that could not be looked at.", float64(stuck)),
		obs.One("pedigree_hosted_exchange_oldest_out_seconds", obs.Gauge, "How long the oldest delivery of any hosted organisation has waited to be sent.", oldestOut.Seconds()),
		obs.One("pedigree_hosted_exchange_oldest_in_seconds", obs.Gauge, "How long the oldest delivery to any hosted organisation has waited to be dealt with.", oldestIn.Seconds()),
	}
}

// waited is how long something has waited that had waited for some time at the visit.
func (m hostedMail) waited(then time.Duration, now time.Time) time.Duration {
	if then == 0 {
		return 0
	}
	return then + now.Sub(m.at)
}
