package traceview

import (
	"database/sql"
	"strings"
)

// pathQuery asks the same of many paths, some hundreds at a time. It keeps its
// statements until the transaction ends: to make one with so many places costs as much
// as to find what it asks for.
type pathQuery struct {
	tx            queryer
	before, after string // of the statement, around its list of places

	full, other *sql.Stmt // with lookupPathsMax places, and with as many as were last needed besides
	places      int       // of the other
}

// ask runs the query for at most lookupPathsMax paths; more are the arguments that come
// after them.
func (q *pathQuery) ask(paths []any, more ...any) (*sql.Rows, error) {
	s, err := q.statement(len(paths))
	if err != nil {
		return nil, err
	}
	return s.Query(append(paths[:len(paths):len(paths)], more...)...)
}

func (q *pathQuery) statement(places int) (s *sql.Stmt, err error) {
	if places == lookupPathsMax {
		if q.full == nil {
			q.full, err = q.prepare(places)
		}
		return q.full, err
	}
	if q.places == places {
		return q.other, nil
	}
	if q.other != nil {
		if err := q.other.Close(); err != nil {
			return nil, err
		}
		q.other, q.places = nil, 0
	}
	if s, err = q.prepare(places); err == nil {
		q.other, q.places = s, places
	}
	return s, err
}

func (q *pathQuery) prepare(places int) (*sql.Stmt, error) {
	return q.tx.Prepare(q.before + `(?` + strings.Repeat(",?", places-1) + `)` + q.after)
}
