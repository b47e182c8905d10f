package auth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/auth/authtest"
)

// providerOf is the program's side of a provider that is run by a test.
func (w *world) providerOf(idp *authtest.Provider) *Provider {
	w.Helper()
	idp.Now = w.clock.now
	p, err := NewProvider(w.Access, ProviderConfig{
		Org: "maker", Issuer: idp.URL, Name: "the test", ClientID: authtest.ClientID, ClientSecret: authtest.ClientSecret, Origin: testOrigin,
		GroupsClaim: "groups", Groups: map[string][]Role{"counter": {Pharmacist}, "warehouse": {Clerk, Auditor}, "board": {Signer}},
	})
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// travel goes to an address as a browser does, and returns with what the provider put
// into the address of the way back.
func (w *world) travel(address string) (state, code string) {
	w.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(w.Context(), "GET", address, nil)
	if err != nil {
		w.Fatal(err)
	}
	res, err := client.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(back.String(), testOrigin+"/login/oidc/callback?") {
		w.Fatalf("%d to %s, %v", res.StatusCode, back, err)
	}
	return back.Query().Get("state"), back.Query().Get("code")
}

func (w *world) arrive(p *Provider) (Arrival, error) {
	w.Helper()
	address, browser, err := p.Begin(w.Context(), "/next")
	if err != nil {
		w.Fatal(err)
	}
	state, code := w.travel(address)
	return p.Finish(w.Context(), state, code, browser)
}

func TestAPersonSignsInAtAProviderWithTheRolesOfItsGroups(t *testing.T) {
	for _, alg := range []string{"RS256", "ES256", "PS256"} {
		t.Run(alg, func(t *testing.T) {
			w, idp := newWorld(t), authtest.NewProvider(t)
			idp.Alg, idp.Groups = alg, []string{"counter", "unknown", "counter"}
			p := w.providerOf(idp)
			first, err := w.arrive(p)
			if err != nil || first.Who.Name != "Pat Example" || !first.Who.May(Dispense) || first.Who.May(Ship) || first.Next != "/next" || !slices.Equal(first.Roles, []Role{Pharmacist}) {
				t.Fatalf("arrived %+v, %v", first, err)
			}
			idp.Groups = []string{"warehouse"}
			second, err := w.arrive(p)
			if err != nil || second.Who.ID != first.Who.ID || second.Who.May(Dispense) || !second.Who.May(Ship) {
				t.Errorf("after the groups changed: %+v, %v", second, err)
			}
			if err := w.RemovePerson(t.Context(), "maker", first.Who.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := w.arrive(p); !errors.Is(err, ErrUnknown) {
				t.Errorf("a removed person comes back: %v", err)
			}
		})
	}
}

func TestAnIDTokenThatIsNotRightIsRefused(t *testing.T) {
	forger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(*authtest.Provider) {
		return func(p *authtest.Provider) { p.Change = func(c map[string]any) { c[name] = value } }
	}
	at := func(name string, d time.Duration) func(*authtest.Provider) {
		return func(p *authtest.Provider) {
			p.Change = func(c map[string]any) { c[name] = p.Now().Add(d).Unix() }
		}
	}
	for name, lie := range map[string]func(*authtest.Provider){
		"not signed": func(p *authtest.Provider) { p.Alg = "none" },
		"not signed, and the provider names that":  func(p *authtest.Provider) { p.Alg, p.Algorithms = "none", []string{"none", "RS256"} },
		"signed with the public key as secret":     func(p *authtest.Provider) { p.Alg = "HS256" },
		"the same, and the provider names that":    func(p *authtest.Provider) { p.Alg, p.Algorithms = "HS256", []string{"HS256", "RS256"} },
		"of an algorithm that it does not name":    func(p *authtest.Provider) { p.Alg, p.Algorithms = "ES256", []string{"RS256"} },
		"signed with another key":                  func(p *authtest.Provider) { p.Forge = forger },
		"with a path for the key's name":           func(p *authtest.Provider) { p.Forge, p.Kid = forger, "../../../../dev/null" },
		"with an address for the key's name":       func(p *authtest.Provider) { p.Forge, p.Kid = forger, "https://evil.example/key" },
		"with the name of the other key":           func(p *authtest.Provider) { p.Kid = "ec" },
		"of another issuer":                        claim("iss", "https://evil.example"),
		"of the issuer with a slash":               func(p *authtest.Provider) { p.Change = func(c map[string]any) { c["iss"] = p.URL + "/" } },
		"for another client":                       claim("aud", "another"),
		"for several clients, none authorised":     claim("aud", []string{authtest.ClientID, "another"}),
		"authorised for another client":            claim("azp", "another"),
		"with another nonce":                       claim("nonce", strings.Repeat("0", 64)),
		"without a nonce":                          claim("nonce", nil),
		"that has expired":                         at("exp", -clockLeeway-time.Second),
		"that was made before this sign-in":        at("iat", -clockLeeway-time.Second),
		"that will be made later":                  at("iat", clockLeeway+time.Second),
		"that holds from later":                    at("nbf", 10*time.Minute),
		"without a subject":                        claim("sub", ""),
		"with a subject that is too long":          claim("sub", strings.Repeat("s", subjectBytesMax+1)),
		"with groups that are no list":             claim("groups", "counter"),
		"with too many groups":                     claim("groups", slices.Repeat([]string{"counter"}, groupsEach+1)),
		"of a person in no group that has a role":  claim("groups", []string{"visitors"}),
		"of a person in a group in other spelling": claim("groups", []string{"Counter"}),
		"of a person without groups":               claim("groups", nil),
		"that is none":                             func(p *authtest.Provider) { p.Raw = "x" },
		"with many dots":                           func(p *authtest.Provider) { p.Raw = strings.Repeat(".", 1<<20) },
		"that is too large":                        claim("large", strings.Repeat("x", tokenBytesMax)),
		"that is larger than what is read":         claim("large", strings.Repeat("x", providerBytesMax)),
	} {
		t.Run(name, func(t *testing.T) {
			w, idp := newWorld(t), authtest.NewProvider(t)
			idp.Groups = []string{"counter"}
			p := w.providerOf(idp)
			lie(idp)
			if got, err := w.arrive(p); !errors.Is(err, ErrUnknown) {
				t.Errorf("arrived %+v, %v", got, err)
			}
			if list, err := w.People(t.Context(), "maker"); err != nil || len(list) != 0 {
				t.Errorf("entered %+v, %v", list, err)
			}
		})
	}
}

func TestWhatIsJustWithinTheLimitsIsTaken(t *testing.T) {
	for name, change := range map[string]func(p *authtest.Provider, c map[string]any){
		"clocks that differ by the leeway": func(p *authtest.Provider, c map[string]any) { c["iat"] = p.Now().Add(clockLeeway).Unix() },
		"a token that ended just now":      func(p *authtest.Provider, c map[string]any) { c["exp"] = p.Now().Add(-clockLeeway).Unix() },
		"the longest subject":              func(_ *authtest.Provider, c map[string]any) { c["sub"] = strings.Repeat("s", subjectBytesMax) },
		"the most groups": func(_ *authtest.Provider, c map[string]any) {
			c["groups"] = slices.Repeat([]string{"counter"}, groupsEach)
		},
		"several clients, this authorised": func(_ *authtest.Provider, c map[string]any) {
			c["aud"], c["azp"] = []string{"a", authtest.ClientID}, authtest.ClientID
		},
		"a name that can't be printed": func(_ *authtest.Provider, c map[string]any) { c["name"] = "a\nb" },
	} {
		t.Run(name, func(t *testing.T) {
			w, idp := newWorld(t), authtest.NewProvider(t)
			idp.Groups = []string{"counter"}
			p := w.providerOf(idp)
			idp.Change = func(c map[string]any) { change(idp, c) }
			if _, err := w.arrive(p); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAStateIsOfOneBrowserAndUsedOnceAndInTime(t *testing.T) {
	w, idp := newWorld(t), authtest.NewProvider(t)
	idp.Groups = []string{"counter"}
	p := w.providerOf(idp)
	begin := func() (state, code, browser string) {
		address, browser, err := p.Begin(t.Context(), "/")
		if err != nil {
			t.Fatal(err)
		}
		state, code = w.travel(address)
		return state, code, browser
	}
	state, code, browser := begin()
	_, otherCode, otherBrowser := begin()
	if _, err := p.Finish(t.Context(), state, code, otherBrowser); !errors.Is(err, ErrUnknown) {
		t.Errorf("in another browser: %v", err)
	}
	if _, err := p.Finish(t.Context(), state, code, browser); !errors.Is(err, ErrUnknown) {
		t.Errorf("after another browser tried: %v", err)
	}
	state, _, browser = begin()
	if _, err := p.Finish(t.Context(), state, otherCode, browser); !errors.Is(err, ErrUnknown) {
		t.Errorf("with the code of another sign-in, which PKCE binds: %v", err)
	}
	state, code, browser = begin()
	if _, err := p.Finish(t.Context(), state, code, browser); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), state, code, browser); !errors.Is(err, ErrUnknown) {
		t.Errorf("a second time: %v", err)
	}
	state, code, browser = begin()
	w.clock.pass(ceremonyAge)
	if _, err := p.Finish(t.Context(), state, code, browser); !errors.Is(err, ErrUnknown) {
		t.Errorf("too late: %v", err)
	}
	for _, forged := range []string{"", "x", strings.Repeat("0", 64)} {
		if _, err := p.Finish(t.Context(), forged, code, browser); !errors.Is(err, ErrUnknown) {
			t.Errorf("with the state %q: %v", forged, err)
		}
	}
}

func TestAProviderThatIsAwayOrAnotherIsSaidSo(t *testing.T) {
	w, idp := newWorld(t), authtest.NewProvider(t)
	p := w.providerOf(idp)
	p.config.Issuer += "/" // its document names another issuer
	if _, _, err := p.Begin(t.Context(), "/"); err == nil {
		t.Error("a provider with another name is taken")
	}
	p = w.providerOf(idp)
	idp.Algorithms = []string{"HS256", "none"}
	if _, _, err := p.Begin(t.Context(), "/"); err == nil || !strings.Contains(err.Error(), "algorithm") {
		t.Errorf("a provider without a key of its own is taken: %v", err)
	}
	idp.Algorithms = []string{"RS256"}
	if _, _, err := p.Begin(t.Context(), "/"); err != nil {
		t.Errorf("after it was mended: %v", err)
	}
	if _, err := NewProvider(w.Access, ProviderConfig{Groups: map[string][]Role{"x": {"emperor"}}}); err == nil {
		t.Error("a role that is none is given")
	}
}

func TestAnActIsSignedBySigningInAgainAtTheProvider(t *testing.T) {
	w, idp := newWorld(t), authtest.NewProvider(t)
	idp.Groups = []string{"board"}
	p := w.providerOf(idp)
	in, err := w.arrive(p)
	if err != nil {
		t.Fatal(err)
	}
	r := Record{Org: "maker", Signer: in.Who.ID, Name: in.Who.Name, Meaning: "responsibility", Act: "act", Object: "POST /x", Content: strings.Repeat("a", 64)}
	sign := func() (Arrival, error) {
		address, browser, err := p.BeginSigning(context.WithoutCancel(t.Context()), r, "/")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(address, "max_age=0") || !strings.Contains(address, "prompt=login") {
			t.Errorf("the person is not asked to sign in again: %s", address)
		}
		state, code := w.travel(address)
		return p.Finish(t.Context(), state, code, browser)
	}
	done, err := sign()
	if err != nil || done.Signature == "" {
		t.Fatal(done, err)
	}
	if err := w.UseSignature(t.Context(), done.Signature, r); err != nil {
		t.Error(err)
	}
	list, err := w.Signatures(t.Context(), "maker", done.Signature)
	if err != nil || list[0].Check != "right" || list[0].Method != MethodOIDC {
		t.Errorf("%+v, %v", list, err)
	}
	w.clock.pass(10 * time.Minute)
	idp.Change = func(c map[string]any) { c["auth_time"] = w.clock.t.Add(-FreshAge).Unix() }
	if got, err := sign(); !errors.Is(err, ErrUnknown) {
		t.Errorf("who did not sign in again signs: %+v, %v", got, err)
	}
	idp.Change = func(c map[string]any) { delete(c, "auth_time") }
	if got, err := sign(); !errors.Is(err, ErrUnknown) {
		t.Errorf("who says nothing of it signs: %+v, %v", got, err)
	}
	idp.Change, idp.Subject = nil, "subject-2"
	if got, err := sign(); !errors.Is(err, ErrUnknown) {
		t.Errorf("another person signs: %+v, %v", got, err)
	}
	w.sql(`UPDATE auth_signature SET record = replace(record, 'POST', 'GET'), hash = 'x'`)
	if list, err := w.Signatures(t.Context(), "maker", done.Signature); err != nil || list[0].Check == "right" {
		t.Errorf("a changed record is right: %+v, %v", list, err)
	}
}
