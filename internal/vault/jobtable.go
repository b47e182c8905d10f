package vault

// The table of jobs and every statement on it.
const (
	jobTable = `CREATE TABLE vault_job (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	progress TEXT NOT NULL,
	place BLOB NOT NULL,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL
);
CREATE INDEX vault_job_state ON vault_job (state, id);
CREATE INDEX vault_job_kind ON vault_job (kind, id);
`
	jobAdd = `INSERT INTO vault_job (kind, state, progress, place, created, updated)
	VALUES ($1, $2, $3, $4, $5, $5) RETURNING id`
	jobTell    = `UPDATE vault_job SET progress = $1 WHERE id = $2`
	jobSave    = `UPDATE vault_job SET state = $1, progress = $2, place = $3, updated = $4 WHERE id = $5 AND state <> 'done'`
	jobByID    = `SELECT ` + jobColumns + ` FROM vault_job WHERE id = $1`
	jobList    = `SELECT ` + jobColumns + ` FROM vault_job WHERE id > 0`
	jobColumns = `id, kind, state, progress, place, created, updated`
	jobTotal   = `SELECT COUNT(*) FROM vault_job`
)
