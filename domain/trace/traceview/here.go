package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// HereMax is how many paths one question may have.
const HereMax = 500

// Here tells of canonical paths which ones are in this organisation's hands, or
// were: what is only offered, refused or reported in a file never came.
func (d *Desk) Here(ctx context.Context, paths []string) (map[string]bool, error) {
	if len(paths) > HereMax {
		return nil, fmt.Errorf("couldn't look for goods: %d are asked for at once, more than %d", len(paths), HereMax)
	}
	here := make(map[string]bool, len(paths))
	if len(paths) == 0 {
		return here, nil
	}
	args := make([]any, len(paths))
	places := make([]string, len(paths))
	for i, path := range paths {
		args[i], places[i] = path, fmt.Sprintf("$%d", i+1)
	}
	query := fmt.Sprintf(`SELECT path FROM trace_item WHERE path IN (%s) AND status NOT IN (%d, %d, %d)`, strings.Join(places, ", "), StatusExpected, StatusReported, StatusRefused)
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var path string
			if err := rows.Scan(&path); err != nil {
				return err
			}
			here[path] = true
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look for goods: %w", err)
	}
	return here, nil
}
