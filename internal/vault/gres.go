package vault

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// gres is a vault in a schema of a PostgreSQL database.
//
// One process has it: a session of the server holds a lock for each vault of
// this process. Should that session break, another process may take the vault.
// So each opening writes a token of its own into the schema, and each Update
// begins with a statement that finds this token and leaves a mark of the Update:
// a process that has lost the vault writes nothing more, and after a connection
// that broke in a commit, the mark tells whether the commit was kept.
type gres struct {
	v      *Vault
	server *Server
	leave  func() error // lets the server go
	schema string
	token  []byte

	turn    chan struct{} // to write
	reading chan struct{} // as many as may read at once

	mu    sync.Mutex
	doubt []byte // the mark of a commit of which nothing is known yet
}

var _ database = (*gres)(nil)

// schemaPrefix begins the name of every vault's schema.
const schemaPrefix = "pedigree_"

// checkName takes what an organisation's id is made of.
func checkName(name string) error {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || r != '-') {
			return fmt.Errorf("the vault's name %q isn't made of lower-case letters, digits and hyphens", name)
		}
	}
	if name == "" || len(name) > nameMax {
		return fmt.Errorf("a vault on a server has a name of 1 to %d characters: set Name", nameMax)
	}
	return nil
}

// openGres takes the vault for this process and makes its schema where there is
// none.
func openGres(ctx context.Context, v *Vault, c Config) (*gres, error) {
	b := &gres{
		v: v, server: c.Server, leave: func() error { return nil }, schema: schemaPrefix + c.Name, token: random(),
		turn: make(chan struct{}, 1), reading: make(chan struct{}, c.Readers),
	}
	if err := makeFolder(c.Dir); err != nil {
		return nil, err
	}
	if b.server == nil {
		var err error
		if b.server, b.leave, err = join(ctx, ServerConfig{URL: c.URL, PasswordFile: c.PasswordFile, Logger: c.Logger}); err != nil {
			return nil, err
		}
	}
	if err := b.server.locks.take(ctx, b.lockNumber(), v); err != nil {
		return nil, errors.Join(err, b.leave())
	}
	if err := b.start(ctx, c); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *gres) start(ctx context.Context, c Config) error {
	conn, err := b.server.dial(ctx)
	if err != nil {
		return err
	}
	isNew, err := b.claim(ctx, conn)
	if err = errors.Join(err, hangUp(conn)); err != nil {
		return err
	}
	if c.arriving {
		return nil // the note comes with the tables
	}
	return refuseForgotten(c.Dir, isNew)
}

// ready implements database.
func (b *gres) ready() error { return noteElsewhere(b.v.dir, b.where()) }

// where says for people where the vault is.
func (b *gres) where() string {
	return "in schema " + b.schema + " of " + b.server.place()
}

// lockNumber is the vault's among the advisory locks of its database.
func (b *gres) lockNumber() int64 {
	sum := sha256.Sum256([]byte("pedigree vault lock v1 " + b.schema))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// ownerTable is what only a vault on a server has: who may write, what was
// written last, and the texts of the steps that made the tables.
const ownerTable = `CREATE TABLE IF NOT EXISTS vault_owner (one BIGINT PRIMARY KEY CHECK (one = 1), token BYTEA NOT NULL, mark BYTEA NOT NULL) WITH (fillfactor = 10);
CREATE TABLE IF NOT EXISTS vault_step (name TEXT COLLATE "C" NOT NULL, step BIGINT NOT NULL, text TEXT NOT NULL, at BIGINT GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (name, step));
`

// gresTables are the tables of ownerTable, which no copy holds.
const gresTables = `('vault_owner', 'vault_step')`

// claim makes the schema and writes the token, and tells whether there were no
// tables.
func (b *gres) claim(ctx context.Context, conn *pgx.Conn) (isNew bool, err error) {
	name := pgx.Identifier{b.schema}.Sanitize()
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)`, b.schema).Scan(&there); err != nil {
		return false, away(ctx, err)
	}
	text := "BEGIN;"
	if !there {
		text += "CREATE SCHEMA " + name + ";"
	}
	// The row is locked by a write of the process that had the vault before, until
	// that write has ended.
	text += "SET LOCAL search_path TO " + name + ";" + ownerTable + fmt.Sprintf(
		`INSERT INTO vault_owner (one, token, mark) VALUES (1, %[1]s, %[1]s) ON CONFLICT (one) DO UPDATE SET token = excluded.token, mark = excluded.mark;`, bytesLiteral(b.token)) + "COMMIT"
	if _, err := conn.PgConn().Exec(ctx, text).ReadAll(); err != nil {
		return false, fmt.Errorf("couldn't make the schema %s (the server's user needs the right to: GRANT CREATE ON DATABASE ... TO ...): %w", b.schema, away(ctx, err))
	}
	err = conn.QueryRow(ctx, `SELECT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN `+gresTables+`)`, b.schema).Scan(&isNew)
	return isNew, away(ctx, err)
}

func random() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return b
}

func bytesLiteral(b []byte) string { return `'\x` + hex.EncodeToString(b) + `'::bytea` }

// step implements database.
func (b *gres) step(text string) string { return gresStep(text) }

// tables implements database. Tables are numbered as they are made.
func (b *gres) tables() string {
	return `SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
		AND c.relname NOT IN ` + gresTables + ` ORDER BY c.oid LIMIT 1000`
}

// applied implements database: a copy is made with the steps that made the original.
func (b *gres) applied(ctx context.Context, tx *sql.Tx, schema string, number int, text string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO vault_step (name, step, text) VALUES ($1, $2, $3)`, schema, number, text)
	return err
}

// close implements database.
func (b *gres) close() error {
	b.server.locks.release(b.lockNumber())
	return b.leave()
}

// size implements database.
func (b *gres) size(ctx context.Context, tx *sql.Tx, s *Stats) error {
	return tx.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`).Scan(&s.DatabaseBytes)
}
