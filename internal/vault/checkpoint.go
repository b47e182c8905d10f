package vault

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/crash"
)

// checkpoint copies the write-ahead log to the database when enough has
// gathered. It runs between writes, on the writer's connection, so that the log
// can be used from its start again. Its failure ends all writing but takes
// nothing back: what was committed is in the log.
//
// The caller's context doesn't matter here: the write it belongs to is done.
func (b *lite) checkpoint(conn *sql.Conn) {
	inLog, copied, err := walState(conn, "NOOP")
	if err == nil && inLog-copied >= checkpointPages && inLog >= b.logPagesAt {
		crash.At(crash.VaultCheckpointBefore)
		inLog, copied, err = walState(conn, "PASSIVE")
		crash.At(crash.VaultCheckpointed)
		b.logPagesAt = 0
		if copied < inLog { // a reader still needs the older pages
			b.logPagesAt = inLog + checkpointPagesAgain
		}
	}
	if err != nil {
		b.v.fail(fmt.Errorf("couldn't copy the write-ahead log to the database: %w", err))
	}
}

// walState runs a checkpoint of a kind and returns how many pages the log has
// and how many of them are copied.
func walState(conn *sql.Conn, kind string) (inLog, copied int, err error) {
	var busy int
	err = conn.QueryRowContext(patient(context.Background()), "PRAGMA wal_checkpoint("+kind+")").Scan(&busy, &inLog, &copied)
	return inLog, copied, err
}
