package exchange

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"
)

// counters count from the process's start.
type counters struct{ delivered, taken, failures, refused atomic.Uint64 }

// Figures say how much is under way. They name nobody.
type Figures struct {
	Out        map[string]int // deliveries of the outbox by state
	In         map[string]int // deliveries of the inbox by state
	OldestOut  time.Duration  // age of the oldest one that is to be sent
	OldestIn   time.Duration  // age of the oldest one that waits to be dealt with
	SpoolBytes int64          // room that half-arrived deliveries take
	Partial    int            // half-arrived deliveries

	Delivered, Taken, Failures, Refused uint64 // since the start
}

// Figures counts.
func (x *Exchange) Figures(ctx context.Context) (Figures, error) {
	f := Figures{
		Out: map[string]int{}, In: map[string]int{},
		Delivered: x.counters.delivered.Load(), Taken: x.counters.taken.Load(), Failures: x.counters.failures.Load(), Refused: x.counters.refused.Load(),
	}
	f.SpoolBytes, f.Partial = x.spool.bytes()
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		out, err := count(ctx, tx, f.Out, outStates, `SELECT state, COUNT(*), MIN(released) FROM exchange_out GROUP BY state`, Sending)
		if err != nil {
			return err
		}
		in, err := count(ctx, tx, f.In, inStates, `SELECT state, COUNT(*), MIN(received) FROM exchange_in GROUP BY state`, Arrived, Waiting, Stuck)
		f.OldestOut, f.OldestIn = x.age(out), x.age(in)
		return err
	})
	if err != nil {
		return f, fmt.Errorf("couldn't count deliveries: %w", err)
	}
	return f, nil
}

func (x *Exchange) age(since int64) time.Duration {
	if since == 0 {
		return 0
	}
	return max(0, x.now().Sub(unix(since)))
}

// count fills in the counts by state, and returns the earliest time among the states
// named.
func count(ctx context.Context, tx *sql.Tx, into map[string]int, names map[State]string, statement string, open ...State) (int64, error) {
	for _, name := range names {
		into[name] = 0
	}
	rows, err := tx.QueryContext(ctx, statement)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	earliest := int64(0)
	for rows.Next() {
		var state, n int
		var since int64
		if err := rows.Scan(&state, &n, &since); err != nil {
			return 0, err
		}
		into[names[State(state)]] = n
		for _, s := range open {
			if State(state) == s && (earliest == 0 || since < earliest) {
				earliest = since
			}
		}
	}
	return earliest, rows.Err()
}
