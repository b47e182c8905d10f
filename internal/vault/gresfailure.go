package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	// errFenced says that another process has opened the vault since.
	errFenced = errors.New("another process has opened it since")
	// errUndone says that a commit found its transaction undone.
	errUndone = errors.New("a statement failed and its error was overlooked, so that all was undone")
)

// unsureError is a commit of which only the server knows what became of it.
type unsureError struct{ cause error }

// Error implements error.
func (e *unsureError) Error() string {
	return "the connection broke in a commit: " + e.cause.Error()
}

func (e *unsureError) Unwrap() error { return e.cause }

// refusedByServer tells whether the server answered with an error and goes on. An
// error that ends the connection may come after the commit.
func refusedByServer(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && p.SeverityUnlocalized == "ERROR"
}

// isOvertaken tells whether the row of the vault's owner was written between the
// beginning of a transaction and its turn: by another process, or by a commit of
// this one whose connection broke. Beginning again tells which.
func isOvertaken(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && p.Code == "40001"
}

// isGone tells the codes of a server that ends or doesn't serve yet: SQLSTATE classes 08 and
// 57P, and too many connections.
func isGone(code string) bool {
	return strings.HasPrefix(code, "08") || slices.Contains([]string{"57P01", "57P02", "57P03", "57P05", "25P03", "53300"}, code)
}

// away marks an error that comes from a server that isn't there. What was under
// way then was not kept, for no commit was.
func away(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrAway) {
		return err
	}
	var p *pgconn.PgError
	if errors.As(err, &p) {
		if isGone(p.Code) {
			return fmt.Errorf("%w: %w", ErrAway, err)
		}
		if p.Code == "55P03" { // a session that broke off still holds its lock
			return fmt.Errorf("%w: %w", ErrBusy, err)
		}
		return err
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || isCut(err) {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return err
}

// isStopped tells whether the server stopped a statement: SQLSTATE 57014.
func isStopped(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && p.Code == "57014"
}

// isDamage tells whether the server says that its disk or its data is broken:
// SQLSTATE XX001, XX002 and 58030.
func isDamage(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && slices.Contains([]string{"XX001", "XX002", "58030"}, p.Code)
}

// isCut tells whether a connection ended in the middle, or was closed before.
func isCut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}
