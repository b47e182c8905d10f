package main

import (
	"context"

	"pedigree/internal/obs"
)

// mailMetrics are the figures of deliveries. They name no partner.
func (r *running) mailMetrics(ctx context.Context) []obs.Metric {
	f, err := r.desk.mail.Figures(ctx)
	if err != nil {
		r.log.Warn("couldn't count deliveries", "error", err)
		return nil
	}
	return []obs.Metric{
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
	}
}
