package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"pedigree/internal/vault"
)

// Store is where access is kept: the node's private store.
type Store interface {
	Update(ctx context.Context, do func(*sql.Tx) error) error
	View(ctx context.Context, do func(*sql.Tx) error) error
	Marker(label string) vault.Marker
}

var _ Store = (*vault.Vault)(nil)

// Access knows the principals of a node. It is safe for concurrent use.
type Access struct {
	store Store // the node's own
	own   string
	open  Opener // of other organisations' stores; nil when all is in one
	now   func() time.Time

	wants *ceremonies[Record] // records that wait for their signature

	mu   sync.Mutex
	used map[string]time.Time // last uses, by machine or session, as they are stored

	fault atomic.Pointer[func(error)] // told of rows that were changed

	broken *time.Time // when the glass was last broken; nil until it was looked up
}

// NewAccess works with the tables of Schema in a store.
func NewAccess(store Store, now func() time.Time) *Access {
	a := &Access{store: store, now: now, used: map[string]time.Time{}}
	a.wants = newCeremonies[Record](a.Now)
	return a
}

// Now is the time in UTC and whole milliseconds, as it is stored.
func (a *Access) Now() time.Time { return a.now().UTC().Truncate(time.Millisecond) }

// newSecret makes a secret to hand out once, and the hash that is kept of it. A
// plain hash is enough for 256 random bits: there is nothing to guess.
func newSecret() (secret, hash string) {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	secret = hex.EncodeToString(b[:])
	return secret, hashOf(secret)
}

func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// newID makes the id of a row; it tells nothing and is no secret.
func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// checkName refuses what can't be printed beside a signature.
func checkName(name string) error {
	if name == "" || len(name) > NameBytesMax || strings.TrimSpace(name) != name {
		return invalid(fmt.Sprintf("a name has 1 to %d bytes and no space around it", NameBytesMax))
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return invalid("a name has no line breaks and no other characters that can't be printed")
	}
	return nil
}

// joinRoles writes roles as they are stored.
func joinRoles(list []Role) string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = string(r)
	}
	return strings.Join(names, " ")
}

func splitRoles(text string) []Role {
	var list []Role
	for _, name := range strings.Fields(text) {
		list = append(list, Role(name))
	}
	return list
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// isFirstUse tells whether a use is worth writing down: the last one that is
// stored was a while ago.
func (a *Access) isFirstUse(id string, stored, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.used) >= peopleMax {
		clear(a.used)
	}
	last, known := a.used[id]
	if !known {
		last = stored
	}
	if now.Sub(last) < usedEvery {
		return false
	}
	a.used[id] = now
	return true
}

// rows reads all rows of a query that bounds them itself.
func rows[T any](ctx context.Context, tx *sql.Tx, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	found, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	list := []T{}
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, found.Err()
}

// changed turns a statement that met no row into ErrNotFound.
func changed(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
