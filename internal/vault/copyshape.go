package vault

import (
	"context"
	"database/sql"
	"fmt"
)

// appliedStep is a step that made the tables.
type appliedStep struct {
	schema string
	number int
	text   string
}

// shapes implements database.
func (b *lite) shapes(ctx context.Context, tx *sql.Tx) ([]tableShape, error) {
	names, err := rows(ctx, tx, b.tables(), func(scan func(...any) error) (n string, err error) { return n, scan(&n) })
	if err != nil {
		return nil, err
	}
	list := make([]tableShape, len(names))
	for i, name := range names {
		list[i].name = name
		numbers := false
		_, err := rows(ctx, tx, `SELECT name, type, pk FROM pragma_table_info($1) ORDER BY pk = 0, pk, cid`, func(scan func(...any) error) (_ struct{}, err error) {
			var c column
			var key int
			if err := scan(&c.name, &c.kind, &key); err != nil {
				return struct{}{}, err
			}
			if key > 0 {
				list[i].key = append(list[i].key, c.name)
				numbers = c.kind == kindInteger
			}
			if c.kind == "BIGINT" {
				c.kind = kindInteger
			}
			list[i].columns = append(list[i].columns, c)
			return struct{}{}, nil
		}, name)
		if err != nil {
			return nil, err
		}
		if numbers && len(list[i].key) == 1 {
			list[i].number = list[i].key[0]
		}
	}
	return list, nil
}

// steps implements database: they are the program's own, and an older package's tables
// have none.
func (b *lite) steps(ctx context.Context, tx *sql.Tx) ([]appliedStep, error) {
	applied, err := appliedSteps(ctx, tx, b.tables())
	if err != nil {
		return nil, err
	}
	var list []appliedStep
	for _, s := range b.v.schemas {
		for i, text := range s.Steps[:len(applied[s.Name])] {
			list = append(list, appliedStep{s.Name, i + 1, text})
		}
		delete(applied, s.Name)
	}
	for name := range applied {
		return nil, fmt.Errorf("the vault has the tables of %s, which this program doesn't know: use the program that wrote them", name)
	}
	return list, nil
}

// last implements database.
func (b *lite) last(ctx context.Context, tx *sql.Tx, t tableShape) (n int64, err error) {
	var counts bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence')`).Scan(&counts); err != nil {
		return 0, err
	}
	query := `SELECT COALESCE(MAX(` + t.number + `), 0) FROM ` + t.name
	if counts {
		query = `SELECT MAX((` + query + `), COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '` + t.name + `'), 0))`
	}
	return n, tx.QueryRowContext(ctx, query).Scan(&n)
}

// setLast implements database: only tables that never use a number again keep the last.
func (b *lite) setLast(ctx context.Context, tx *sql.Tx, t tableShape, n int64) error {
	var counts bool
	query := `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1 AND sql LIKE '%AUTOINCREMENT%')`
	if err := tx.QueryRowContext(ctx, query, t.name).Scan(&counts); err != nil || !counts {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM sqlite_sequence WHERE name = $1`, t.name); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)`, t.name, n)
	return err
}

const gresColumns = `SELECT name, kind, key, numbered FROM (SELECT a.attnum, a.attname AS name, CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' ELSE format_type(a.atttypid, NULL) END AS kind,
	COALESCE(array_position(CAST(i.indkey AS smallint[]), a.attnum) + 1, 0) AS key, a.attidentity <> '' AS numbered
	FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
	WHERE a.attrelid = CAST(quote_ident($1) AS regclass) AND a.attnum > 0 AND NOT a.attisdropped) AS c ORDER BY key = 0, key, attnum`

// shapes implements database.
func (b *gres) shapes(ctx context.Context, tx *sql.Tx) ([]tableShape, error) {
	names, err := rows(ctx, tx, b.tables(), func(scan func(...any) error) (n string, err error) { return n, scan(&n) })
	if err != nil {
		return nil, err
	}
	list := make([]tableShape, len(names))
	for i, name := range names {
		list[i].name = name
		_, err := rows(ctx, tx, gresColumns, func(scan func(...any) error) (_ struct{}, err error) {
			var c column
			var key int
			var numbers bool
			if err := scan(&c.name, &c.kind, &key, &numbers); err != nil {
				return struct{}{}, err
			}
			list[i].columns = append(list[i].columns, c)
			if key > 0 {
				list[i].key = append(list[i].key, c.name)
			}
			if numbers {
				list[i].number = c.name
			}
			return struct{}{}, nil
		}, name)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// steps implements database.
func (b *gres) steps(ctx context.Context, tx *sql.Tx) ([]appliedStep, error) {
	return rows(ctx, tx, `SELECT name, step, text FROM vault_step ORDER BY at`, func(scan func(...any) error) (s appliedStep, err error) {
		return s, scan(&s.schema, &s.number, &s.text)
	})
}

// last implements database.
func (b *gres) last(ctx context.Context, tx *sql.Tx, t tableShape) (n int64, err error) {
	var sequence string
	if err := tx.QueryRowContext(ctx, `SELECT pg_get_serial_sequence(quote_ident($1), $2)`, t.name, t.number).Scan(&sequence); err != nil {
		return 0, err
	}
	return n, tx.QueryRowContext(ctx, `SELECT GREATEST((SELECT COALESCE(MAX(`+t.number+`), 0) FROM `+t.name+`), (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM `+sequence+`))`).Scan(&n)
}

// setLast implements database.
func (b *gres) setLast(ctx context.Context, tx *sql.Tx, t tableShape, n int64) error {
	_, err := tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), GREATEST(CAST($3 AS BIGINT), 1), CAST($3 AS BIGINT) > 0)`, t.name, t.number, n)
	return err
}
