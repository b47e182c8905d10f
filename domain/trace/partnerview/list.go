package partnerview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pedigree/domain/org"
	"pedigree/format/register"
	"pedigree/internal/vault"
)

// List is one file of a list that was loaded.
type List struct {
	ID     int64          `json:"id"`
	Source string         `json:"source"`
	Kind   register.Kind  `json:"kind,omitempty" doc:"licence, registration, reporting or accreditation"`
	Role   string         `json:"role,omitempty" doc:"Role that it is about"`
	Place  string         `json:"place,omitempty" doc:"Place that it is of, such as US-IL, or US"`
	AsOf   string         `json:"as_of" doc:"The day it is of"`
	Until  string         `json:"until,omitempty" doc:"The last day for which it shows anything"`
	Loaded time.Time      `json:"loaded"`
	Rows   int64          `json:"rows"`
	Bad    int64          `json:"bad" doc:"Lines that could not be read"`
	Lines  []register.Bad `json:"lines,omitempty" doc:"The first of them, when it is loaded"`
	Again  bool           `json:"again,omitempty" doc:"It was loaded before, and nothing was done"`
}

// SetMapping enters what the files of a list mean. It holds for files loaded from then on.
func (b *Book) SetMapping(ctx context.Context, raw []byte) (register.Mapping, error) {
	m, err := register.ParseMapping(raw)
	if err != nil {
		return m, invalid("%w", err)
	}
	var role org.Roles
	if err := role.UnmarshalText([]byte(m.Role)); err != nil || !role.IsOne() {
		return m, invalid("the mapping can't be used: role: %q is not one role", m.Role)
	}
	err = b.vault.Update(ctx, func(tx *sql.Tx) error {
		var others int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM partner_mapping WHERE source <> $1`, m.Source).Scan(&others); err != nil {
			return err
		}
		if others >= sourcesMax {
			return limited("there are mappings of %d lists, the most that are kept", others)
		}
		at, err := b.tick(tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO partner_mapping (source, at, mapping) VALUES ($1, $2, $3) ON CONFLICT (source) DO UPDATE SET at = excluded.at, mapping = excluded.mapping`, m.Source, at, raw)
		return err
	})
	return m, err
}

// Load reads a file of a list whose mapping was entered, which is of a day. A file that
// was loaded before is not loaded again. What was read counts when all of it was.
func (b *Book) Load(ctx context.Context, source, asOf string, file io.Reader) (List, error) {
	b.loads.Lock()
	defer b.loads.Unlock()
	day, err := dayOf(asOf)
	if err != nil {
		return List{}, err
	}
	if limit := b.vault.Now().Unix()/86400 + 1; day > limit {
		return List{}, invalid("the list is of %s, which is still to come; give the day that it is of", asOf)
	}
	raw, m, err := b.mapping(ctx, source)
	if err != nil {
		return List{}, err
	}
	doc, _, err := b.vault.PutDocument(ctx, vault.DocumentInfo{Name: source + " as of " + asOf, MediaType: "text/csv", Direction: vault.Own}, file)
	if err != nil {
		return List{}, err
	}
	l := loading{b: b, ctx: ctx, m: m, list: List{Source: source, AsOf: asOf}}
	if err := b.vault.Update(ctx, func(tx *sql.Tx) error { return l.begin(tx, doc, day, raw) }); err != nil || l.list.Again {
		return l.list, err
	}
	if err := l.read(doc.ID); err != nil {
		return List{}, errors.Join(err, l.abandon())
	}
	return l.list, b.vault.Update(ctx, l.finish)
}

func dayOf(text string) (int64, error) {
	var d org.Day
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return 0, invalid("%w", err)
	}
	return int64(d), nil
}

func (b *Book) mapping(ctx context.Context, source string) (raw []byte, m register.Mapping, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRow(`SELECT mapping FROM partner_mapping WHERE source = $1`, source).Scan(&raw)
		if errors.Is(err, sql.ErrNoRows) {
			return missing("there is no mapping of a list %q; enter one first", source)
		}
		return err
	})
	if err == nil {
		err = json.Unmarshal(raw, &m)
	}
	return raw, m, err
}

// loading is a list that is being read.
type loading struct {
	b       *Book
	ctx     context.Context // of the load
	m       register.Mapping
	list    List
	waiting []register.Row
}

// begin makes the list's row, or finds that the same file was loaded. What an earlier
// load that was cut off has left is removed.
func (l *loading) begin(tx *sql.Tx, doc vault.Document, day int64, mapping []byte) error {
	var loaded, rows, bad, asOf int64
	err := tx.QueryRow(`SELECT id, loaded, line_count, bad_count, as_of FROM partner_list WHERE source = $1 AND digest = $2`, l.list.Source, doc.SHA256[:]).Scan(&l.list.ID, &loaded, &rows, &bad, &asOf)
	switch {
	case err == nil && loaded > 0:
		l.list.Again, l.list.Loaded, l.list.Rows, l.list.Bad, l.list.AsOf = true, time.UnixMilli(loaded).UTC(), rows, bad, org.Day(asOf).String()
		return nil
	case err == nil:
		if err := l.remove(tx); err != nil {
			return err
		}
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return tx.QueryRow(`INSERT INTO partner_list (source, digest, as_of, loaded, line_count, bad_count, document, mapping) VALUES ($1, $2, $3, 0, 0, 0, $4, $5) RETURNING id`,
		l.list.Source, doc.SHA256[:], day, doc.ID, mapping).Scan(&l.list.ID)
}

func (l *loading) remove(tx *sql.Tx) error {
	_, err := tx.Exec(`DELETE FROM partner_row WHERE list = $1`, l.list.ID)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM partner_list WHERE id = $1`, l.list.ID)
	}
	return err
}

// abandon removes what was read of a list that can't be loaded, whatever ended the load.
func (l *loading) abandon() error {
	return l.b.vault.Update(context.WithoutCancel(l.ctx), l.remove)
}

func (l *loading) read(document int64) error {
	file, _, err := l.b.vault.OpenDocument(l.ctx, document)
	if err != nil {
		return err
	}
	defer file.Close()
	err = register.Read(file, l.m, func(r register.Row) error {
		l.list.Rows++
		if l.waiting = append(l.waiting, r); len(l.waiting) < rowsChunk {
			return nil
		}
		return l.write()
	}, func(bad register.Bad) error {
		if l.list.Bad++; len(l.list.Lines) < badShown {
			l.list.Lines = append(l.list.Lines, bad)
		}
		return nil
	})
	if errors.Is(err, register.ErrFile) {
		return invalid("%w", err)
	}
	return cmp.Or(err, l.write())
}

func (l *loading) write() error {
	slices.SortFunc(l.waiting, func(a, b register.Row) int { return cmp.Or(cmp.Compare(a.Key, b.Key), a.Line-b.Line) })
	err := l.b.vault.Update(l.ctx, func(tx *sql.Tx) error {
		rows, err := vault.NewBulkInsert(l.ctx, tx, vault.BulkTable{Name: "partner_row", Columns: []string{"list", "key", "line", "number", "from_day", "to_day", "since_day", "status"}})
		if err != nil {
			return err
		}
		for _, r := range l.waiting {
			if err := rows.Add(l.list.ID, r.Key, int64(r.Line), r.Number, r.From, r.To, r.Since, string(r.Status)); err != nil {
				return err
			}
		}
		_, err = rows.Flush()
		return err
	})
	l.waiting = l.waiting[:0]
	if err != nil {
		return fmt.Errorf("couldn't keep the rows of a list: %w", err)
	}
	return nil
}

// finish lets the list count from now on.
func (l *loading) finish(tx *sql.Tx) error {
	at, err := l.b.tick(tx)
	if err != nil {
		return err
	}
	l.list.Loaded = time.UnixMilli(at).UTC()
	_, err = tx.Exec(`UPDATE partner_list SET loaded = $1, line_count = $2, bad_count = $3 WHERE id = $4`, at, l.list.Rows, l.list.Bad, l.list.ID)
	return err
}

// Lists are the lists that were loaded, the newest first, at most 1000.
func (b *Book) Lists(ctx context.Context) (list []List, err error) {
	err = b.vault.View(ctx, func(tx *sql.Tx) error {
		found, err := loaded(tx, `loaded > 0 ORDER BY as_of DESC, id DESC LIMIT $1`, listedMax)
		for _, l := range found {
			l.Kind, l.Role, l.Place = l.mapping.Kind, l.mapping.Role, l.mapping.Place
			list = append(list, l.List)
		}
		return err
	})
	return list, err
}

// loadedList is a list with what its rows mean.
type loadedList struct {
	List
	day     int64
	mapping register.Mapping
	role    org.Roles
}

// loaded are the lists that a condition chooses.
func loaded(tx *sql.Tx, where string, args ...any) (list []loadedList, err error) {
	rows, err := tx.Query(`SELECT id, source, as_of, loaded, line_count, bad_count, mapping FROM partner_list WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l loadedList
		var at int64
		var raw []byte
		if err := rows.Scan(&l.ID, &l.Source, &l.day, &at, &l.Rows, &l.Bad, &raw); err != nil {
			return nil, err
		}
		if err := errors.Join(json.Unmarshal(raw, &l.mapping), l.role.UnmarshalText([]byte(l.mapping.Role))); err != nil {
			return nil, fmt.Errorf("couldn't read the mapping of list %d: %w", l.ID, err)
		}
		l.Loaded, l.AsOf, l.Until = time.UnixMilli(at).UTC(), org.Day(l.day).String(), org.Day(l.day+int64(l.mapping.Age())).String()
		list = append(list, l)
	}
	return list, rows.Err()
}

// inForce are, of each source, the newest list of a day or before as it was known at a
// moment, and behind it the newest of all if that is another: it may tell of an earlier
// revocation.
func inForce(tx *sql.Tx, day, known int64) (pairs [][]loadedList, err error) {
	rows, err := tx.Query(`SELECT DISTINCT source FROM partner_list WHERE loaded > 0 AND loaded <= $1 ORDER BY source LIMIT $2`, known, sourcesMax)
	if err != nil {
		return nil, err
	}
	var sources []string
	for rows.Next() {
		var source string
		if err := rows.Scan(&source); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		sources = append(sources, source)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, source := range sources {
		const newest = `source = $1 AND loaded > 0 AND loaded <= $2 AND as_of <= $3 ORDER BY as_of DESC, id DESC LIMIT 1`
		base, err := loaded(tx, newest, source, known, day+1) // a list of tomorrow is one of another time zone
		if err != nil {
			return nil, err
		}
		last, err := loaded(tx, newest, source, known, int64(org.DayMax))
		if err != nil {
			return nil, err
		}
		switch {
		case len(base) == 0:
			pairs = append(pairs, []loadedList{{}, last[0]})
		case base[0].ID != last[0].ID:
			pairs = append(pairs, []loadedList{base[0], last[0]})
		default:
			pairs = append(pairs, base)
		}
	}
	return pairs, nil
}
