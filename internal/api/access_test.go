package api

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/auth"
)

// serveAccess is a server with a store of people and the routes for them.
func serveAccess(t *testing.T, c Config) *Server {
	t.Helper()
	c.Org = "maker"
	if c.Access == nil {
		c.Access = testAccess(t)
	}
	s := serve(t, c, &testLedger{})
	AddAccess(s)
	return s
}

// as sends a secret in place of the owner's token.
func as(secret string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
}

// withCookie sends a cookie in place of the owner's token.
func withCookie(c *http.Cookie) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		r.AddCookie(c)
	}
}

func readJSON[T any](t *testing.T, res *http.Response, body []byte) (v T) {
	t.Helper()
	if res.StatusCode >= 300 {
		t.Fatalf("answered %d: %s", res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

// machine makes an API key with a role.
func machine(t *testing.T, s *Server, role auth.Role) string {
	t.Helper()
	secret, _, err := s.config.Access.CreateAPIKey(t.Context(), auth.OwnerOf(s.config.Org), string(role), []auth.Role{role}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// browser signs a person with roles in and returns the cookie.
func browser(t *testing.T, s *Server, org string, roles ...auth.Role) (*http.Cookie, auth.User) {
	t.Helper()
	a := s.config.Access
	u, err := a.AddPerson(t.Context(), org, "Pat Example")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		if err := a.Grant(t.Context(), auth.OwnerOf(org), u.ID, r); err != nil {
			t.Fatal(err)
		}
	}
	secret, _, err := a.SignIn(t.Context(), auth.New(u.ID, u.Name, auth.Person, org), auth.MethodPasskey)
	if err != nil {
		t.Fatal(err)
	}
	return s.cookie(secret, 1), u
}

func TestAMachineDoesWhatItsKeyAllowsUntilItIsRevoked(t *testing.T) {
	s := serveAccess(t, Config{})
	res, body := ask(t, s, "POST", "/api/v1/apikeys", `{"name":"monitor","roles":["operator"]}`, nil)
	made := readJSON[struct {
		Secret string      `json:"secret"`
		Key    auth.APIKey `json:"key"`
	}](t, res, body)
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/api/v1/status", "", 200},
		{"GET", "/api/v1/me", "", 200},
		{"POST", "/api/v1/notes", `{"text":"x"}`, 403},
		{"GET", "/api/v1/people", "", 403},
		{"GET", "/api/v1/audit", "", 403},
		{"POST", "/api/v1/apikeys", `{"name":"more","roles":["operator"]}`, 403},
	} {
		if res, body := ask(t, s, c.method, c.path, c.body, as(made.Secret)); res.StatusCode != c.want {
			t.Errorf("%s %s is answered %d, want %d: %s", c.method, c.path, res.StatusCode, c.want, body)
		}
	}
	if res, body := ask(t, s, "DELETE", "/api/v1/apikeys/"+made.Key.ID, "", nil); res.StatusCode != http.StatusNoContent {
		t.Fatalf("revoking is answered %d: %s", res.StatusCode, body)
	}
	if res, _ := ask(t, s, "GET", "/api/v1/status", "", as(made.Secret)); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a revoked key is answered %d", res.StatusCode)
	}
	res, body = ask(t, s, "GET", "/api/v1/apikeys", "", nil)
	if strings.Contains(string(body), made.Secret) || !strings.Contains(string(body), made.Key.ID) {
		t.Errorf("the list is answered %d: %s", res.StatusCode, body)
	}
}

func TestAKeyForAMachineHasNoPower(t *testing.T) {
	s := serveAccess(t, Config{})
	res, body := ask(t, s, "POST", "/api/v1/apikeys", `{"name":"x","roles":["admin"]}`, nil)
	if p := problemOf(t, res, body); res.StatusCode != http.StatusUnprocessableEntity || p.Code != "access/invalid" {
		t.Errorf("answered %d: %s", res.StatusCode, body)
	}
}

func TestTheAuditTrailTellsWhatWasDoneAndWhatWasRefused(t *testing.T) {
	s := serveAccess(t, Config{})
	clerk := machine(t, s, auth.Clerk)
	ask(t, s, "POST", "/api/v1/people", `{"name":"Pat Example"}`, nil)
	ask(t, s, "POST", "/api/v1/people", `{"name":"Pat Example"}`, as(clerk))
	ask(t, s, "POST", "/api/v1/notes", `{"text":"a secret of the patient"}`, nil)
	ask(t, s, "GET", "/api/v1/status?id=010303999000001521S1", "", as("wrong"))
	ask(t, s, "GET", "/api/v1/status", "", nil) // a read leaves no line
	res, body := ask(t, s, "GET", "/api/v1/audit", "", nil)
	lines := readJSON[[]auth.AuditLine](t, res, body)
	want := []string{
		"node rights done", "node rights done", "owner add-person done: 201", "key:* add-person refused: denied", "owner note begun", "owner sign responsibility by access token", "owner note done: 200",
		"? unknown refused: nobody is known by what was sent",
	}
	for i, l := range lines {
		who := l.Who
		if strings.HasPrefix(who, "key:") {
			who = "key:*"
		}
		if got := who + " " + l.Act + " " + l.Outcome; i >= len(want) || got != want[i] {
			t.Errorf("line %d is %q", l.Seq, got)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d lines, want %d", len(lines), len(want))
	}
	for _, no := range []string{"patient", "Pat Example", "0399900", "wrong"} {
		if strings.Contains(string(body), no) {
			t.Errorf("the trail holds %q", no)
		}
	}
	if _, err := s.config.Access.CheckAudit(t.Context(), "maker", ""); err != nil {
		t.Error(err)
	}
}

func TestOnlyADryRunLeavesNoLine(t *testing.T) {
	s := serveAccess(t, Config{})
	type input struct {
		DryRun bool `query:"dry_run"`
	}
	huma.Register(s.API, Guarded(huma.Operation{OperationID: "goods", Method: http.MethodPost, Path: "/api/v1/goods"}, auth.Capture),
		func(context.Context, *input) (*struct{}, error) { return nil, nil })
	clerk := machine(t, s, auth.Clerk)
	for _, query := range []string{"", "?dry_run=false", "?dry_run=true", "?dry_run=1", "?dry_run=false&dry_run=true", "?dry_run=maybe"} {
		ask(t, s, "POST", "/api/v1/goods"+query, "", nil)
	}
	ask(t, s, "POST", "/api/v1/goods?dry_run=true", "", as("wrong"))
	ask(t, s, "POST", "/api/v1/people?dry_run=true", `{"name":"Pat Example"}`, nil) // it knows no dry run
	ask(t, s, "POST", "/api/v1/people?dry_run=true", `{"name":"Pat Example"}`, as(clerk))
	res, body := ask(t, s, "GET", "/api/v1/audit", "", nil)
	var got []string
	for _, l := range readJSON[[]auth.AuditLine](t, res, body) {
		got = append(got, l.Act+" "+l.Outcome)
	}
	want := []string{
		"rights done", "goods done: 204", "goods done: 204", "goods done: 204", "goods failed: 422",
		"unknown refused: nobody is known by what was sent", "rights done", "add-person done: 201", "add-person refused: denied",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAnActWithPowerIsNotBegunWhenItCantBeWrittenDown(t *testing.T) {
	v := testVault(t)
	s := serveAccess(t, Config{Access: auth.NewAccess(v, time.Now)})
	ran := false
	s.Handle("GET /probe", auth.Watch, func(http.ResponseWriter, *http.Request) { ran = true })
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	res, body := ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, nil)
	if p := problemOf(t, res, body); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(p.Detail, "audit trail") {
		t.Errorf("answered %d: %s", res.StatusCode, body)
	}
	if ask(t, s, "GET", "/probe", "", nil); !ran {
		t.Error("the owner can't even look at the node")
	}
	if res, _ := ask(t, s, "GET", "/api/v1/status", "", as("pedigree_"+strings.Repeat("0", 64))); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a key that can't be looked up is answered %d, not that it can't be", res.StatusCode)
	}
}

func TestWhoWasChangedInTheDatabaseIsRefused(t *testing.T) {
	v := testVault(t)
	s := serveAccess(t, Config{Access: auth.NewAccess(v, time.Now)})
	key, _, err := s.config.Access.CreateAPIKey(t.Context(), auth.OwnerOf("maker"), "line 4", []auth.Role{auth.Clerk}, 0)
	if err != nil {
		t.Fatal(err)
	}
	cookie, _ := browser(t, s, "maker", auth.Clerk)
	for name, with := range map[string]func(*http.Request){"a key": as(key), "a session": withCookie(cookie)} {
		if res, body := ask(t, s, "GET", "/api/v1/status", "", with); res.StatusCode != http.StatusOK {
			t.Fatalf("%s is answered %d: %s", name, res.StatusCode, body)
		}
	}
	err = v.Update(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE auth_machine SET roles = 'serialization'`)
		if err == nil {
			_, err = tx.Exec(`UPDATE auth_grant SET role = 'admin'`)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, with := range map[string]func(*http.Request){"a key": as(key), "a session": withCookie(cookie)} {
		res, body := ask(t, s, "GET", "/api/v1/status", "", with)
		if p := problemOf(t, res, body); res.StatusCode != http.StatusForbidden || p.Code != "access/changed" {
			t.Errorf("%s is answered %d: %s", name, res.StatusCode, body)
		}
	}
}

func TestNobodyReachesAnotherOrganisationsPeopleKeysSessionsOrTrail(t *testing.T) {
	s := serveAccess(t, Config{})
	owner := auth.OwnerOf("maker")
	_, key, err := s.config.Access.CreateAPIKey(t.Context(), owner, "line 4", []auth.Role{auth.Clerk}, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, victim := browser(t, s, "maker", auth.Clerk)
	sessions, err := s.config.Access.Sessions(t.Context(), "maker", victim.ID)
	if err != nil || len(sessions) != 1 {
		t.Fatal(sessions, err)
	}
	if err := s.config.Access.Record(t.Context(), "maker", "owner", "ship", "/x", "done"); err != nil {
		t.Fatal(err)
	}
	other, _ := browser(t, s, "other", auth.Admin)
	for _, path := range []string{"/api/v1/apikeys", "/api/v1/people", "/api/v1/people/sessions", "/api/v1/sessions", "/api/v1/audit"} {
		res, body := ask(t, s, "GET", path, "", withCookie(other))
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s is answered %d: %s", path, res.StatusCode, body)
		}
		for _, no := range []string{key.ID, victim.ID, sessions[0].ID, `"ship"`} {
			if strings.Contains(string(body), no) {
				t.Errorf("%s shows another organisation's %s", path, no)
			}
		}
	}
	for _, path := range []string{
		"/api/v1/apikeys/" + key.ID, "/api/v1/people/" + victim.ID, "/api/v1/people/" + victim.ID + "/roles/clerk",
		"/api/v1/people/sessions/" + sessions[0].ID, "/api/v1/sessions/" + sessions[0].ID,
	} {
		if res, body := ask(t, s, "DELETE", path, "", withCookie(other)); res.StatusCode != http.StatusNotFound {
			t.Errorf("DELETE %s is answered %d: %s", path, res.StatusCode, body)
		}
	}
	if res, _ := ask(t, s, "PUT", "/api/v1/people/"+victim.ID+"/roles/auditor", "", withCookie(other)); res.StatusCode != http.StatusNotFound {
		t.Errorf("giving a role to another's person is answered %d", res.StatusCode)
	}
}
