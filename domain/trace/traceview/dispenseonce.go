package traceview

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// DispenseRequest is an order to note packs as dispensed.
type DispenseRequest struct {
	Items  []string
	Reason string
	Of     Reserved
	By     Asker
	// At is when it was done, where that was before: by a device that had no connection.
	// Zero is now; a time to come is now too, for devices' clocks differ.
	At time.Time
	// Key is the caller's own name for this request. Sent again under it, the request gets
	// the answer that it got before, and nothing is done twice. Empty: it has none.
	Key string
}

// DispenseAsked is Dispense with all that can be said of it.
func (d *Desk) DispenseAsked(ctx context.Context, r DispenseRequest) ([]DispensedItem, error) {
	report, err := d.dispenseOnce(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("couldn't dispense: %w", err)
	}
	return report, nil
}

func (d *Desk) dispenseOnce(ctx context.Context, r DispenseRequest) ([]DispensedItem, error) {
	if r.Key == "" {
		return d.dispense(ctx, r, func(*sql.Tx, []DispensedItem) error { return nil })
	}
	claim, earlier, err := d.vault.ClaimRequest(ctx, r.named())
	switch {
	case errors.Is(err, vault.ErrRequestReused):
		return nil, api.Coded(err, ledger.Conflict, "trace/request-reused", "give each request a key of its own, and send one again only as it was")
	case errors.Is(err, vault.ErrRequestAtWork):
		return nil, api.Coded(err, ledger.Unavailable, "trace/request-at-work", "ask again in a moment")
	case err != nil:
		return nil, err
	case claim == nil:
		var report []DispensedItem
		if err := json.Unmarshal(earlier, &report); err != nil {
			return nil, fmt.Errorf("couldn't read the answer to the same request before: %w", err)
		}
		return report, nil
	}
	defer claim.Release()
	report, err := d.dispense(ctx, r, func(tx *sql.Tx, report []DispensedItem) error {
		raw, err := json.Marshal(report)
		if err != nil {
			return err
		}
		return claim.Answer(ctx, tx, raw)
	})
	if err == nil {
		_, err = d.vault.ExpireRequests(ctx)
	}
	return report, err
}

// named is the request as the private store knows it again: by who asks, and what is
// asked. When it was done isn't part of it: who sends it again may say that better.
func (r *DispenseRequest) named() vault.Request {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(struct {
		Items  []string
		Reason string
		Of     Reserved
	}{r.Items, r.Reason, r.Of})
	return vault.Request{Key: r.Key, Route: r.By.ID + " dispense", Hash: [32]byte(h.Sum(nil))}
}

// when is the time that is noted.
func (r *DispenseRequest) when(now time.Time) (time.Time, error) {
	if r.At.IsZero() || r.At.After(now) {
		return now, nil
	}
	if now.Sub(r.At) > dispenseBackMax {
		return now, api.Coded(
			fmt.Errorf("it was done on %s, and what was done without connection is taken for %d days", r.At.UTC().Format(time.DateOnly), int(dispenseBackMax.Hours())/24),
			ledger.Expired, "trace/done-too-long-ago", "enter it as done now, and say in the reason when it was")
	}
	return r.At, nil
}
