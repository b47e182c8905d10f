package main

import (
	"context"
	"time"

	"pedigree/internal/obs"
)

// mailMetrics are the figures of deliveries. They name no partner.
func (r *running) mailMetrics(ctx context.Context) []obs.Metric {
	f, err := r.desk.mail.Figures(ctx)
	if err != nil {
		r.log.Warn("couldn't count deliveries", "error", err)
		return nil
	}
	list := append(r.mailboxMetrics(ctx),
		obs.ByLabel("pedigree_exchange_out", obs.Gauge, "Deliveries to partners by state; dead ones need a person.", "state", f.Out),
		obs.ByLabel("pedigree_exchange_in", obs.Gauge, "Deliveries from partners by state; waiting and stuck ones need a person.", "state", f.In),
		obs.One("pedigree_exchange_oldest_out_seconds", obs.Gauge, "How long the oldest delivery has waited to be sent.", f.OldestOut.Seconds()),
		obs.One("pedigree_exchange_oldest_in_seconds", obs.Gauge, "How long the oldest delivery has waited to be dealt with.", f.OldestIn.Seconds()),
		obs.One("pedigree_exchange_spool_bytes", obs.Gauge, "Room of deliveries that have half arrived.", float64(f.SpoolBytes)),
		obs.One("pedigree_exchange_partial", obs.Gauge, "Deliveries that have half arrived.", float64(f.Partial)),
		obs.One("pedigree_exchange_delivered_total", obs.Counter, "Deliveries that partners signed for.", float64(f.Delivered)),
		obs.One("pedigree_exchange_taken_total", obs.Counter, "Deliveries that this node signed for.", float64(f.Taken)),
		obs.One("pedigree_exchange_failures_total", obs.Counter, "Attempts to send, or to deal with, a delivery that failed.", float64(f.Failures)),
		obs.One("pedigree_exchange_refused_total", obs.Counter, "Requests of partners that were refused.", float64(f.Refused)),
	)
	strangers := uint64(0)
	if r.door != nil {
		strangers = r.door.Strangers()
	}
	return append(list, obs.One("pedigree_exchange_strangers_total", obs.Counter, "Connections refused because the ledger does not name their key, or they came for nobody who is here.", float64(strangers)))
}

// mailboxMetrics say whether partners' deliveries can come in, and how old the key is
// that they seal to.
func (r *running) mailboxMetrics(ctx context.Context) []obs.Metric {
	fits, age := -1.0, -1.0
	if m, err := r.own.mailbox(ctx); err != nil {
		r.log.Warn("couldn't look at the mailbox", "error", err)
	} else {
		if m.Published {
			fits = oneIf(m.Matches)
		}
		for _, k := range m.SealKeys {
			if k.Closed.IsZero() && !k.Gone {
				age = time.Since(k.Made).Seconds()
				break // the newest
			}
		}
	}
	return []obs.Metric{
		obs.One("pedigree_exchange_mailbox", obs.Gauge, "1 when the mailbox on the ledger has this node's keys, 0 when it has others, -1 when there is none.", fits),
		obs.One("pedigree_exchange_seal_key_age_seconds", obs.Gauge, "Age of the key that partners seal to; -1 when there is none.", age),
	}
}
