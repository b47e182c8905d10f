package vault

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// gresConn is a connection to PostgreSQL as database/sql sees it. It takes the
// values that SQLite takes and returns those that SQLite returns, so that callers
// need not know which it is.
type gresConn struct {
	conn *pgx.Conn
	open *gresRows // a result that is still being read
	used time.Time
	in   begin // the transaction
}

var (
	_ driver.ConnBeginTx        = (*gresConn)(nil)
	_ driver.ConnPrepareContext = (*gresConn)(nil)
	_ driver.ExecerContext      = (*gresConn)(nil)
	_ driver.QueryerContext     = (*gresConn)(nil)
	_ driver.NamedValueChecker  = (*gresConn)(nil)
	_ driver.SessionResetter    = (*gresConn)(nil)
	_ driver.Validator          = (*gresConn)(nil)
)

// Close implements driver.Conn.
func (c *gresConn) Close() error { return hangUp(c.conn) }

// IsValid implements driver.Validator.
func (c *gresConn) IsValid() bool { return !c.conn.IsClosed() && c.conn.PgConn().TxStatus() == 'I' }

// ResetSession implements driver.SessionResetter: it asks a connection that was
// idle whether the server is still there.
func (c *gresConn) ResetSession(ctx context.Context) error {
	if !c.IsValid() {
		return driver.ErrBadConn
	}
	if time.Since(c.used) > idleTrust && c.conn.Ping(ctx) != nil {
		return driver.ErrBadConn
	}
	c.used = time.Now()
	return nil
}

// CheckNamedValue implements driver.NamedValueChecker. A truth is 0 or 1, and text
// is what the server takes for it.
func (c *gresConn) CheckNamedValue(v *driver.NamedValue) (err error) {
	if v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value); err != nil {
		return err
	}
	switch plain := v.Value.(type) {
	case bool:
		v.Value = int64(0)
		if plain {
			v.Value = int64(1)
		}
	case string:
		v.Value = cleanText(plain)
	}
	return nil
}

// ready keeps in memory what is left of a result that is still being read: the
// connection carries one at a time, and SQLite takes another statement meanwhile.
func (c *gresConn) ready() error {
	if c.open == nil {
		return nil
	}
	return c.open.keep()
}

// ExecContext implements driver.ExecerContext.
func (c *gresConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	text, statements, err := numbered(query)
	if err != nil {
		return nil, err
	}
	if statements > 1 && len(args) > 0 {
		return nil, fmt.Errorf("%d statements at once take no arguments", statements)
	}
	if statements > 1 {
		return driver.ResultNoRows, c.several(ctx, text)
	}
	return c.exec(ctx, text, args)
}

func (c *gresConn) exec(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	w := watch(ctx, c.in.most+cancelPatience)
	defer w.end()
	tag, err := c.conn.Exec(w.ctx, text, values(args)...)
	if err != nil {
		return nil, c.explain(w, text, err)
	}
	return changed(tag.RowsAffected()), nil
}

// several runs statements without arguments in one round trip.
func (c *gresConn) several(ctx context.Context, text string) error {
	if err := c.ready(); err != nil {
		return err
	}
	w := watch(ctx, c.in.most+cancelPatience)
	defer w.end()
	_, err := c.conn.PgConn().Exec(w.ctx, text).ReadAll()
	return c.explain(w, text, err)
}

// explain says what stopped a statement: the server at its time-out, or this side
// when the server doesn't keep to that.
func (c *gresConn) explain(w *stopwatch, text string, err error) error {
	if err != nil && (w.overdue() || isStopped(err) && w.ctx.Err() == nil) {
		return slow(c.in.where, text, c.in.most, "see in pg_stat_activity what the server does and waits for")
	}
	return away(w.ctx, err)
}

// QueryContext implements driver.QueryerContext.
func (c *gresConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	text, _, err := numbered(query)
	if err != nil {
		return nil, err
	}
	return c.query(ctx, text, args)
}

func (c *gresConn) query(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.ready(); err != nil {
		return nil, err
	}
	w := watch(ctx, c.in.most+cancelPatience)
	found, err := c.conn.Query(w.ctx, text, values(args)...)
	if err != nil {
		defer w.end()
		return nil, c.explain(w, text, err)
	}
	w.pause()
	r := &gresRows{watch: w, text: text, of: c, rows: found}
	// The columns, and most errors, are known with the first row.
	if err := r.ahead(); err != nil {
		return nil, err
	}
	c.open = r
	return r, nil
}

func values(args []driver.NamedValue) []any {
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = a.Value
	}
	return list
}

// changed is how many rows a statement changed.
type changed int64

// LastInsertId implements driver.Result.
func (changed) LastInsertId() (int64, error) {
	return 0, errors.New("the number of an inserted row is asked for with RETURNING")
}

// RowsAffected implements driver.Result.
func (n changed) RowsAffected() (int64, error) { return int64(n), nil }

// Prepare implements driver.Conn.
func (c *gresConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext implements driver.ConnPrepareContext. The server prepares every
// statement when it first comes.
func (c *gresConn) PrepareContext(_ context.Context, query string) (driver.Stmt, error) {
	text, statements, err := numbered(query)
	if err == nil && statements != 1 {
		err = fmt.Errorf("%d statements can't be prepared as one", statements)
	}
	return &gresStmt{c, text}, err
}

// gresStmt is a statement whose arguments are numbered.
type gresStmt struct {
	of   *gresConn
	text string
}

var (
	_ driver.StmtExecContext   = (*gresStmt)(nil)
	_ driver.StmtQueryContext  = (*gresStmt)(nil)
	_ driver.NamedValueChecker = (*gresStmt)(nil)
)

// Close implements driver.Stmt.
func (s *gresStmt) Close() error { return nil }

// NumInput implements driver.Stmt: the server counts.
func (s *gresStmt) NumInput() int { return -1 }

// CheckNamedValue implements driver.NamedValueChecker.
func (s *gresStmt) CheckNamedValue(v *driver.NamedValue) error { return s.of.CheckNamedValue(v) }

// ExecContext implements driver.StmtExecContext.
func (s *gresStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.of.exec(ctx, s.text, args)
}

// QueryContext implements driver.StmtQueryContext.
func (s *gresStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.of.query(ctx, s.text, args)
}

// Exec implements driver.Stmt; database/sql calls ExecContext.
func (s *gresStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.ErrUnsupported }

// Query implements driver.Stmt; database/sql calls QueryContext.
func (s *gresStmt) Query([]driver.Value) (driver.Rows, error) { return nil, errors.ErrUnsupported }

// begin is how a transaction begins. It comes with the context of BeginTx.
type begin struct {
	schema string
	// fence is a statement that must return one row; it holds other processes off.
	fence string
	where string        // for people
	most  time.Duration // for each statement
}

// beginKey is under which a context has a begin.
type beginKey struct{}

// Begin implements driver.Conn.
func (c *gresConn) Begin() (driver.Tx, error) {
	return nil, errors.New("a transaction begins with a vault's Update or View")
}

// BeginTx implements driver.ConnBeginTx in one round trip.
func (c *gresConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	how, ok := ctx.Value(beginKey{}).(begin)
	if !ok {
		return c.Begin()
	}
	text := "BEGIN ISOLATION LEVEL REPEATABLE READ"
	if o.ReadOnly {
		text += " READ ONLY"
	}
	text += "; SET LOCAL search_path TO " + pgx.Identifier{how.schema}.Sanitize()
	if how.most != statementTimeout {
		text += fmt.Sprintf("; SET LOCAL statement_timeout TO %d; SET LOCAL idle_in_transaction_session_timeout TO %d", how.most.Milliseconds(), max(how.most, idleTimeout).Milliseconds())
	}
	if how.fence != "" {
		text += "; " + how.fence
	}
	c.in = how
	w := watch(ctx, beginPatience)
	defer w.end()
	results, err := c.conn.PgConn().Exec(w.ctx, text).ReadAll()
	if w.overdue() {
		err = slow(how.where, "BEGIN", beginPatience, "see what the server does (pedigree doctor)")
	}
	if err == nil && how.fence != "" && len(results[len(results)-1].Rows) != 1 {
		err = errFenced
	}
	if err != nil {
		return nil, errors.Join(away(ctx, err), c.abandon())
	}
	return &gresTx{c}, nil
}

// abandon ends a transaction that didn't begin well.
func (c *gresConn) abandon() error {
	if c.IsValid() || c.conn.IsClosed() {
		return nil
	}
	return (&gresTx{c}).Rollback()
}

// gresTx is the transaction of a connection.
type gresTx struct{ c *gresConn }

// Commit implements driver.Tx. Its errors tell three cases apart: the server
// refused, so nothing was kept; the connection was broken before; and unsureError.
func (t *gresTx) Commit() error {
	if err := t.c.ready(); err != nil {
		return errors.Join(err, t.Rollback())
	}
	if t.c.conn.IsClosed() { // before anything is sent
		return fmt.Errorf("%w: the connection broke before the commit", ErrAway)
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitPatience)
	defer cancel()
	tag, err := t.c.conn.Exec(ctx, "COMMIT", pgx.QueryExecModeSimpleProtocol)
	if err == nil && tag.String() == "ROLLBACK" {
		return errUndone
	}
	if err == nil || refusedByServer(err) {
		return err
	}
	// The driver may say that nothing was sent. It isn't believed: the server knows.
	return errors.Join(&unsureError{err}, hangUp(t.c.conn))
}

// Rollback implements driver.Tx. When it fails the connection is closed, by which
// the server undoes the transaction too.
func (t *gresTx) Rollback() error {
	ctx, cancel := context.WithTimeout(context.Background(), hangUpPatience)
	defer cancel()
	if t.c.open != nil {
		_ = t.c.open.Close() // what it held doesn't matter any more
	}
	if t.c.conn.IsClosed() {
		return nil
	}
	if _, err := t.c.conn.Exec(ctx, "ROLLBACK", pgx.QueryExecModeSimpleProtocol); err != nil {
		_ = hangUp(t.c.conn)
	}
	return nil
}
