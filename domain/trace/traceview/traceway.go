package traceview

import (
	"database/sql"
	"errors"
	"fmt"
	"math"

	"pedigree/proof"
)

// stay is a time that a thing spent in a container, and so shared what happened to
// that.
type stay struct {
	path        string // of the container; of the thing itself for the first
	since, till int64  // Unix seconds
	born, at    int64  // rows of the events that commissioned the container and put it where it is
}

// stays lists the thing itself and every container that it is or was in, directly
// or not, as far as events and the stock tell.
func (t *tracing) stays(it item) ([]stay, error) {
	list := []stay{{path: it.path, till: math.MaxInt64, born: it.born, at: it.packed}}
	if at, err := t.dispensedAt(it.path); err != nil {
		return nil, err
	} else if at != 0 {
		list[0].till = at
	}
	seen := map[string]bool{it.path: true}
	for i := 0; i < len(list) && i < TraceContainersMax; i++ {
		outer, err := t.outerStays(list[i])
		if err != nil {
			return nil, err
		}
		for _, o := range outer {
			if !seen[o.path] && o.since <= o.till {
				seen[o.path] = true
				list = append(list, o)
			}
		}
	}
	return list, nil
}

// outerStays lists what a container was in while the thing was in it.
func (t *tracing) outerStays(s stay) ([]stay, error) {
	it, ok, err := loadItem(t.tx, s.path)
	if err != nil || !ok {
		return nil, err
	}
	in := map[string]*stay{}
	var order []string
	at := func(path string) *stay {
		if in[path] == nil {
			in[path] = &stay{path: path, since: s.since, till: s.till}
			order = append(order, path)
		}
		return in[path]
	}
	for _, path := range []string{it.sealedIn, it.packedIn} {
		if path != "" {
			at(path)
		}
	}
	rows, err := t.tx.Query(`SELECT p.path, e.time, e.action FROM trace_event e JOIN trace_event_item p ON p.event = e.id AND p.role = ?1
		WHERE e.outcome != ?5 AND (e.id = ?2 OR e.id IN (SELECT event FROM trace_event_item WHERE path = ?3 AND role = ?4)) ORDER BY e.time, e.id`,
		RoleParent, it.packed, it.path, RoleChild, outcomeOut)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var path, action string
		var when int64
		if err := rows.Scan(&path, &when, &action); err != nil {
			return nil, err
		}
		o := at(path)
		switch action {
		case "ADD":
			o.since, o.till = max(s.since, when), s.till
		case "DELETE":
			o.till = min(s.till, when)
		}
	}
	list := make([]stay, 0, len(order))
	for _, path := range order {
		outer, ok, err := loadItem(t.tx, path)
		if err != nil {
			return nil, err
		}
		if ok {
			in[path].born, in[path].at = outer.born, outer.packed
		}
		list = append(list, *in[path])
	}
	return list, rows.Err()
}

func (t *tracing) dispensedAt(path string) (int64, error) {
	var at int64
	err := t.tx.QueryRow(`SELECT at FROM trace_dispense WHERE path = ?`, path).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

// within names the containers that a thing is in now, from the inside out.
func (t *tracing) within(it item) ([]string, error) {
	var list []string
	for range proof.NestMax + SealedLevelsMax + 1 {
		in := inside(&it)
		if in == "" {
			return list, nil
		}
		list = append(list, in)
		var err error
		if it, err = mustItem(t.tx, in); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the stock rows of what %s is in form a circle; restore the private store from a backup", t.out.Path)
}
