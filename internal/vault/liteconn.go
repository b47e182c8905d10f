package vault

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"time"

	code "modernc.org/sqlite/lib"
)

// sqliteConn is what the driver's connections offer.
type sqliteConn interface {
	driver.Conn
	driver.Pinger
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
	hooks
}

// liteConn gives each statement of a connection a deadline. The driver stops what
// works towards a statement's first row; later rows are looked at one by one.
type liteConn struct {
	sqliteConn
	file *lite
	most time.Duration // for each statement of the transaction
}

// ResetSession implements driver.SessionResetter.
func (c *liteConn) ResetSession(ctx context.Context) error {
	c.most = c.file.v.statement
	return c.sqliteConn.ResetSession(ctx)
}

// BeginTx implements driver.ConnBeginTx.
func (c *liteConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.most = patience(ctx, c.file.v.statement)
	tx, err := c.sqliteConn.BeginTx(ctx, o)
	return tx, c.file.explainLock(err)
}

// ExecContext implements driver.ExecerContext.
func (c *liteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.exec(ctx, query, func(ctx context.Context) (driver.Result, error) { return c.sqliteConn.ExecContext(ctx, query, args) })
}

// QueryContext implements driver.QueryerContext.
func (c *liteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.query(ctx, query, func(ctx context.Context) (driver.Rows, error) { return c.sqliteConn.QueryContext(ctx, query, args) })
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *liteConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := s.(sqliteStmt)
	if !ok {
		return nil, fmt.Errorf("a statement of type %T takes no context", s)
	}
	return &liteStmt{full, c, query}, nil
}

func (c *liteConn) exec(ctx context.Context, query string, do func(context.Context) (driver.Result, error)) (driver.Result, error) {
	w := watch(ctx, patience(ctx, c.most))
	defer w.end()
	result, err := do(w.ctx)
	if err != nil {
		return nil, c.explain(w, query, err)
	}
	return result, nil
}

func (c *liteConn) query(ctx context.Context, query string, do func(context.Context) (driver.Rows, error)) (driver.Rows, error) {
	w := watch(ctx, patience(ctx, c.most))
	found, err := do(w.ctx)
	if err != nil {
		w.end()
		return nil, c.explain(w, query, err)
	}
	w.pause()
	return &liteRows{found, c, w, query}, nil
}

// explain says what stopped a statement.
func (c *liteConn) explain(w *stopwatch, query string, err error) error {
	if w.overdue() {
		return slow(c.file.path, query, patience(w.ctx, c.most), "see whether the disk is slow or busy with something else")
	}
	return c.file.explainLock(err)
}

// explainLock says that another program holds the file.
func (b *lite) explainLock(err error) error {
	if failed(err, code.SQLITE_BUSY) {
		return fmt.Errorf("%w: another program has locked %s for longer than %v: find it (fuser %s) and end it, then try again: %w", ErrBusy, b.path, busyTimeout, b.path, err)
	}
	return err
}

// sqliteStmt is what the driver's statements offer.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// liteStmt is a prepared statement with a deadline each time it runs.
type liteStmt struct {
	sqliteStmt
	of   *liteConn
	text string
}

// ExecContext implements driver.StmtExecContext.
func (s *liteStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.of.exec(ctx, s.text, func(ctx context.Context) (driver.Result, error) { return s.sqliteStmt.ExecContext(ctx, args) })
}

// QueryContext implements driver.StmtQueryContext.
func (s *liteStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.of.query(ctx, s.text, func(ctx context.Context) (driver.Rows, error) { return s.sqliteStmt.QueryContext(ctx, args) })
}

// liteRows is a result whose statement has a deadline.
type liteRows struct {
	driver.Rows
	of    *liteConn
	watch *stopwatch
	text  string
}

// Next implements driver.Rows.
func (r *liteRows) Next(into []driver.Value) error {
	r.watch.resume()
	err := r.Rows.Next(into)
	r.watch.pause()
	if err != nil && err != io.EOF || r.watch.overdue() {
		return r.of.explain(r.watch, r.text, err)
	}
	return err
}

// Close implements driver.Rows.
func (r *liteRows) Close() error {
	r.watch.end()
	return r.Rows.Close()
}
