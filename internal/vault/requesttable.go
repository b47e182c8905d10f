package vault

// The table of answered requests and every statement on it.
const (
	requestTable = `CREATE TABLE vault_request (
	key TEXT NOT NULL,
	route TEXT NOT NULL,
	request BLOB NOT NULL,
	answer BLOB NOT NULL,
	created INTEGER NOT NULL,
	PRIMARY KEY (key, route)
);
CREATE INDEX vault_request_created ON vault_request (created);
`
	requestGet = `SELECT request, answer FROM vault_request WHERE key = $1 AND route = $2 AND created > $3`
	requestAdd = `INSERT INTO vault_request (key, route, request, answer, created) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (key, route) DO UPDATE SET request = excluded.request, answer = excluded.answer, created = excluded.created`
	requestExpire = `DELETE FROM vault_request WHERE (key, route) IN
	(SELECT key, route FROM vault_request WHERE created <= $1 ORDER BY created LIMIT $2)`
	requestPage   = `SELECT key, route, answer FROM vault_request WHERE (key, route) > ($1, $2) ORDER BY key, route LIMIT $3`
	requestReseal = `UPDATE vault_request SET request = $1, answer = $2 WHERE key = $3 AND route = $4`
	requestTotal  = `SELECT COUNT(*) FROM vault_request`
)
