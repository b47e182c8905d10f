package exchange

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// Listing chooses rows of the outbox or inbox. Its zero value is the newest of all.
type Listing struct {
	State   string     // a state's word; empty for all
	Partner string     // empty for all
	Kind    string     // empty for all
	Before  proof.Hash // last one of the page before; zero for the first page
	Limit   int        // at most ListMax; ListDefault when zero
}

// query is a statement with its arguments.
type query struct {
	text string
	args []any
}

func (q *query) and(condition string, arg any) {
	q.args = append(q.args, arg)
	q.text += fmt.Sprintf(" AND "+condition, len(q.args))
}

// query is the listing of one table, ordered by one of its times.
func (l Listing) query(columns, table, time string, states map[State]string) (query, error) {
	q := query{text: "SELECT " + columns + " FROM " + table + " WHERE 1 = 1"}
	if l.State != "" {
		s, ok := stateNamed(states, l.State)
		if !ok {
			return q, fmt.Errorf("there is no state %q", l.State)
		}
		q.and("state = $%d", int(s))
	}
	if l.Partner != "" {
		q.and("partner = $%d", l.Partner)
	}
	if l.Kind != "" {
		q.and("kind = $%d", l.Kind)
	}
	if !l.Before.IsZero() {
		q.and("("+time+", id) < (SELECT "+time+", id FROM "+table+" WHERE id = $%d)", l.Before[:])
	}
	limit := l.Limit
	if limit <= 0 {
		limit = ListDefault
	}
	q.text += fmt.Sprintf(" ORDER BY %s DESC, id DESC LIMIT %d", time, min(limit, ListMax))
	return q, nil
}

// rowsOf reads the rows of a listing, unless it could not be asked for.
func rowsOf[T any](ctx context.Context, x *Exchange, what string, q query, err error, read func(scan func(...any) error) (T, error)) ([]T, error) {
	list := []T{}
	if err == nil {
		err = x.vault.View(ctx, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, q.text, q.args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				one, err := read(rows.Scan)
				if err != nil {
					return err
				}
				list = append(list, one)
			}
			return rows.Err()
		})
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't list the %s: %w", what, err)
	}
	return list, nil
}
