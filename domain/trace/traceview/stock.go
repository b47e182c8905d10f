package traceview

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/proof"
)

// item is one row of the stock: a pack, case, pallet or tote that this
// organisation has, had, expects, or read of. Zero values stand for NULL.
type item struct {
	path     string
	kind     uint64 // proof.KindUnit and so on
	lot      lot    // empty for logistic units
	quantity uint64

	commission int64  // row of trace_commission: its origin on the ledger
	sealedIn   string // its place in the commission's tree; never changes
	ordinal    int

	salt, seed proof.Hash // only at the top of what was commissioned or received
	depth      uint8      // of its slot tree; 0 without one
	root       proof.Hash
	contents   []content // sealed children by ordinal

	surfaced  bool   // it has, or had, a record of its own on the ledger
	packedIn  string // only of surfaced items
	status    int    // counts at the top-most record only; see standing
	ownerKey  int64  // number in trace_key
	holderKey int64
	partner   string // organisation at the other end, where there is one
	born      int64  // row of trace_event that brought it
	packed    int64  // row of trace_event that put it where it is
}

// attrs are what the item's leaf commits to beside its path.
func (it *item) attrs() proof.Attrs {
	return proof.Attrs{Lot: it.lot.number, Expiry: it.lot.expiry, Kind: it.kind, Quantity: it.quantity}
}

const itemColumns = `i.path, i.kind, COALESCE(i.lot, 0), COALESCE(l.gtin, ''), COALESCE(l.lot, ''), COALESCE(l.expiry, ''), i.quantity,
	COALESCE(i.commission, 0), COALESCE(i.sealed_in, ''), COALESCE(i.ordinal, 0), i.salt, i.seed, COALESCE(i.depth, 0), i.root, i.contents,
	i.surfaced, COALESCE(i.packed_in, ''), i.status, COALESCE(i.owner_key, 0), COALESCE(i.holder_key, 0), COALESCE(i.partner, ''),
	COALESCE(i.born, 0), COALESCE(i.packed, 0)`

const itemSelect = `SELECT ` + itemColumns + ` FROM trace_item i LEFT JOIN trace_lot l ON l.id = i.lot `

// queryer is what reading needs of a transaction.
type queryer interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
	Prepare(query string) (*sql.Stmt, error)
}

type scanner interface{ Scan(dest ...any) error }

func scanItem(s scanner) (item, error) {
	var it item
	var salt, seed, root, contents []byte
	err := s.Scan(&it.path, &it.kind, &it.lot.id, &it.lot.gtin, &it.lot.number, &it.lot.expiry, &it.quantity,
		&it.commission, &it.sealedIn, &it.ordinal, &salt, &seed, &it.depth, &root, &contents,
		&it.surfaced, &it.packedIn, &it.status, &it.ownerKey, &it.holderKey, &it.partner, &it.born, &it.packed)
	if err != nil {
		return item{}, err
	}
	for _, h := range []struct {
		to   *proof.Hash
		from []byte
	}{{&it.salt, salt}, {&it.seed, seed}, {&it.root, root}} {
		if h.from == nil {
			continue
		}
		if len(h.from) != proof.HashSize {
			return item{}, fmt.Errorf("the stock row of %s has a hash of %d bytes; restore the private store from a backup", it.path, len(h.from))
		}
		*h.to = proof.Hash(h.from)
	}
	it.contents, err = decodeContents(contents)
	return it, err
}

// loadItem returns the stock row of a path, and whether there is one.
func loadItem(tx queryer, path string) (item, bool, error) {
	it, err := scanItem(tx.QueryRow(itemSelect+`WHERE i.path = ?`, path))
	if errors.Is(err, sql.ErrNoRows) {
		return item{}, false, nil
	}
	if err != nil {
		return item{}, false, fmt.Errorf("couldn't read the stock row of %s: %w", path, err)
	}
	return it, true, nil
}

// mustItem is loadItem for a row that another row refers to.
func mustItem(tx queryer, path string) (item, error) {
	it, ok, err := loadItem(tx, path)
	if err == nil && !ok {
		err = fmt.Errorf("couldn't find %s, to which other stock rows refer; restore the private store from a backup", path)
	}
	return it, err
}

// packedItems returns the rows of everything packed directly in a record.
func packedItems(tx queryer, path string) ([]item, error) {
	return queryItems(tx, itemSelect+`WHERE i.packed_in = ? ORDER BY i.path`, path)
}

func queryItems(tx queryer, query string, args ...any) ([]item, error) {
	return readItems(tx.Query(query, args...))
}

// readItems takes the rows of a query for stock rows.
func readItems(rows *sql.Rows, err error) ([]item, error) {
	if err != nil {
		return nil, fmt.Errorf("couldn't read the stock: %w", err)
	}
	defer rows.Close()
	var list []item
	for rows.Next() {
		it, err := scanItem(rows)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the stock: %w", err)
		}
		list = append(list, it)
	}
	return list, rows.Err()
}

func itemValues(it *item) []any {
	var ordinal, depth any
	if it.sealedIn != "" {
		ordinal = it.ordinal
	}
	if it.depth > 0 {
		depth = int64(it.depth)
	}
	return []any{
		it.path, int64(it.kind), orNull(it.lot.id), int64(it.quantity), orNull(it.commission), textOrNull(it.sealedIn), ordinal,
		hashOrNull(it.salt), hashOrNull(it.seed), depth, hashOrNull(it.root), encodeContents(it.contents),
		it.surfaced, textOrNull(it.packedIn), it.status, orNull(it.ownerKey), orNull(it.holderKey), textOrNull(it.partner),
		orNull(it.born), orNull(it.packed),
	}
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func hashOrNull(h proof.Hash) any {
	if h.IsZero() {
		return nil
	}
	return h[:]
}
