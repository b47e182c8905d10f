package courier

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Figures are what is counted of the ways. They name no inlet and no partner.
type Figures struct {
	Inlets, Failing int
	// Late is how long the look is overdue that is overdue most.
	Late time.Duration
	// Files are those of all inlets, and Parcels those to all partners, by state.
	Files, Parcels map[string]int
	// Oldest is how long a parcel has waited to be sent, or to be carried.
	Oldest time.Duration
}

// Figures counts.
func (k *Courier) Figures(ctx context.Context) (Figures, error) {
	f := Figures{Files: map[string]int{}, Parcels: map[string]int{}}
	counts, err := k.counts(ctx)
	if err != nil {
		return f, err
	}
	for _, name := range seenNames {
		f.Files[name] = 0
	}
	now := k.config.Now()
	for _, in := range k.inlets {
		f.Inlets++
		s := in.state(counts)
		f.Files[seenNames[seenWaiting]] += s.Waiting
		f.Files[seenNames[seenTaken]] += s.Taken
		f.Files[seenNames[seenFailed]] += s.Failed
		if s.Failing != "" {
			f.Failing++
		}
		if last := s.Looked; !in.Deposit {
			if last.IsZero() {
				last = k.began
			}
			f.Late = max(f.Late, now.Sub(last)-in.Every)
		}
	}
	return f, k.countParcels(ctx, &f, now)
}

func (k *Courier) countParcels(ctx context.Context, f *Figures, now time.Time) error {
	for _, name := range parcelNames {
		f.Parcels[name] = 0
	}
	err := k.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT state, COUNT(*), MIN(created) FROM courier_parcel GROUP BY state`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var state parcelState
			var n int
			var first int64
			if err := rows.Scan(&state, &n, &first); err != nil {
				return err
			}
			f.Parcels[parcelNames[state]] = n
			if state == parcelQueued {
				f.Oldest = max(0, now.Sub(moment(first)))
			}
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("couldn't count the parcels: %w", err)
	}
	return nil
}
