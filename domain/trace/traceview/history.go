package traceview

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// historyOf names the stored events that tell how goods were commissioned and
// packed, each once. What a capture left out is none of it: it was never done.
func historyOf(tx queryer, goods []Goods) ([]eventRef, error) {
	ids := map[int64]bool{}
	for i := range goods {
		var paths []string
		for g := range goods[i].All() {
			paths = append(paths, g.Path)
		}
		for part := range slices.Chunk(paths, lookupPathsMax) {
			if err := eventsOf(tx, part, ids); err != nil {
				return nil, fmt.Errorf("couldn't look up the history of %s: %w", goods[i].Path, err)
			}
		}
	}
	refs := make([]eventRef, 0, len(ids))
	for id := range ids {
		var r eventRef
		err := tx.QueryRow(`SELECT doc, ordinal, known = ? FROM trace_event WHERE id = ? AND action = 'ADD' AND outcome != ?`, KnownReported, id, outcomeOut).
			Scan(&r.doc, &r.ordinal, &r.reported)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't look up the history of the goods: %w", err)
		}
		refs = append(refs, r)
	}
	return refs, nil
}

// eventsOf adds the numbers of the events of some things.
func eventsOf(tx queryer, paths []string, ids map[int64]bool) error {
	args := make([]any, len(paths))
	for i, p := range paths {
		args[i] = p
	}
	list := `(?` + strings.Repeat(",?", len(paths)-1) + `)`
	for _, query := range []string{
		`SELECT DISTINCT COALESCE(born, 0) FROM trace_item WHERE path IN ` + list,
		`SELECT DISTINCT COALESCE(packed, 0) FROM trace_item WHERE path IN ` + list,
		`SELECT DISTINCT event FROM trace_event_item WHERE path IN ` + list,
	} {
		if err := addNumbers(tx, ids, query, args); err != nil {
			return err
		}
	}
	delete(ids, 0)
	return nil
}

func addNumbers(tx queryer, ids map[int64]bool, query string, args []any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids[id] = true
	}
	return rows.Err()
}

// noneDispensed refuses goods of which something reached a patient already.
func noneDispensed(tx queryer, goods []Goods) error {
	any := 0
	if err := tx.QueryRow(`SELECT COUNT(*) FROM (SELECT 1 FROM trace_dispense LIMIT 1) AS found`).Scan(&any); err != nil || any == 0 {
		return err
	}
	for i := range goods {
		for g := range goods[i].All() {
			n := 0
			if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_dispense WHERE path = ?`, g.Path).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return fmt.Errorf("%s in %s was dispensed here; ship what is left of it by itself", g.Path, goods[i].Path)
			}
		}
	}
	return nil
}
