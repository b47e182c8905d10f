package vault

// The tables of documents and every statement on them.
//
// A document without a head has not arrived whole; it is in no listing, and is
// dropped when the vault is next opened.
const (
	documentTables = `CREATE TABLE vault_document (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	direction TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	created INTEGER NOT NULL,
	content BLOB UNIQUE,
	partner BLOB NOT NULL,
	head BLOB
);
CREATE INDEX vault_document_partner ON vault_document (partner, id);
CREATE INDEX vault_document_direction ON vault_document (direction, id);
CREATE INDEX vault_document_unfinished ON vault_document (id) WHERE head IS NULL;
CREATE TABLE vault_chunk (
	document INTEGER NOT NULL REFERENCES vault_document (id),
	position INTEGER NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (document, position)
);
CREATE TABLE vault_total (
	name TEXT NOT NULL PRIMARY KEY,
	number INTEGER NOT NULL,
	bytes INTEGER NOT NULL
);
INSERT INTO vault_total (name, number, bytes) VALUES ('documents', 0, 0);
`
	documentAdd = `INSERT INTO vault_document (direction, media_type, size, created, partner)
	VALUES ($1, $2, 0, $3, $4) RETURNING id`
	documentFinish     = `UPDATE vault_document SET size = $1, created = $2, content = $3, head = $4 WHERE id = $5`
	documentCount      = `UPDATE vault_total SET number = number + 1, bytes = bytes + $1 WHERE name = 'documents'`
	documentByContent  = `SELECT ` + documentColumns + ` FROM vault_document WHERE content = $1`
	documentByID       = `SELECT ` + documentColumns + ` FROM vault_document WHERE id = $1 AND head IS NOT NULL`
	documentIDList     = `SELECT id FROM vault_document WHERE head IS NOT NULL`
	documentAll        = `SELECT ` + documentColumns + ` FROM vault_document WHERE id > 0`
	documentReseal     = `UPDATE vault_document SET content = $1, partner = $2, head = $3 WHERE id = $4`
	documentList       = `SELECT ` + documentColumns + ` FROM vault_document WHERE head IS NOT NULL`
	documentColumns    = `id, direction, media_type, size, created, content, partner, head`
	documentUnfinished = `SELECT id FROM vault_document WHERE head IS NULL ORDER BY id LIMIT 1000`
	documentDrop       = `DELETE FROM vault_document WHERE id = $1 AND head IS NULL`

	documentDestroy = `DELETE FROM vault_document WHERE id = $1`
	documentUncount = `UPDATE vault_total SET number = number - 1, bytes = bytes - $1 WHERE name = 'documents'`

	chunkAdd  = `INSERT INTO vault_chunk (document, position, body) VALUES ($1, $2, $3)`
	chunkGet  = `SELECT body FROM vault_chunk WHERE document = $1 AND position = $2 AND length(body) <= $3`
	chunkDrop = `DELETE FROM vault_chunk WHERE document = $1`
)
