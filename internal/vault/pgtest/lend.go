package pgtest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// lent are the names of vaults that tests use one after the other: making a
// vault's tables takes longer than most tests.
var lent struct {
	sync.Mutex
	free  map[string][]string // by kind
	inUse map[string]string   // by test and folder
}

// Lend is the name of an empty vault that no other test uses at the same time. The
// kind stands for its key and its tables, which a vault keeps. The same test and
// folder get the same vault.
func Lend(t testing.TB, kind, folder string) string {
	t.Helper()
	url := URL(t)
	lent.Lock()
	defer lent.Unlock()
	if lent.free == nil {
		lent.free, lent.inUse = map[string][]string{}, map[string]string{}
	}
	user := t.Name() + "\x00" + folder
	if name, again := lent.inUse[user]; again {
		return name
	}
	name := "lent-" + strconv.FormatInt(names.Add(1), 10)
	if free := lent.free[kind]; len(free) > 0 {
		name, lent.free[kind] = free[len(free)-1], free[:len(free)-1]
	}
	lent.inUse[user] = name
	t.Cleanup(func() { // after the vault was closed
		lent.Lock()
		defer lent.Unlock()
		delete(lent.inUse, user)
		if err := empty(url, "pedigree_"+name); err != nil {
			t.Error(err)
			return
		}
		lent.free[kind] = append(lent.free[kind], name)
	})
	return name
}

// emptying deletes every row but those that say what the tables are, and begins
// all numbers again.
const emptying = `DO $$
DECLARE t text; s regclass;
BEGIN
	FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('vault_schema', 'vault_meta', 'vault_step', 'vault_owner') LOOP
		EXECUTE format('DELETE FROM %I', t);
	END LOOP;
	FOR s IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' AND relname <> 'vault_step_at_seq' LOOP
		PERFORM setval(s, 1, false);
	END LOOP;
	INSERT INTO vault_total (name, number, bytes) VALUES ('documents', 0, 0);
END $$`

func empty(url, schema string) (err error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.PgConn().Exec(ctx, "SET search_path TO "+pgx.Identifier{schema}.Sanitize()+"; SET session_replication_role TO replica; "+emptying).ReadAll()
	return err
}
