package vault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"
)

// connect makes a pool whose connections stay open.
func (b *lite) connect(name string, connections int) (*sql.DB, error) {
	c, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(guarded{c, b})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// guarded makes connections on which nothing is committed but by Update.
//
// When a statement fails for want of disk or memory, or is interrupted, SQLite
// may undo the whole transaction by itself; each later statement of a caller
// that overlooked the error would then be committed on its own. The hook turns
// such a commit into an error, and with it a COMMIT in a migration's text.
type guarded struct {
	driver.Connector
	file *lite
}

// hooks is what a connection offers to be told of its commits.
type hooks interface {
	RegisterCommitHook(sqlite.CommitHookFn)
}

// Connect implements driver.Connector.
func (g guarded) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection of type %T has no commit hook, or takes no contexts", c), c.Close())
	}
	full.RegisterCommitHook(func() int32 {
		if g.file.committing.Load() {
			return 0
		}
		return 1
	})
	return &liteConn{full, g.file, g.file.v.statement}, nil
}
