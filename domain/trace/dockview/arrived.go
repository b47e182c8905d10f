package dockview

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview"
)

// Arrived tells of the newest scan of a thing at the dock, where the thing wasn't sent
// back since: it is here, whatever the data says.
func (d *Docks) Arrived(tx *sql.Tx, path string) (traceview.Arrival, bool, error) {
	var a traceview.Arrival
	var at, state int64
	err := tx.QueryRow(`SELECT s.session, s.at, d.state FROM dock_scan s JOIN dock_session d ON d.id = s.session
		WHERE s.path = $1 AND s.undone = 0 AND d.state <> $2
			AND NOT EXISTS (SELECT 1 FROM dock_decision b WHERE b.session = s.session AND b.path = s.path AND b.what = $3)
		ORDER BY s.session DESC, s.n DESC LIMIT 1`, path, int64(Dropped), DecideBack).Scan(&a.Session, &at, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("couldn't look whether %s was scanned at the dock: %w", path, err)
	}
	a.At, a.Finished = time.UnixMilli(at).UTC(), State(state) == Done
	return a, true, nil
}
