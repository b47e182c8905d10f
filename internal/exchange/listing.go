package exchange

import (
	"fmt"

	"pedigree/proof"
)

// Listing chooses rows of the outbox or inbox. Its zero value is the newest of all.
type Listing struct {
	State   string     // a state's word; empty for all
	Partner string     // empty for all
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
