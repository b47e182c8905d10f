package outbox

import "pedigree/internal/vault"

// The tables and every statement on them. A settled envelope is most often a
// committed one; all others are in the index of open ends.
const (
	tables = `CREATE TABLE outbox_envelope (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	id BLOB NOT NULL UNIQUE,
	job INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	state INTEGER NOT NULL,
	raw BLOB NOT NULL,
	note TEXT NOT NULL,
	height INTEGER NOT NULL,
	place INTEGER NOT NULL,
	code TEXT NOT NULL,
	reason TEXT NOT NULL,
	added INTEGER NOT NULL,
	changed INTEGER NOT NULL
);
CREATE INDEX outbox_order ON outbox_envelope (job, seq, number);
CREATE INDEX outbox_open ON outbox_envelope (state, job, seq, number) WHERE state <> 2;
CREATE TABLE outbox_job (
	job INTEGER PRIMARY KEY,
	pending INTEGER NOT NULL,
	submitted INTEGER NOT NULL,
	committed INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	expired INTEGER NOT NULL
);
`
	columns = `number, id, job, seq, state, raw, note, height, place, code, reason, added, changed`

	selectByID    = `SELECT ` + columns + ` FROM outbox_envelope WHERE id = $1`
	selectInState = `SELECT ` + columns + ` FROM outbox_envelope WHERE state = $1 AND state <> 2
	AND (job, seq, number) > ($2, $3, $4) ORDER BY job, seq, number LIMIT $5`
	selectOfJob = `SELECT ` + columns + ` FROM outbox_envelope WHERE job = $1
	AND (seq, number) > ($2, $3) ORDER BY seq, number LIMIT $4`
	selectForMark = `SELECT number, job, state, height, place FROM outbox_envelope WHERE id = $1`
	updateState   = `UPDATE outbox_envelope SET state = $1, height = $2, place = $3, code = $4, reason = $5, changed = $6 WHERE number = $7`
	deleteOld     = `DELETE FROM outbox_envelope WHERE number IN
	(SELECT number FROM outbox_envelope WHERE state >= 2 AND changed < $1 ORDER BY number LIMIT $2)`

	addCounts = `INSERT INTO outbox_job (job, pending, submitted, committed, refused, expired) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (job) DO UPDATE SET pending = outbox_job.pending + excluded.pending, submitted = outbox_job.submitted + excluded.submitted,
	committed = outbox_job.committed + excluded.committed, refused = outbox_job.refused + excluded.refused, expired = outbox_job.expired + excluded.expired`
	selectCounts = `SELECT pending, submitted, committed, refused, expired FROM outbox_job WHERE job = $1`
	selectTotals = `SELECT COALESCE(SUM(pending), 0), COALESCE(SUM(submitted), 0), COALESCE(SUM(committed), 0),
	COALESCE(SUM(refused), 0), COALESCE(SUM(expired), 0) FROM outbox_job`
)

// Schema is what vault.Config.Schemas needs for an outbox.
func Schema() vault.Schema { return vault.Schema{Name: "outbox", Steps: []string{tables}} }
