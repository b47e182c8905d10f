package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/api"
	"pedigree/ledger"
)

// tryAct ends the transaction in which an act was planned that is only looked at: with
// the ledger's refusal, or with api.Would. Either way nothing of it stays.
func (d *Desk) tryAct(ctx context.Context, tx *sql.Tx, job int64) error {
	rows, err := tx.QueryContext(ctx, `SELECT raw FROM trace_envelope WHERE job = ? ORDER BY n`, job)
	if err != nil {
		return fmt.Errorf("couldn't read what was planned: %w", err)
	}
	defer rows.Close()
	var raws [][]byte
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return fmt.Errorf("couldn't read what was planned: %w", err)
		}
		raws = append(raws, raw)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("couldn't read what was planned: %w", err)
	}
	if err := d.chain.Try(raws); err != nil {
		return err
	}
	return api.Would{}
}

// underWay refuses to look at an act that an interrupted call has begun.
func underWay(name string) error {
	return api.Coded(fmt.Errorf("the same act (%s) is under way already: do it again to complete it", name), ledger.Conflict, "trace/under-way", "do it without the dry run: it goes on where it stood")
}

// nothingToDo ends the plan of an act that has nothing to change.
func nothingToDo(ctx context.Context) error {
	if api.OnlyLooks(ctx) {
		return api.Would{}
	}
	return nil
}
