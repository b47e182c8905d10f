package auth

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// reseal seals what a test put into the store of an organisation, as if it were written
// by the program.
func (w *world) reseal(org string) {
	w.Helper()
	if err := sealAnew(context.Background(), w.vault, org); err != nil {
		w.Fatal(err)
	}
}

// faults are what checking every row finds.
func (w *world) faults() (list []string) {
	w.Helper()
	err := w.CheckSeals(w.Context(), w.Context().Err, func(err error) {
		if !errors.Is(err, ErrSeal) {
			w.Error(err)
		}
		list = append(list, err.Error())
	})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

func TestARowThatGivesARightIsSealed(t *testing.T) {
	const person = `INSERT INTO auth_person (id, org, name, issuer, subject, created, removed) VALUES ('p', '%', 'P', '', '', 1, 0)`
	for _, c := range []struct {
		name, statement string
		named           string // in the faults; "" for none
		key, session    bool   // it is refused
	}{
		{"nothing changed", `SELECT 1`, "", false, false},
		{"a last use is another", `UPDATE auth_machine SET used = 5`, "", false, false},
		{"a role is put in", `INSERT INTO auth_grant (person, role, given, given_by) SELECT id, 'admin', 1, 'owner' FROM auth_person`, "/admin of maker was put in", false, true},
		{"a role is another", `UPDATE auth_grant SET role = 'admin'`, "/admin of maker was put in", false, true},
		{"who gave a role is another", `UPDATE auth_grant SET given_by = 'somebody'`, "/clerk of maker is not as it was written", false, true},
		{"a role is copied with its seal", `INSERT INTO auth_grant (person, role, given, given_by) SELECT person, 'admin', given, given_by FROM auth_grant;
			INSERT INTO auth_seal (org, name, content, mac) SELECT org, replace(name, 'clerk', 'admin'), content, mac FROM auth_seal WHERE name LIKE 'grant %'`, "/admin of maker is not as it was written", false, true},
		{"a role is taken out", `DELETE FROM auth_grant`, "/clerk of maker was taken out", false, false},
		{"a role is taken out with its seal", `DELETE FROM auth_grant; DELETE FROM auth_seal WHERE name LIKE 'grant %'`, "one was taken away or put back", false, false},
		{"a person is put in", strings.ReplaceAll(person, "%", "maker"), "person p of maker was put in", false, false},
		{"a person is put in where none was", strings.ReplaceAll(person, "%", "shop"), "person p of shop was put in", false, false},
		{"a person has another subject", `UPDATE auth_person SET subject = 'mine'`, "is not as it was written", false, true},
		{"a person is another organisation's", `UPDATE auth_person SET org = 'shop'`, "of shop was put in", false, false},
		{"a machine may do more", `UPDATE auth_machine SET roles = 'admin'`, "is not as it was written", true, false},
		{"a machine has another name", `UPDATE auth_machine SET name = 'mine'`, "is not as it was written", true, false},
		{"a machine's key lives longer", `UPDATE auth_machine SET until = until + 1`, "is not as it was written", true, false},
		{"a machine is another organisation's", `UPDATE auth_machine SET org = 'shop'`, "of shop was put in", true, false},
		{"a session is the owner's", `UPDATE auth_session SET kind = 'owner', principal = 'owner'`, "was changed or put in", false, true},
		{"a session has another role", `UPDATE auth_session SET roles = 'admin'`, "was changed or put in", false, true},
		{"a session lives longer", `UPDATE auth_session SET until = until + 1`, "was changed or put in", false, true},
		{"an invitation lives longer", `UPDATE auth_invite SET until = until + 1`, "was changed or put in", false, false},
		{"a seal is taken away", `DELETE FROM auth_seal WHERE name LIKE 'key %'`, "was put in", true, false},
		{"the seal over all is taken away", `DELETE FROM auth_seal WHERE name = ''`, "one was taken away or put back", false, false},
		{"all seals are taken away", `DELETE FROM auth_seal`, "was put in", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u := w.add("maker", "Pat Example", "clerk")
			secret, _, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{"serialization"}, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			session := w.signIn(New(u.ID, u.Name, Person, "maker"))
			if _, _, err := w.Invite(t.Context(), "maker", u.ID); err != nil {
				t.Fatal(err)
			}
			var told []error
			w.Watch(func(err error) { told = append(told, err) })
			for statement := range strings.SplitSeq(c.statement, ";") {
				w.sql(statement)
			}
			list := w.faults()
			if (c.named == "") != (len(list) == 0) || !strings.Contains(strings.Join(list, "\n"), c.named) {
				t.Errorf("faults %q, want %q", list, c.named)
			}
			if _, err := w.ByAPIKey(t.Context(), secret); errors.Is(err, ErrSeal) != c.key {
				t.Errorf("its key is used with %v", err)
			}
			if _, _, err := w.BySession(t.Context(), session); errors.Is(err, ErrSeal) != c.session {
				t.Errorf("its session is used with %v", err)
			}
			if (len(told) > 0) != (c.key || c.session) {
				t.Errorf("told of %v", told)
			}
		})
	}
}

func TestAPasskeyThatWasGivenToAnotherSignsNobodyIn(t *testing.T) {
	for name, statement := range map[string]string{
		"a passkey of another":        `UPDATE auth_passkey SET person = (SELECT id FROM auth_person WHERE name = 'Sam Example')`,
		"a passkey that was put in":   `INSERT INTO auth_passkey (id, person, name, credential, created, used, blocked) SELECT 'ff', p.id, k.name, k.credential, 1, 0, 0 FROM auth_passkey k, auth_person p WHERE p.name = 'Sam Example'`,
		"a passkey that was ended":    `UPDATE auth_passkey SET person = (SELECT id FROM auth_person WHERE name = 'Sam Example'), blocked = 0`,
		"an invitation of another":    `UPDATE auth_invite SET person = (SELECT id FROM auth_person WHERE name = 'Sam Example')`,
		"an invitation that was used": `UPDATE auth_invite SET used = 5`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			pat, sam := w.add("maker", "Pat Example", "clerk"), w.add("maker", "Sam Example", "admin")
			w.sql(`INSERT INTO auth_passkey (id, person, name, credential, created, used, blocked) VALUES ('aa', $1, 'phone', '{}', 1, 0, 0)`, pat.ID)
			w.reseal("maker")
			link, _, err := w.Invite(t.Context(), "maker", pat.ID)
			if err != nil {
				t.Fatal(err)
			}
			passkeys, err := NewPasskeys(w.Access, testOrigin)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := passkeys.byHandle(t.Context(), []byte(pat.ID)); err != nil {
				t.Fatal(err)
			}
			w.sql(statement)
			if list := w.faults(); len(list) == 0 {
				t.Error("no row is named")
			}
			if strings.Contains(name, "invitation") {
				if _, _, _, err := passkeys.BeginRegistration(t.Context(), link); !errors.Is(err, ErrSeal) && !errors.Is(err, ErrUnknown) {
					t.Errorf("the link is taken: %v", err)
				}
				return
			}
			if _, err := passkeys.byHandle(t.Context(), []byte(sam.ID)); !errors.Is(err, ErrSeal) {
				t.Errorf("the passkey is the other's: %v", err)
			}
		})
	}
}

func TestARevocationThatWasUndoneIsFound(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example", "clerk", "admin")
	secret, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{"serialization"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w.sql(`CREATE TABLE auth_before AS SELECT * FROM auth_seal`)
	w.sql(`CREATE TABLE auth_given AS SELECT * FROM auth_grant WHERE role = 'admin'`)
	for _, err := range []error{w.RevokeAPIKey(t.Context(), "maker", k.ID), w.Withdraw(t.Context(), "maker", u.ID, "admin")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if list := w.faults(); len(list) > 0 {
		t.Fatalf("faults %q", list)
	}
	w.sql(`UPDATE auth_machine SET revoked = 0`)
	if _, err := w.ByAPIKey(t.Context(), secret); !errors.Is(err, ErrSeal) {
		t.Errorf("a revoked key: %v", err)
	}
	w.sql(`INSERT INTO auth_grant SELECT * FROM auth_given`)
	if _, err := w.Person(t.Context(), "maker", u.ID); !errors.Is(err, ErrSeal) {
		t.Errorf("a withdrawn role: %v", err)
	}
	// With the old seals of both rows only the list of seals tells.
	w.sql(`DELETE FROM auth_seal WHERE name LIKE 'key %'`)
	w.sql(`INSERT INTO auth_seal SELECT * FROM auth_before WHERE name LIKE 'key %' OR name LIKE '%admin'`)
	if list := w.faults(); len(list) != 1 || !strings.Contains(list[0], "put back") {
		t.Errorf("faults %q", list)
	}
	if _, err := w.AddPerson(t.Context(), "maker", "Sam Example"); !errors.Is(err, ErrSeal) {
		t.Errorf("a right is given where the seals are wrong: %v", err)
	}
	w.clock.pass(time.Second)
	// Taking rights is always possible, and makes nothing good.
	if err := errors.Join(w.RevokeAPIKey(t.Context(), "maker", k.ID), w.RemovePerson(t.Context(), "maker", u.ID)); err != nil {
		t.Error(err)
	}
	if list := w.faults(); len(list) != 1 || !strings.Contains(list[0], "put back") {
		t.Errorf("afterwards: faults %q", list)
	}
	w.sql(`DROP TABLE auth_before`)
	w.sql(`DROP TABLE auth_given`)
}

func TestSealsThatWereTakenAwayAreNotMadeAnew(t *testing.T) {
	w := newWorld(t)
	w.add("maker", "Pat Example", "clerk")
	w.sql(`DELETE FROM auth_seal`)
	if _, err := w.AddPerson(t.Context(), "maker", "Sam Example"); !errors.Is(err, ErrSeal) {
		t.Errorf("a change seals the rows anew: %v", err)
	}
	if list := w.faults(); len(list) != 3 { // the person, the role, and the list
		t.Errorf("faults %q", list)
	}
	// Nor by the step of the schema, whose note was taken away with them.
	if err := w.vault.Update(t.Context(), func(tx *sql.Tx) error { return sealStore(t.Context(), tx, w.vault.Marker) }); err != nil {
		t.Fatal(err)
	}
	if list := w.faults(); len(list) != 3 {
		t.Errorf("after the step: faults %q", list)
	}
}

// older is the schema of the program before seals.
func older() vault.Schema {
	s := Schema
	s.Steps, s.Tables = Schema.Steps[:3], nil
	return s
}

// writtenBefore puts rows into a store as the program before seals did, and returns the
// secret of a session.
func writtenBefore(t *testing.T, v *vault.Vault, now time.Time) (secret string) {
	t.Helper()
	secret, hash := newSecret()
	later := millis(now.Add(time.Hour))
	err := v.Update(t.Context(), func(tx *sql.Tx) error {
		for _, s := range []struct {
			text string
			args []any
		}{
			{`INSERT INTO auth_person (id, org, name, issuer, subject, created, removed) VALUES ('p', 'maker', 'Pat Example', '', '', 1, 0)`, nil},
			{`INSERT INTO auth_grant (person, role, given, given_by) VALUES ('p', 'clerk', 1, 'owner')`, nil},
			{`INSERT INTO auth_passkey (id, person, name, credential, created, used, blocked) VALUES ('aa', 'p', 'phone', '{}', 1, 0, 0)`, nil},
			{`INSERT INTO auth_invite (hash, person, until, used) VALUES ('h', 'p', $1, 0)`, []any{later}},
			{`INSERT INTO auth_session (hash, id, org, principal, kind, method, roles, began, used, until) VALUES ($1, 's', 'maker', 'p', 'person', 'passkey', '', $2, $2, $3)`, []any{hash, millis(now), later}},
		} {
			if _, err := tx.Exec(s.text, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestWhatAnOlderProgramWroteIsSealedOnceAndStaysSoUnderAnotherKey(t *testing.T) {
	c := pgtest.In(t, vault.Config{Dir: t.TempDir(), Key: storeKey, Schemas: []vault.Schema{older()}, Logger: slog.New(slog.DiscardHandler)})
	if pgtest.OnServer() {
		c.Name = pgtest.Name(t) // its tables and key become other ones
	}
	clock := newClock()
	var w *world
	reopen := func() {
		t.Helper()
		if w != nil {
			if err := w.vault.Close(); err != nil {
				t.Fatal(err)
			}
		}
		v, err := vault.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		w = &world{t, NewAccess(v, clock.now), clock, v}
	}
	reopen()
	secret := writtenBefore(t, w.vault, clock.now())
	check := func() {
		t.Helper()
		if list := w.faults(); len(list) > 0 {
			t.Errorf("faults %q", list)
		}
		if p, _, err := w.BySession(t.Context(), secret); err != nil || p.ID != "p" || !p.May(Ship) {
			t.Errorf("its session is that of %+v, %v", p, err)
		}
	}
	c.Schemas = []vault.Schema{Schema}
	reopen()
	check()
	before := macs(t, w.vault)
	c.Key = vault.Key{7}
	if _, err := w.vault.Rekey(t.Context(), c.Key); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before, macs(t, w.vault)) {
		t.Error("the seals are under the former key still")
	}
	check()
	w.add("maker", "Sam Example", "clerk")
	reopen()
	check()
	w.sql(`UPDATE auth_grant SET role = 'admin' WHERE person = 'p'`)
	reopen() // which seals nothing any more
	if list := w.faults(); len(list) != 2 {
		t.Errorf("faults %q", list)
	}
	if err := w.vault.Close(); err != nil {
		t.Fatal(err)
	}
}

// macs are all seals of a store.
func macs(t *testing.T, v *vault.Vault) (all []byte) {
	t.Helper()
	err := v.View(t.Context(), func(tx *sql.Tx) error {
		list, err := rows(t.Context(), tx, `SELECT mac FROM auth_seal ORDER BY name`, func(r *sql.Rows) (mac []byte, err error) { return mac, r.Scan(&mac) })
		all = bytes.Join(list, nil)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	return all
}

func TestChangedRowsAreNotHandedOver(t *testing.T) {
	host, own := newWorld(t), newWorld(t)
	lived(t, host.Access)
	host.sql(`UPDATE auth_grant SET role = 'admin'`)
	if err := GiveOwn(t.Context(), host.vault, own.vault, "corner"); !errors.Is(err, ErrSeal) {
		t.Errorf("got %v", err)
	}
	if held, err := Holds(t.Context(), own.vault, "corner"); err != nil || held {
		t.Errorf("the own store has something: %t, %v", held, err)
	}
}

func TestRowsThatWereHandedOverAreSealedInTheirOwnStore(t *testing.T) {
	host, own := newWorld(t), newWorld(t)
	lived(t, host.Access)
	if err := GiveOwn(t.Context(), host.vault, own.vault, "corner"); err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]*world{"host": host, "own": own} {
		if list := w.faults(); len(list) > 0 {
			t.Errorf("in the store of the %s: %q", name, list)
		}
	}
	hostOf(host, "corner", own.vault)
	var told []error
	host.Watch(func(err error) { told = append(told, err) })
	own.sql(`UPDATE auth_grant SET role = 'admin'`)
	people, err := host.People(t.Context(), "corner")
	if err != nil || len(people) != 1 {
		t.Fatal(people, err)
	}
	if _, err := host.Person(t.Context(), "corner", people[0].ID); !errors.Is(err, ErrSeal) || len(told) != 1 {
		t.Errorf("a person of a hosted organisation: %v; told of %v", err, told)
	}
}
