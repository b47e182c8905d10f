package main

import (
	"context"

	"pedigree/internal/obs"
)

// waysMetrics are the figures of the ways of this node's own organisation. They name no
// inlet, whose name may be a partner's.
func (r *running) waysMetrics(ctx context.Context) []obs.Metric {
	f, err := r.desk.ways.Figures(ctx)
	if err != nil {
		r.log.Warn("couldn't count the files of the ways", "error", err)
		return nil
	}
	return []obs.Metric{
		obs.One("pedigree_ways_inlets", obs.Gauge, "Inlets that the configuration names.", float64(f.Inlets)),
		obs.One("pedigree_ways_inlets_failing", obs.Gauge, "Inlets whose last look did not come to its end.", float64(f.Failing)),
		obs.One("pedigree_ways_late_seconds", obs.Gauge, "How long the look at an inlet is overdue that is overdue most.", f.Late.Seconds()),
		obs.ByLabel("pedigree_ways_files", obs.Gauge, "Files that came in by an inlet, by state; failed ones need a person.", "state", f.Files),
		obs.ByLabel("pedigree_ways_parcels", obs.Gauge, "Documents to partners by their routes, by state; failed ones need a person.", "state", f.Parcels),
		obs.One("pedigree_ways_oldest_parcel_seconds", obs.Gauge, "How long the oldest parcel has waited to be sent or carried.", f.Oldest.Seconds()),
	}
}
