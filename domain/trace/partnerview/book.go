package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
)

// Config sets a Book up. Resolve and Log may be left out.
type Config struct {
	Vault    *vault.Vault // opened with Schema
	Registry Registry
	Reach    Reach
	// Resolve finds a host's addresses; the system's way when nil.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Log     *slog.Logger
}

// Book is the address book of one organisation. It is safe for concurrent use.
type Book struct {
	vault    *vault.Vault
	registry Registry
	reach    Reach
	resolve  func(ctx context.Context, host string) ([]netip.Addr, error)

	loads *carry.Line
	part  int // rows of one step of a load
	known struct {
		sync.Mutex
		entries // as far as transactions have read
	}
}

// entries are the newest entry of each partner, and who ever had a GLN or a member's id.
type entries struct {
	last   int64 // number of the last one
	newest map[int64]Partner
	ever   map[string][]int64 // by GLN or id
}

// New returns a book.
func New(c Config) *Book {
	b := &Book{vault: c.Vault, registry: c.Registry, reach: c.Reach, resolve: c.Resolve, part: rowsChunk}
	b.loads = carry.New(carry.Config{Vault: c.Vault, Kind: LoadKind, Carry: b.carryList, Log: c.Log})
	if b.resolve == nil {
		b.resolve = resolve
	}
	return b
}

// tick is the moment of a write to the book, in milliseconds: now, or just after the
// last one where the clock has stood still or was set back.
func (b *Book) tick(tx *sql.Tx) (at int64, err error) {
	at = b.vault.Now().UnixMilli()
	var last int64
	if err := tx.QueryRow(`SELECT COALESCE(MAX(at), 0) FROM partner_clock`).Scan(&last); err != nil {
		return 0, err
	}
	at = max(at, last+1)
	_, err = tx.Exec(`INSERT INTO partner_clock (one, at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at`, at)
	return at, err
}

// now is the moment up to which a reader knows everything.
func (b *Book) now(tx *sql.Tx) (int64, error) {
	var last int64
	err := tx.QueryRow(`SELECT COALESCE(MAX(at), 0) FROM partner_clock`).Scan(&last)
	return max(b.vault.Now().UnixMilli(), last), err
}

func entryContext(partner, at int64) string {
	return fmt.Sprintf("partner entry %d at %d", partner, at)
}

func (b *Book) open(partner, at int64, gone bool, sealed []byte) (Partner, error) {
	plain, err := b.vault.OpenValue(entryContext(partner, at), sealed)
	if err != nil {
		return Partner{}, fmt.Errorf("couldn't open the entry of partner %d: %w", partner, err)
	}
	var p Partner
	if err := json.Unmarshal(plain, &p); err != nil {
		return Partner{}, fmt.Errorf("couldn't read the entry of partner %d: %w", partner, err)
	}
	p.ID, p.Since = partner, time.UnixMilli(at).UTC()
	if gone {
		p.Name = ""
	}
	return p, nil
}

// caughtUp is what the entries say up to now. It must not be asked for in a
// transaction that has written one: that could still be undone.
func (b *Book) caughtUp(tx *sql.Tx) (entries, error) {
	var last int64
	if err := tx.QueryRow(`SELECT COALESCE(MAX(n), 0) FROM partner_entry`).Scan(&last); err != nil {
		return entries{}, err
	}
	b.known.Lock()
	defer b.known.Unlock()
	if last == b.known.last && b.known.newest != nil {
		return b.known.entries, nil
	}
	next := entries{newest: map[int64]Partner{}, ever: map[string][]int64{}}
	if last > b.known.last { // a reader of an older moment reads all anew and keeps nothing
		for id, p := range b.known.newest {
			next.newest[id] = p
		}
		for key, ids := range b.known.ever {
			next.ever[key] = slices.Clone(ids)
		}
		next.last = b.known.last
	}
	if err := b.readEntries(tx, &next, last); err != nil {
		return entries{}, err
	}
	if last > b.known.last || b.known.newest == nil {
		b.known.entries = next
	}
	return next, nil
}

func (b *Book) readEntries(tx *sql.Tx, e *entries, last int64) error {
	rows, err := tx.Query(`SELECT n, partner, at, gone, sealed FROM partner_entry WHERE n > $1 ORDER BY n`, e.last)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n, partner, at, gone int64
		var sealed []byte
		if err := rows.Scan(&n, &partner, &at, &gone, &sealed); err != nil {
			return err
		}
		p, err := b.open(partner, at, gone != 0, sealed)
		if err != nil {
			return err
		}
		e.add(p)
	}
	e.last = last
	return rows.Err()
}

func (e *entries) add(p Partner) {
	e.newest[p.ID] = p
	keys := []string{p.Org}
	for _, s := range p.Sites {
		keys = append(keys, s.GLN)
	}
	for _, key := range keys {
		if key != "" && !slices.Contains(e.ever[key], p.ID) {
			e.ever[key] = append(e.ever[key], p.ID)
		}
	}
}

// entryAt is a partner's entry as it was known at a moment.
func (b *Book) entryAt(tx *sql.Tx, id, known int64) (Partner, bool, error) {
	rows, err := tx.Query(`SELECT at, gone, sealed FROM partner_entry WHERE partner = $1 AND at <= $2 ORDER BY at DESC LIMIT 1`, id, known)
	if err != nil {
		return Partner{}, false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return Partner{}, false, rows.Err()
	}
	var at, gone int64
	var sealed []byte
	if err := rows.Scan(&at, &gone, &sealed); err != nil {
		return Partner{}, false, err
	}
	p, err := b.open(id, at, gone != 0, sealed)
	return p, err == nil && gone == 0, err
}

// holder finds who had a GLN, or was a member with an id, as known at a moment.
func (b *Book) holder(tx *sql.Tx, known int64, key string) (Partner, bool, error) {
	e, err := b.caughtUp(tx)
	if err != nil || key == "" {
		return Partner{}, false, err
	}
	for _, id := range e.ever[key] {
		p, found, err := b.entryAt(tx, id, known)
		if err != nil {
			return Partner{}, false, err
		}
		if _, has := p.site(key); found && (has || p.Org == key) {
			return p, true, nil
		}
	}
	return Partner{}, false, nil
}

// Filter chooses partners. Its zero value is all of them.
type Filter struct {
	Text string // in a name, a city or a GLN, whatever the case
	Org  string
	Role uint64
}

func (f Filter) fits(p Partner) bool {
	if f.Org != "" && p.Org != f.Org || f.Role != 0 && uint64(p.Roles)&f.Role == 0 {
		return false
	}
	texts := []string{p.Name, p.Org}
	for _, s := range p.Sites {
		texts = append(texts, s.GLN, s.Name, s.Address.City)
	}
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(f.Text)) }
	return slices.ContainsFunc(texts, has)
}

// List returns the partners that a filter chooses, by number, at most 1000.
func (b *Book) List(ctx context.Context, f Filter) (list []Partner, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		e, err := b.caughtUp(tx)
		if err != nil {
			return err
		}
		for _, p := range e.newest {
			if p.Name != "" && f.fits(p) {
				list = append(list, p)
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Partner) int { return int(a.ID - b.ID) })
	return list[:min(len(list), listedMax)], err
}

// Get returns a partner's entry of a moment; of now, when it is zero.
func (b *Book) Get(ctx context.Context, id int64, at time.Time) (p Partner, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		known, err := b.now(tx)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			known = min(known, at.UnixMilli())
		}
		var found bool
		if p, found, err = b.entryAt(tx, id, known); err == nil && !found {
			err = missing("there is no partner %d; list them with pedigree partner list", id)
		}
		return err
	})
	return p, err
}

// Numbered is the partner of today with a number.
func (b *Book) Numbered(tx *sql.Tx, id int64) (Partner, bool, error) {
	known, err := b.now(tx)
	if err != nil {
		return Partner{}, false, err
	}
	return b.entryAt(tx, id, known)
}

// PartnerOf finds a partner by one of its GLNs or by its id on the ledger.
func (b *Book) PartnerOf(tx *sql.Tx, gln, org string) (Partner, bool, error) {
	known, err := b.now(tx)
	if err != nil {
		return Partner{}, false, err
	}
	for _, key := range []string{gln, org} {
		if p, found, err := b.holder(tx, known, key); found || err != nil {
			return p, found, err
		}
	}
	return Partner{}, false, nil
}
