package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pedigree/internal/auth"
	"pedigree/internal/auth/authtest"
)

func serveProvider(t *testing.T, idp *authtest.Provider) *Server {
	t.Helper()
	a := testAccess(t)
	p, err := auth.NewProvider(a, auth.ProviderConfig{
		Org: "maker", Issuer: idp.URL, Name: "the test", ClientID: authtest.ClientID, ClientSecret: authtest.ClientSecret, Origin: testOrigin,
		GroupsClaim: "groups", Groups: map[string][]auth.Role{"counter": {auth.Pharmacist}, "board": {auth.Signer}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return serveAccess(t, Config{Access: a, Provider: p, Origin: testOrigin})
}

// visit asks without following a redirect, with cookies in place of the token.
func visit(t *testing.T, address string, cookies ...*http.Cookie) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// wander goes to the provider and back, and returns the address of the way back with
// the cookie for it.
func wander(t *testing.T, s *Server, path string, cookies ...*http.Cookie) (back string, c *http.Cookie) {
	t.Helper()
	res := visit(t, s.URL()+path, cookies...)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		t.Fatalf("%s is answered %d with %d cookies", path, res.StatusCode, len(res.Cookies()))
	}
	c = res.Cookies()[0]
	res = visit(t, res.Header.Get("Location"))
	location := res.Header.Get("Location")
	if !strings.HasPrefix(location, testOrigin) {
		t.Fatalf("the provider sends the browser to %q", location)
	}
	return s.URL() + strings.TrimPrefix(location, testOrigin), c
}

func sessionOf(t *testing.T, s *Server, res *http.Response) *http.Cookie {
	t.Helper()
	for _, c := range res.Cookies() {
		if c.Name == s.cookieName() {
			return c
		}
	}
	return nil
}

func TestABrowserGoesToTheProviderAndComesBackSignedIn(t *testing.T) {
	idp := authtest.NewProvider(t)
	idp.Groups = []string{"counter"}
	s := serveProvider(t, idp)
	back, way := wander(t, s, "/login/oidc?next=/prove")
	if !way.HttpOnly || !way.Secure || way.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie for the way back is %+v", way)
	}
	if res := visit(t, back); res.StatusCode != http.StatusUnauthorized || sessionOf(t, s, res) != nil {
		t.Errorf("in another browser the way back is answered %d", res.StatusCode)
	}
	back, way = wander(t, s, "/login/oidc?next=/prove")
	res := visit(t, back, way)
	session := sessionOf(t, s, res)
	if res.StatusCode != http.StatusOK || session == nil || session.SameSite != http.SameSiteStrictMode {
		t.Fatalf("answered %d, %+v", res.StatusCode, res.Cookies())
	}
	r, b := ask(t, s, "GET", "/api/v1/me", "", withCookie(session))
	if me := readJSON[Me](t, r, b); me.Name != "Pat Example" || me.Kind != auth.Person || len(me.Roles) != 1 {
		t.Errorf("signed in as %+v", me)
	}
	if res := visit(t, back, way); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the way back a second time is answered %d", res.StatusCode)
	}
}

func TestAPersonOfAProviderSignsAnActThere(t *testing.T) {
	idp := authtest.NewProvider(t)
	idp.Groups = []string{"board"}
	s := serveProvider(t, idp)
	back, way := wander(t, s, "/login/oidc")
	session := sessionOf(t, s, visit(t, back, way))
	res, _ := ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, withCookie(session))
	want := res.Header.Get(wantHeader)
	if res.StatusCode != http.StatusPreconditionRequired || want == "" {
		t.Fatalf("answered %d", res.StatusCode)
	}
	if res := visit(t, s.URL()+"/login/oidc?record="+want); res.StatusCode != http.StatusNotFound {
		t.Errorf("nobody signs it: %d", res.StatusCode)
	}
	res, _ = ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, withCookie(session))
	back, way = wander(t, s, "/login/oidc?next=/act&record="+res.Header.Get(wantHeader), session)
	page := visit(t, back, way, session)
	if page.StatusCode != http.StatusOK {
		t.Fatalf("the way back is answered %d", page.StatusCode)
	}
	list, err := s.config.Access.Signatures(t.Context(), "maker", "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if next := withSignature("/act", list[0].ID); next != "/act?signature="+url.QueryEscape(list[0].ID) {
		t.Errorf("the page goes on to %s", next)
	}
	signed := func(r *http.Request) {
		withCookie(session)(r)
		r.Header.Set(signatureHeader, list[0].ID)
	}
	if res, b := ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, signed); res.StatusCode != http.StatusOK {
		t.Errorf("the signed act is answered %d: %s", res.StatusCode, b)
	}
}

func TestWithoutAProviderThereIsNoWayToOne(t *testing.T) {
	s := servePasskeys(t, Config{})
	for _, path := range []string{"/login/oidc", "/login/oidc/callback?state=x&code=y"} {
		if res := visit(t, s.URL()+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, res.StatusCode)
		}
	}
}
