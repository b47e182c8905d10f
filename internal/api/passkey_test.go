package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"

	"pedigree/internal/auth"
	"pedigree/internal/auth/authtest"
)

const testOrigin = "https://node.example"

// servePasskeys is a server at which people have passkeys.
func servePasskeys(t *testing.T, c Config) *Server {
	t.Helper()
	c.Access = testAccess(t)
	p, err := auth.NewPasskeys(c.Access, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	c.Passkeys, c.Origin = p, testOrigin
	return serveAccess(t, c)
}

// nobody sends neither a token nor a cookie.
func nobody(r *http.Request) { r.Header.Del("Authorization") }

// step is one step of a ceremony by a browser's script.
func step[T any](t *testing.T, s *Server, path string, in any) (*http.Response, T) {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	res, body := ask(t, s, "POST", path, string(b), nobody)
	return res, readJSON[T](t, res, body)
}

type begunCreation struct {
	Ceremony string                      `json:"ceremony"`
	Options  protocol.CredentialCreation `json:"options"`
}

type begunAssertion struct {
	Ceremony string                       `json:"ceremony"`
	Options  protocol.CredentialAssertion `json:"options"`
}

// invitedPerson enters a person through the interface and returns the id and the
// invitation's secret.
func invitedPerson(t *testing.T, s *Server, name string, roles ...auth.Role) (id, secret string) {
	t.Helper()
	res, b := ask(t, s, "POST", "/api/v1/people", `{"name":"`+name+`"}`, nil)
	id = readJSON[auth.User](t, res, b).ID
	for _, r := range roles {
		if res, b := ask(t, s, "PUT", "/api/v1/people/"+id+"/roles/"+string(r), "", nil); res.StatusCode != http.StatusNoContent {
			t.Fatalf("giving %s is answered %d: %s", r, res.StatusCode, b)
		}
	}
	res, b = ask(t, s, "POST", "/api/v1/people/"+id+"/invitation", "", nil)
	link := readJSON[struct{ Link string }](t, res, b).Link
	_, secret, found := strings.Cut(link, testOrigin+"/invitation#")
	if !found {
		t.Fatalf("the link is %q", link)
	}
	return id, secret
}

// registered is a person with a passkey and a session.
func registered(t *testing.T, s *Server, name string, roles ...auth.Role) (*authtest.Authenticator, *http.Cookie, string) {
	t.Helper()
	id, secret := invitedPerson(t, s, name, roles...)
	a := authtest.NewAuthenticator(t, testOrigin)
	_, begun := step[begunCreation](t, s, "/invitation/begin", map[string]any{"invitation": secret})
	res, _ := step[map[string]string](t, s, "/invitation/finish", map[string]any{"ceremony": begun.Ceremony, "name": "laptop", "answer": json.RawMessage(a.Create(&begun.Options))})
	if len(res.Cookies()) != 1 {
		t.Fatalf("%d cookies", len(res.Cookies()))
	}
	return a, res.Cookies()[0], id
}

func TestAPersonIsInvitedRegistersSignsInAndOut(t *testing.T) {
	s := servePasskeys(t, Config{})
	a, first, id := registered(t, s, "Pat Example", auth.Auditor)
	if first.Name[:7] != "__Host-" || !first.Secure || !first.HttpOnly || first.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %+v", first)
	}
	_, begun := step[begunAssertion](t, s, "/login/passkey/begin", map[string]any{})
	finish := map[string]any{"ceremony": begun.Ceremony, "answer": json.RawMessage(a.Get(&begun.Options))}
	res, _ := step[map[string]string](t, s, "/login/passkey/finish", finish)
	cookie := res.Cookies()[0]
	res, b := ask(t, s, "GET", "/api/v1/me", "", withCookie(cookie))
	me := readJSON[Me](t, res, b)
	if me.ID != id || me.Name != "Pat Example" || me.Kind != auth.Person || me.Org != "maker" {
		t.Errorf("signed in as %+v", me)
	}
	if cookie.Value == first.Value {
		t.Error("the session's secret is that of another session")
	}
	if res, _ := ask(t, s, "POST", "/logout", "", withCookie(cookie)); res.StatusCode != http.StatusOK || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out is answered %d, %+v", res.StatusCode, res.Cookies())
	}
	if res, _ := ask(t, s, "GET", "/api/v1/me", "", withCookie(cookie)); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("after signing out: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "GET", "/api/v1/me", "", withCookie(first)); res.StatusCode != http.StatusOK {
		t.Errorf("the other session: %d", res.StatusCode)
	}
}

func TestAStepThatFailsTellsNobodyWhy(t *testing.T) {
	s := servePasskeys(t, Config{})
	a, _, _ := registered(t, s, "Pat Example")
	var told []string
	for name, lie := range map[string]func(){
		"another origin": func() { a.Origin = "https://evil.example" }, "not verified": func() { a.Unverified = true }, "nobody's": func() { a.Handle = []byte("x") },
	} {
		honest := *a
		lie()
		_, begun := step[begunAssertion](t, s, "/login/passkey/begin", map[string]any{})
		b, err := json.Marshal(map[string]any{"ceremony": begun.Ceremony, "answer": json.RawMessage(a.Get(&begun.Options))})
		if err != nil {
			t.Fatal(err)
		}
		*a = honest
		res, answer := ask(t, s, "POST", "/login/passkey/finish", string(b), nobody)
		if res.StatusCode != http.StatusUnauthorized || len(res.Cookies()) != 0 {
			t.Errorf("%s: answered %d", name, res.StatusCode)
		}
		told = append(told, problemOf(t, res, answer).Detail)
	}
	if told[0] != told[1] || told[1] != told[2] {
		t.Errorf("the answers differ: %q", told)
	}
}

func TestASessionThatWasPlantedIsNotTakenOver(t *testing.T) {
	s := servePasskeys(t, Config{})
	a, _, _ := registered(t, s, "Pat Example")
	planted := s.cookie(strings.Repeat("a", 64), 1)
	_, begun := step[begunAssertion](t, s, "/login/passkey/begin", map[string]any{})
	b, err := json.Marshal(map[string]any{"ceremony": begun.Ceremony, "answer": json.RawMessage(a.Get(&begun.Options))})
	if err != nil {
		t.Fatal(err)
	}
	res, answer := ask(t, s, "POST", "/login/passkey/finish", string(b), withCookie(planted))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("answered %d: %s", res.StatusCode, answer)
	}
	if res.Cookies()[0].Value == planted.Value {
		t.Error("the session has the secret that was planted")
	}
	if res, _ := ask(t, s, "GET", "/api/v1/me", "", withCookie(planted)); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the planted secret is answered %d", res.StatusCode)
	}
}

func TestAPageOfAnotherSiteCantSignAnybodyInOrOut(t *testing.T) {
	s := servePasskeys(t, Config{})
	for _, path := range []string{"/login", "/logout", "/login/passkey/begin", "/login/passkey/finish", "/invitation/begin", "/invitation/finish"} {
		res, _ := ask(t, s, "POST", path, "{}", func(r *http.Request) {
			nobody(r)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", "https://evil.example")
		})
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s is answered %d", path, res.StatusCode)
		}
	}
}

func TestTheLoginPageRunsItsOwnScriptOnly(t *testing.T) {
	s := servePasskeys(t, Config{})
	for _, path := range []string{"/login?next=/%22%3E%3Cscript%3E", "/invitation"} {
		res, b := ask(t, s, "GET", path, "", nobody)
		csp := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != http.StatusOK || csp != loginPolicy || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %d with the policy %q", path, res.StatusCode, csp)
		}
		if strings.Count(string(b), "<script") != 1 || !strings.Contains(string(b), `<script type="module" src="/login.js"></script>`) || strings.Contains(string(b), "style=") {
			t.Errorf("%s has another script or a style of its own: %s", path, b)
		}
	}
	foreign := regexp.MustCompile(`//[a-z0-9]+\.`) // the address of another host
	for path, kind := range map[string]string{"/login.js": "text/javascript", "/passkey.js": "text/javascript", "/access.js": "text/javascript", "/login.css": "text/css"} {
		if res, b := ask(t, s, "GET", path, "", nobody); !strings.HasPrefix(res.Header.Get("Content-Type"), kind) || foreign.Match(bytes.ReplaceAll(b, []byte("http://localhost"), nil)) {
			t.Errorf("%s is %s", path, res.Header.Get("Content-Type"))
		}
	}
}
