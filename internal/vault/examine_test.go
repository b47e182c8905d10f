package vault_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// examined examines a server for a vault of a name.
func examined(t *testing.T, url, name string) vault.ServerState {
	t.Helper()
	s, err := vault.ExamineServer(context.Background(), vault.ServerConfig{URL: url}, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnExaminationTellsWhatANodeWouldMeet(t *testing.T) {
	server := pgtest.New(t)
	url := server.URL()
	other := strings.Replace(url, "pedigree@", "other@", 1)
	administrate(t, url, `CREATE ROLE other LOGIN`)

	t.Run("a server that is as it should be", func(t *testing.T) {
		s := examined(t, url, "good")
		if !strings.Contains(s.Place, "database postgres of the PostgreSQL server at") || s.Answer <= 0 || s.Answer > time.Minute || s.Version == "" || len(s.Broken)+len(s.Limits) > 0 {
			t.Errorf("%+v", s)
		}
		if s.Remote || s.TLS != "" || !s.Superuser || !s.MayMake || !s.MayUse || s.IsThere || !s.Amcheck || s.ClockAhead.Abs() > time.Minute {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a user without rights", func(t *testing.T) {
		s := examined(t, other, "good")
		if s.User != "other" || s.Superuser || s.MayMake || s.IsThere {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a schema with another user's table", func(t *testing.T) {
		c := config(t, folder(t))
		c.URL, c.Name = url, "owned"
		open(t, c)
		s := examined(t, other, "owned")
		if !s.IsThere || s.MayUse || s.Foreign != "note" {
			t.Errorf("%+v", s)
		}
		administrate(t, url, `ALTER SCHEMA pedigree_owned OWNER TO other`)
		if s := examined(t, other, "owned"); !s.MayUse || s.Foreign != "note" {
			t.Errorf("%+v", s)
		}
		if s := examined(t, url, "owned"); s.Foreign != "" || s.Own == 0 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("promises that aren't kept are all named", func(t *testing.T) {
		administrate(t, url, `ALTER ROLE other SET synchronous_commit = off`)
		administrate(t, url, `ALTER ROLE other SET default_transaction_read_only = on`)
		defer administrate(t, url, `ALTER ROLE other RESET ALL`)
		if s := examined(t, other, "good"); len(s.Broken) != 2 || !strings.Contains(fmt.Sprint(s.Broken), "synchronous_commit is off") || !strings.Contains(fmt.Sprint(s.Broken), "transaction_read_only is on") {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a time-out of the user", func(t *testing.T) {
		administrate(t, url, `ALTER ROLE other SET idle_session_timeout = 7000`)
		defer administrate(t, url, `ALTER ROLE other RESET ALL`)
		if s := examined(t, other, "good"); len(s.Limits) != 1 || s.Limits[0] != "idle_session_timeout is 7000 ms, not 0" {
			t.Errorf("%+v", s.Limits)
		}
	})
}

func TestAnExaminationCountsConnectionsThatAreLeft(t *testing.T) {
	url := pgtest.New(t).URL()
	other := strings.Replace(url, "pedigree@", "other@", 1)
	administrate(t, url, `CREATE ROLE other LOGIN`)
	administrate(t, url, `ALTER ROLE other CONNECTION LIMIT 5`)
	if s := examined(t, other, "good"); s.Free != 5 || s.Own != 0 {
		t.Errorf("of 5, %d are free and %d are the node's", s.Free, s.Own)
	}
	conn, err := pgx.Connect(context.Background(), other+"&application_name=pedigree")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if s := examined(t, other, "good"); s.Free != 4 || s.Own != 1 {
		t.Errorf("beside one of the node, %d are free and %d are the node's", s.Free, s.Own)
	}
	administrate(t, url, `ALTER ROLE other CONNECTION LIMIT -1`)
	if s := examined(t, other, "good"); s.Free < 30 || s.Free > 60 {
		t.Errorf("of 60, %d are free", s.Free)
	}
}

func TestAnExaminationThatCannotBeHadSaysWhatToDo(t *testing.T) {
	server := pgtest.New(t)
	url := server.URL()
	administrate(t, url, `CREATE ROLE full LOGIN CONNECTION LIMIT 0`)
	for name, test := range map[string]struct{ url, advice string }{
		"another form":           {"mysql://here/there", "correct vault.url"},
		"a database that is not": {strings.Replace(url, "/postgres?", "/nowhere?", 1), "make the database"},
		"a user that is not":     {strings.Replace(url, "pedigree@", "nobody@", 1), "check the user in vault.url"},
		"no connection left":     {strings.Replace(url, "pedigree@", "full@", 1), "raise max_connections"},
		"a server that is not":   {pgtest.URLAt(t.TempDir()), "start the server"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vault.ExamineServer(context.Background(), vault.ServerConfig{URL: test.url}, "good")
			if advice := vault.ConnectAdvice(err); err == nil || !strings.HasPrefix(advice, test.advice) {
				t.Errorf("%v: %s", err, advice)
			}
		})
	}
	server.Stop()
	if _, err := vault.ExamineServer(context.Background(), vault.ServerConfig{URL: url}, "good"); !errors.Is(err, vault.ErrAway) {
		t.Errorf("a server that is down: %v", err)
	}
	if _, err := vault.ExamineServer(context.Background(), vault.ServerConfig{URL: url}, "Not a name"); err == nil {
		t.Error("a name that no vault has is taken")
	}
}
