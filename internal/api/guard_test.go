package api

import (
	"net/http"
	"strings"
	"testing"

	"pedigree/internal/auth"
)

func TestOnlyTheOwnerIsAnswered(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for name, c := range map[string]struct {
		path   string
		header string
		want   int
	}{
		"with the token":                   {"/api/v1/status", "Bearer " + testToken, 200},
		"without a token":                  {"/api/v1/status", "", 401},
		"with another token":               {"/api/v1/status", "Bearer " + testToken + "x", 401},
		"with a part of the token":         {"/api/v1/status", "Bearer " + testToken[:5], 401},
		"with the token as a password":     {"/api/v1/status", "Basic " + testToken, 401},
		"of the OpenAPI document, without": {"/api/openapi.json", "", 401},
		"of a page that is not there":      {"/nothing", "", 401},
		"of life, without a token":         {"/livez", "", 200},
		"of readiness, without a token":    {"/readyz", "", 200},
	} {
		t.Run("a request "+name, func(t *testing.T) {
			res, body := ask(t, s, "GET", c.path, "", func(r *http.Request) {
				r.Header.Del("Authorization")
				if c.header != "" {
					r.Header.Set("Authorization", c.header)
				}
			})
			if res.StatusCode != c.want {
				t.Fatalf("answered %d: %s", res.StatusCode, body)
			}
			if c.want == 401 && strings.Contains(string(body), testToken) {
				t.Error("the answer tells the token")
			}
			if c.want == 401 && !strings.Contains(problemOf(t, res, body).Detail, "api.token") {
				t.Errorf("the refusal does not say where the token is: %s", body)
			}
		})
	}
}

func TestEveryAnswerForbidsFramesAndForeignScripts(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for _, path := range []string{"/livez", "/login", "/api/v1/status", "/nothing"} {
		res, _ := ask(t, s, "GET", path, "", nil)
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", path, header, got, want)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") && !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: the content security policy is %q", path, csp)
		}
	}
}

func TestANodeAnswersUnderItsOwnNamesOnly(t *testing.T) {
	s := serve(t, Config{Hosts: []string{"node.example"}}, &testLedger{})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:9999": 200, "127.0.0.1": 200, "[::1]:80": 200, "127.0.0.2:8480": 200, "node.example": 200, "node.example:443": 200,
		"evil.example": 421, "localhost.evil.example": 421, "node.example.evil.example": 421, "10.0.0.1": 421, "localhost@evil.example": 421,
	} {
		t.Run(host, func(t *testing.T) {
			for _, path := range []string{"/api/v1/status", "/livez"} {
				res, body := ask(t, s, "GET", path, "", func(r *http.Request) { r.Host = host })
				if res.StatusCode != want {
					t.Fatalf("%s answered %d: %s", path, res.StatusCode, body)
				}
				if want == 421 && !strings.Contains(problemOf(t, res, body).Detail, "host name") {
					t.Errorf("the refusal does not say why: %s", body)
				}
			}
		})
	}
}

func TestAPageOfAnotherSiteMayNotWrite(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	own := "http://" + s.Addr()
	for name, c := range map[string]struct {
		method, path, body string
		origin, site       string
		want               int
	}{
		"the node's own page writes":              {"POST", "/api/v1/notes", `{"text":"x"}`, own, "same-origin", 200},
		"a program without an origin writes":      {"POST", "/api/v1/notes", `{"text":"x"}`, "", "", 200},
		"another site's page writes":              {"POST", "/api/v1/notes", `{"text":"x"}`, "https://evil.example", "cross-site", 403},
		"another site's page writes, old browser": {"POST", "/api/v1/notes", `{"text":"x"}`, "https://evil.example", "", 403},
		"a page on another port writes":           {"POST", "/api/v1/notes", `{"text":"x"}`, "http://localhost:3000", "same-site", 403},
		"a page without an origin of its own":     {"POST", "/api/v1/notes", `{"text":"x"}`, "null", "", 403},
		"another site's page reads":               {"GET", "/api/v1/status", "", "https://evil.example", "cross-site", 200},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := ask(t, s, c.method, c.path, c.body, func(r *http.Request) {
				if c.origin != "" {
					r.Header.Set("Origin", c.origin)
				}
				if c.site != "" {
					r.Header.Set("Sec-Fetch-Site", c.site)
				}
			})
			if res.StatusCode != c.want {
				t.Fatalf("answered %d: %s", res.StatusCode, body)
			}
			if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("the answer may be read by pages of %q", got)
			}
		})
	}
}

func TestABrowserSignsInWithACookie(t *testing.T) {
	s := serve(t, Config{Access: testAccess(t)}, &testLedger{})
	res, _ := ask(t, s, "GET", "/login?token="+strings.ReplaceAll(testToken, " ", "+"), "", nil)
	if res.StatusCode != 200 || len(res.Cookies()) != 1 {
		t.Fatalf("signing in answered %d with %d cookies", res.StatusCode, len(res.Cookies()))
	}
	cookie := res.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the cookie is %+v", cookie)
	}
	with := func(c *http.Cookie) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Authorization")
			r.AddCookie(c)
		}
	}
	if res, _ := ask(t, s, "GET", "/api/v1/status", "", with(cookie)); res.StatusCode != 200 {
		t.Errorf("with the cookie: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "GET", "/api/v1/status", "", with(&http.Cookie{Name: cookie.Name, Value: "forged"})); res.StatusCode != 401 {
		t.Errorf("with a forged cookie: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "GET", "/login?token=wrong", "", nil); res.StatusCode != 401 || len(res.Cookies()) != 0 {
		t.Errorf("signing in with a wrong token: %d, %d cookies", res.StatusCode, len(res.Cookies()))
	}
	other := serve(t, Config{}, &testLedger{})
	other.config.Token = "the token of another node"
	if other.cookieName() == cookie.Name {
		t.Error("two nodes on one host share a cookie: signing in at one signs out of the other")
	}
}

func TestSigningInLeadsToThisNodeOnly(t *testing.T) {
	for next, want := range map[string]string{
		"/?id=1": "/?id=1", "/trace": "/trace", "": "/", "trace": "/", "https://evil.example": "/", "//evil.example": "/", "/\\evil.example": "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "javascript:alert(1)": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
	s := serve(t, Config{}, &testLedger{})
	_, body := ask(t, s, "GET", "/login?token="+strings.ReplaceAll(testToken, " ", "+")+"&next=/%22%3E%3Cscript%3E", "", nil)
	if strings.Contains(string(body), "<script") {
		t.Errorf("the page carries what the address said: %s", body)
	}
}

func TestWhatAPageSendsForSomebodyElseIsRefused(t *testing.T) {
	s := serveAccess(t, Config{})
	cookie, who := browser(t, s, "maker", auth.Pharmacist)
	for actor, want := range map[string]int{"maker/" + who.ID: 200, "": 200, "maker/other": 401, "other/" + who.ID: 401} {
		res, body := ask(t, s, "GET", "/api/v1/status", "", func(r *http.Request) {
			withCookie(cookie)(r)
			if actor != "" {
				r.Header.Set("Pedigree-Actor", actor)
			}
		})
		if res.StatusCode != want || want == 401 && problemOf(t, res, body).Code != "auth/other-person" {
			t.Errorf("a page of %q is answered %d: %s", actor, res.StatusCode, body)
		}
	}
}
