package api

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"pedigree/internal/auth"
)

// tab is a browser: it keeps cookies, and sends them instead of a token.
type tab struct {
	*testing.T
	s   *Server
	jar *cookiejar.Jar
}

func newTab(t *testing.T, s *Server) *tab {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &tab{t, s, jar}
}

func (b *tab) ask(method, path string) (*http.Response, []byte) {
	b.Helper()
	at := &url.URL{Scheme: "http", Host: b.s.Addr(), Path: "/"}
	res, answer := ask(b.T, b.s, method, path, "", func(r *http.Request) {
		r.Header.Del("Authorization")
		for _, c := range b.jar.Cookies(at) {
			r.AddCookie(c)
		}
	})
	b.jar.SetCookies(at, res.Cookies())
	return res, answer
}

// signsIn begins a session as a person who has proved who they are.
func (b *tab) signsIn(p auth.Principal) {
	b.Helper()
	secret, _, err := b.s.config.Access.SignIn(b.Context(), p, auth.MethodPasskey)
	if err != nil {
		b.Fatal(err)
	}
	b.jar.SetCookies(&url.URL{Scheme: "http", Host: b.s.Addr(), Path: "/"}, []*http.Cookie{b.s.cookie(secret, 3600)})
}

func (b *tab) me() string {
	b.Helper()
	res, answer := b.ask("GET", "/api/v1/me")
	if res.StatusCode == http.StatusUnauthorized {
		return "nobody"
	}
	me := readJSON[Me](b.T, res, answer)
	return me.Org + "/" + me.Name
}

func (b *tab) others() (list []string) {
	b.Helper()
	res, answer := b.ask("GET", "/api/v1/me/signins")
	for _, one := range readJSON[[]SignIn](b.T, res, answer) {
		list = append(list, one.Org+"/"+one.Name)
	}
	return list
}

func wantList(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
		t.Errorf("signed in beside: %v, want %v", got, want)
	}
}

func TestABrowserGoesFromOneSignInToAnother(t *testing.T) {
	s := serveAccess(t, Config{})
	b := newTab(t, s)
	b.signsIn(auth.OwnerOf("maker"))
	first := b.me()
	if res, answer := b.ask("POST", "/api/v1/me/signins"); res.StatusCode != http.StatusNoContent {
		t.Fatalf("keeping it is answered %d: %s", res.StatusCode, answer)
	}
	if got := b.me(); got != first {
		t.Errorf("after it was kept, %s is signed in", got)
	}
	wantList(t, b.others())
	b.signsIn(auth.OwnerOf("corner").Hosted())
	second := b.me()
	wantList(t, b.others(), first)
	if res, answer := b.ask("POST", "/api/v1/me/signins/maker/"+auth.OwnerOf("maker").ID); res.StatusCode != http.StatusNoContent {
		t.Fatalf("changing is answered %d: %s", res.StatusCode, answer)
	}
	if got := b.me(); got != first || first == second {
		t.Errorf("%s is signed in, want %s; the other is %s", got, first, second)
	}
	wantList(t, b.others(), second)

	// What nobody kept can't be had, and a token is no browser.
	if res, answer := b.ask("POST", "/api/v1/me/signins/market/owner"); problemOf(t, res, answer).Code != "auth/ended" {
		t.Errorf("one that was never kept is answered %d: %s", res.StatusCode, answer)
	}
	if res, answer := ask(t, s, "POST", "/api/v1/me/signins", "", nil); problemOf(t, res, answer).Code != "auth/no-session" {
		t.Errorf("a token is answered %d: %s", res.StatusCode, answer)
	}

	// Signing out ends all.
	kept := b.jar.Cookies(&url.URL{Scheme: "http", Host: s.Addr(), Path: "/"})
	if res, _ := b.ask("POST", "/logout"); res.StatusCode != http.StatusOK {
		t.Fatalf("signing out is answered %d", res.StatusCode)
	}
	b.jar.SetCookies(&url.URL{Scheme: "http", Host: s.Addr(), Path: "/"}, kept)
	if got := b.me(); got != "nobody" {
		t.Errorf("after signing out, %s is signed in", got)
	}
	b.signsIn(auth.OwnerOf("maker"))
	if got := b.others(); len(got) != 0 || len(kept) != 2 {
		t.Errorf("after signing out, %v are kept of %d cookies", got, len(kept))
	}
}

func TestABrowserKeepsFewSignIns(t *testing.T) {
	s := serveAccess(t, Config{})
	b := newTab(t, s)
	for range asideMax + 2 {
		b.signsIn(auth.OwnerOf("maker"))
		if res, answer := b.ask("POST", "/api/v1/me/signins"); res.StatusCode != http.StatusNoContent {
			t.Fatalf("answered %d: %s", res.StatusCode, answer)
		}
	}
	b.signsIn(auth.OwnerOf("maker"))
	if got := len(b.others()); got != asideMax {
		t.Errorf("%d sign-ins are kept, want %d", got, asideMax)
	}
}

func TestANewSignInEndsTheOldOneUnlessItWasKept(t *testing.T) {
	s := serveAccess(t, Config{})
	for _, keeps := range []bool{false, true} {
		b := newTab(t, s)
		for range 2 {
			if res, answer := b.ask("GET", "/login?token="+url.QueryEscape(testToken)); res.StatusCode != http.StatusOK {
				t.Fatalf("signing in is answered %d: %s", res.StatusCode, answer)
			}
			if keeps {
				b.ask("POST", "/api/v1/me/signins")
			}
		}
		if got := len(b.others()); got != map[bool]int{true: 1}[keeps] {
			t.Errorf("%d others are signed in; kept: %v", got, keeps)
		}
	}
	res, answer := ask(t, s, "GET", "/api/v1/sessions", "", nil)
	if got := len(readJSON[[]auth.Session](t, res, answer)); got != 3 {
		t.Errorf("%d sessions are open, want one and two", got)
	}
}

func TestWhoSignsInAfterSomebodyElseHasNothingOfTheirs(t *testing.T) {
	s := serveAccess(t, Config{})
	signIn := "/login?token=" + url.QueryEscape(testToken)
	b := newTab(t, s)
	b.signsIn(auth.OwnerOf("corner").Hosted())
	b.ask("POST", "/api/v1/me/signins")
	b.ask("GET", signIn)
	if got := len(b.others()); got != 1 {
		t.Fatalf("%d are kept, want the one that was asked for", got)
	}
	b.ask("GET", signIn)
	wantList(t, b.others())

	// Nor after one went over to another sign-in.
	b.signsIn(auth.OwnerOf("corner").Hosted())
	b.ask("POST", "/api/v1/me/signins")
	b.ask("GET", signIn)
	b.ask("POST", "/api/v1/me/signins/corner/"+auth.OwnerOf("corner").ID)
	if got := b.others(); len(got) != 1 {
		t.Fatalf("%v are kept, want the one that was left", got)
	}
	b.ask("GET", signIn)
	wantList(t, b.others())
}
