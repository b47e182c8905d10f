package partnerview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/org"
	"pedigree/format/register"
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
