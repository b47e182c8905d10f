package api

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pedigree/internal/auth"
)

// countingKeeper counts the backups that it hands out.
type countingKeeper struct{ n int }

func (k *countingKeeper) Backup(_ context.Context, w io.Writer) error {
	k.n++
	_, err := w.Write([]byte("a backup"))
	return err
}

func serveBackups(t *testing.T, c Config) (*Server, *countingKeeper) {
	t.Helper()
	k := &countingKeeper{}
	v := testVault(t)
	c.Access = auth.NewAccess(v, time.Now)
	var err error
	if c.Passkeys, err = auth.NewPasskeys(c.Access, testOrigin); err != nil {
		t.Fatal(err)
	}
	c.Origin = testOrigin
	s := serveAccess(t, c)
	AddBackup(s, k)
	return s, k
}

func take(t *testing.T, s *Server, change func(*http.Request)) (int, string) {
	t.Helper()
	res, b := ask(t, s, "POST", "/api/v1/backup", "", change)
	if res.StatusCode < 300 {
		return res.StatusCode, ""
	}
	return res.StatusCode, problemOf(t, res, b).Code
}

func because(reason string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(breakGlassHeader, reason) }
}

// hasLine tells whether the trail has a line.
func hasLine(t *testing.T, s *Server, match func(auth.AuditLine) bool) bool {
	t.Helper()
	lines, err := s.config.Access.Audit(t.Context(), "maker", 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if match(l) {
			return true
		}
	}
	return false
}

func TestTheOwnerOfAOnePersonPharmacyTakesBackupsFreely(t *testing.T) {
	s, k := serveBackups(t, Config{})
	if status, code := take(t, s, nil); status != http.StatusOK {
		t.Errorf("answered %d %s", status, code)
	}
	if status, code := take(t, s, as(machine(t, s, auth.Operator))); status != http.StatusOK || k.n != 2 {
		t.Errorf("its machine is answered %d %s", status, code)
	}
	if res, b := ask(t, s, "POST", auth.PermitPath, `{"for":"take","who":"owner","days":9}`, nil); res.StatusCode != http.StatusConflict {
		t.Errorf("a permit that nobody else could give is answered %d: %s", res.StatusCode, b)
	}
	if at, err := s.config.Access.BrokenAt(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("that is told as an alarm: %s, %v", at, err)
	}
}

func TestWhereTwoPersonsAreABackupNeedsTheirPermit(t *testing.T) {
	s, k := serveBackups(t, Config{})
	key := machine(t, s, auth.Operator)
	pat := newSomeone(t, s, "Pat Example", auth.Admin)
	for name, who := range map[string]func(*http.Request){"the owner": nil, "a machine": as(key)} {
		if status, code := take(t, s, who); status != http.StatusForbidden || code != "access/no-permit" {
			t.Errorf("%s without a permit is answered %d %s", name, status, code)
		}
	}
	list, err := s.config.Access.APIKeys(t.Context(), "maker")
	if err != nil {
		t.Fatal(err)
	}
	id := list[0].ID
	for _, terms := range []string{`{"for":"take","days":9}`, `{"for":"take","who":"owner","days":367}`, `{"for":"restore","who":"owner","days":9}`, `{"for":"all","who":"owner","days":9}`} {
		res, b := ask(t, s, "POST", auth.PermitPath, terms, nil)
		if res, b = pat.approve(pendingOf(t, res, b)); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the terms %s are answered %d: %s", terms, res.StatusCode, b)
		}
	}
	res, b := ask(t, s, "POST", auth.PermitPath, `{"for":"take","who":"`+id+`","days":9}`, nil)
	permit := pendingOf(t, res, b)
	if status, _ := take(t, s, as(key)); status != http.StatusForbidden {
		t.Errorf("before the approval: %d", status)
	}
	if res, b := pat.approve(permit); res.StatusCode != http.StatusOK {
		t.Fatalf("the approval is answered %d: %s", res.StatusCode, b)
	}
	if status, code := take(t, s, as(key)); status != http.StatusOK || k.n != 1 {
		t.Errorf("with the permit: %d %s", status, code)
	}
	if !hasLine(t, s, func(l auth.AuditLine) bool {
		return l.Act == "take-backup" && l.Who == "key:"+id && l.Outcome == "permitted by "+permit
	}) {
		t.Error("the trail does not name the permit")
	}
	if status, _ := take(t, s, nil); status != http.StatusForbidden {
		t.Errorf("the permit is another's: %d", status)
	}
	if _, err := s.config.Access.PermitFor(t.Context(), auth.OwnerOf("maker"), auth.PermitRestore); err == nil {
		t.Error("a permit to take backups permits a restore")
	}
	if res, b := ask(t, s, "DELETE", auth.PermitPath+"/"+permit, "", nil); res.StatusCode != http.StatusNoContent {
		t.Fatalf("ending it is answered %d: %s", res.StatusCode, b)
	}
	if status, _ := take(t, s, as(key)); status != http.StatusForbidden || k.n != 1 {
		t.Errorf("after its end: %d", status)
	}
}

func TestTheOwnerBreaksTheGlassLoudlyAndNobodyElseDoes(t *testing.T) {
	s, k := serveBackups(t, Config{TwoPersons: true})
	if status, _ := take(t, s, nil); status != http.StatusForbidden {
		t.Errorf("the owner alone is answered %d", status)
	}
	key := machine(t, s, auth.Operator)
	withKey := func(r *http.Request) { as(key)(r); because("the other administrator left")(r) }
	if status, _ := take(t, s, withKey); status != http.StatusForbidden {
		t.Errorf("a machine breaks the glass: %d", status)
	}
	for _, reason := range []string{"short", strings.Repeat("x", 151), "a tab\tin the reason"} {
		if status, _ := take(t, s, because(reason)); status != http.StatusUnprocessableEntity {
			t.Errorf("the reason %q is answered %d", reason, status)
		}
	}
	if k.n != 0 {
		t.Fatal("a backup was taken")
	}
	if status, code := take(t, s, because("the other administrator left")); status != http.StatusOK || k.n != 1 {
		t.Fatalf("in need: %d %s", status, code)
	}
	if !hasLine(t, s, func(l auth.AuditLine) bool {
		return l.Act == auth.ActBreakGlass && l.Who == "owner" && l.Object == "take-backup" && l.Outcome == "reason: the other administrator left"
	}) {
		t.Error("the trail has no line of it")
	}
	if at, err := s.config.Access.BrokenAt(t.Context()); err != nil || time.Since(at) > time.Minute {
		t.Errorf("nobody is told: %s, %v", at, err)
	}
}

func TestAPermitThatWasChangedPermitsNothing(t *testing.T) {
	for name, change := range map[string]string{
		"for another":             `UPDATE auth_pending SET content = '{"for":"take","who":"owner","days":9}'`,
		"given by its asker":      `UPDATE auth_pending SET decided_by = asker`,
		"given by another":        `UPDATE auth_pending SET decided_by = 'owner', asker = 'owner '`,
		"never approved":          `UPDATE auth_pending SET outcome = 'refused'`,
		"without the approval":    `DELETE FROM auth_signature WHERE signer <> 'owner'`,
		"without what was asked":  `DELETE FROM auth_signature WHERE signer = 'owner'`,
		"signed by another's key": `UPDATE auth_passkey SET person = 'somebody'`,
		"of long ago":             `UPDATE auth_pending SET decided = decided - 800000000`,
	} {
		t.Run(name, func(t *testing.T) {
			v := testVault(t)
			c := Config{Access: auth.NewAccess(v, time.Now), Origin: testOrigin}
			var err error
			if c.Passkeys, err = auth.NewPasskeys(c.Access, testOrigin); err != nil {
				t.Fatal(err)
			}
			s := serveAccess(t, c)
			pat := newSomeone(t, s, "Pat Example", auth.Admin)
			res, b := ask(t, s, "POST", auth.PermitPath, `{"for":"restore","days":9}`, nil)
			if res, b := pat.approve(pendingOf(t, res, b)); res.StatusCode != http.StatusOK {
				t.Fatalf("%d: %s", res.StatusCode, b)
			}
			owner := auth.OwnerOf("maker")
			if _, err := c.Access.PermitFor(t.Context(), owner, auth.PermitRestore); err != nil {
				t.Fatalf("as it was given: %v", err)
			}
			err = v.Update(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(change); return err })
			if err != nil {
				t.Fatal(err)
			}
			if p, err := c.Access.PermitFor(t.Context(), owner, auth.PermitRestore); err == nil {
				t.Errorf("it permits: %+v", p)
			}
		})
	}
}
