package vault

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// locks holds the vaults of this process: one session of the server with an
// advisory lock for each. When the session breaks, it is made again and takes
// the locks again. What another process took meanwhile stays its own; the token
// keeps this process from writing there.
type locks struct {
	server *Server
	stop   chan struct{}
	done   sync.WaitGroup

	mu   sync.Mutex
	conn *pgx.Conn // nil when it broke
	held map[int64]*Vault
}

func newLocks(s *Server) *locks {
	l := &locks{server: s, stop: make(chan struct{}), held: map[int64]*Vault{}}
	l.done.Go(l.stayAwake)
	return l
}

// stayAwake notices a session that broke while nobody used it.
func (l *locks) stayAwake() {
	tick := time.NewTicker(locksAwake)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			l.refresh()
		}
	}
}

// refresh makes the session anew when it broke, and takes the locks again.
func (l *locks) refresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	if len(l.held) == 0 || l.session(ctx) == nil {
		return
	}
	l.server.log.Warn("the database server can't be reached; trying again", "in", locksAwake.String())
}

// session returns when there is a session with every lock that can be had.
func (l *locks) session(ctx context.Context) error {
	if l.conn != nil {
		if l.conn.Ping(ctx) == nil {
			return nil
		}
		_ = hangUp(l.conn)
		l.conn = nil
	}
	conn, err := l.server.dial(ctx)
	if err != nil {
		return err
	}
	for number, v := range l.held {
		got, err := tryLock(ctx, conn, number)
		if err != nil {
			return errors.Join(err, hangUp(conn))
		}
		if !got {
			delete(l.held, number)
			v.fail(fmt.Errorf("%w: %w", ErrInUse, errFenced))
		}
	}
	l.conn = conn
	return nil
}

// take takes a vault for this process, or says ErrInUse.
func (l *locks) take(ctx context.Context, number int64, v *Vault) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ours := l.held[number]; ours {
		return ErrInUse
	}
	if err := l.session(ctx); err != nil {
		return err
	}
	got, err := tryLock(ctx, l.conn, number)
	if err == nil && !got {
		err = ErrInUse
	}
	if err == nil {
		l.held[number] = v
	}
	return err
}

// release lets a vault go. If the session is broken, the server has done so.
func (l *locks) release(number int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, number)
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), hangUpPatience)
	defer cancel()
	if _, err := l.conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, number); err != nil {
		_ = hangUp(l.conn)
		l.conn = nil
	}
}

func tryLock(ctx context.Context, conn *pgx.Conn, number int64) (got bool, err error) {
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, number).Scan(&got)
	return got, away(ctx, err)
}

func (l *locks) close() error {
	close(l.stop)
	l.done.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return nil
	}
	return hangUp(l.conn)
}
