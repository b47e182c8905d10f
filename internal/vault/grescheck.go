package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// relation is a table of a vault, or an index of one.
type relation struct {
	name  string
	index bool
}

const gresRelations = `SELECT c.relname, c.relkind = 'i' FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam
	WHERE c.relnamespace = current_schema()::regnamespace AND (c.relkind = 'r' OR c.relkind = 'i' AND a.amname = 'btree') ORDER BY c.oid LIMIT 4000`

// amcheckPlace is the schema of PostgreSQL's own checker, if the database has it.
const amcheckPlace = `SELECT COALESCE((SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'), '')`

// check implements database. It reads every row, by which the server compares pages
// with their checksums; amcheck compares every index with its table.
func (b *gres) check(ctx context.Context, deep bool, fault func(error)) error {
	var checker string
	var list []relation
	err := b.view(ctx, func(tx *sql.Tx) (err error) {
		if err := tx.QueryRowContext(ctx, amcheckPlace).Scan(&checker); err != nil {
			return err
		}
		list, err = rows(ctx, tx, gresRelations, func(scan func(...any) error) (r relation, err error) { return r, scan(&r.name, &r.index) })
		return err
	})
	if err != nil {
		return err
	}
	if deep && checker == "" {
		fault(errors.New("the database has no amcheck, so indexes can't be compared with their tables: have its administrator run CREATE EXTENSION amcheck SCHEMA public, and GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public to the vault's user"))
	}
	for _, r := range list {
		if err := b.checkOne(ctx, checker, r, deep, fault); err != nil {
			return err
		}
	}
	return nil
}

func (b *gres) checkOne(ctx context.Context, checker string, r relation, deep bool, fault func(error)) error {
	name := pgx.Identifier{r.name}.Sanitize()
	literal := "'" + strings.ReplaceAll(name, "'", "''") + "'::regclass"
	found := func(what string) { fault(fmt.Errorf("%w: the database: %s: %s", ErrDamaged, r.name, what)) }
	err := b.view(patient(ctx), func(tx *sql.Tx) error {
		if r.index {
			if checker == "" {
				return nil
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf(`SELECT %s.bt_index_check(index => %s, heapallindexed => %t)`, checker, literal, deep))
			return err
		}
		if checker != "" {
			var said string
			query := fmt.Sprintf(`SELECT COALESCE(string_agg(msg, '; '), '') FROM (SELECT msg FROM %s.verify_heapam(relation => %s, check_toast => %t) LIMIT %d) AS found`, checker, literal, deep, scrubFaultsMax)
			if err := tx.QueryRowContext(ctx, query).Scan(&said); err != nil {
				return err
			}
			if said != "" {
				found(said)
			}
		}
		var bytes int64
		return tx.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(octet_length(CAST(t AS TEXT))), 0) AS BIGINT) FROM `+name+` AS t`).Scan(&bytes)
	})
	var server *pgconn.PgError
	if errors.As(err, &server) && (strings.HasPrefix(server.Code, "XX") || isDamage(err)) {
		found(server.Message)
		return nil
	}
	return err
}
