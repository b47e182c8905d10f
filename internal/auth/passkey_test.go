package auth

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"

	"pedigree/internal/auth/authtest"
)

func (w *world) passkeys() *Passkeys {
	w.Helper()
	p, err := NewPasskeys(w.Access, testOrigin)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func (w *world) invite(org, person string) string {
	w.Helper()
	secret, _, err := w.Invite(w.Context(), org, person)
	if err != nil {
		w.Fatal(err)
	}
	return secret
}

// register registers a passkey for a person.
func (w *world) register(p *Passkeys, a *authtest.Authenticator, org, person string) {
	w.Helper()
	id, options, _, err := p.BeginRegistration(w.Context(), w.invite(org, person))
	if err != nil {
		w.Fatal(err)
	}
	if _, err := p.FinishRegistration(w.Context(), id, "laptop", a.Create(options)); err != nil {
		w.Fatal(err)
	}
}

// begun starts a sign-in.
func (w *world) begun(p *Passkeys) (string, *protocol.CredentialAssertion) {
	w.Helper()
	id, options, err := p.BeginSignIn()
	if err != nil {
		w.Fatal(err)
	}
	return id, options
}

func TestAPersonRegistersAPasskeyAndSignsInWithIt(t *testing.T) {
	for _, format := range []string{"none", "packed"} {
		t.Run("attestation "+format, func(t *testing.T) {
			w := newWorld(t)
			p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example", Pharmacist)
			a.Format = format
			w.register(p, a, "maker", u.ID)
			for range 3 {
				id, options := w.begun(p)
				who, err := p.FinishSignIn(t.Context(), id, a.Get(options))
				if err != nil || who.ID != u.ID || who.Org != "maker" || !who.May(Dispense) {
					t.Fatalf("signed in as %+v, %v", who, err)
				}
			}
		})
	}
}

func TestASignInThatIsNotRightIsRefused(t *testing.T) {
	for name, lie := range map[string]func(a *authtest.Authenticator){
		"at another origin":             func(a *authtest.Authenticator) { a.Origin = "https://evil.example" },
		"at the origin without TLS":     func(a *authtest.Authenticator) { a.Origin = "http://node.example" },
		"at another port of the origin": func(a *authtest.Authenticator) { a.Origin = "https://node.example:8443" },
		"for another site":              func(a *authtest.Authenticator) { a.RPID = "evil.example" },
		"without verifying the person":  func(a *authtest.Authenticator) { a.Unverified = true },
		"with another challenge":        func(a *authtest.Authenticator) { a.Challenge = bytes.Repeat([]byte{7}, 32) },
		"with a registration's answer":  func(a *authtest.Authenticator) { a.Kind = "webauthn.create" },
		"from a frame of another site":  func(a *authtest.Authenticator) { a.Cross = true },
		"with another key":              func(a *authtest.Authenticator) { a.Key = authtest.NewAuthenticator(a.T, testOrigin).Key },
		"with an unknown passkey":       func(a *authtest.Authenticator) { a.ID = []byte("another passkey!") },
		"as another person":             func(a *authtest.Authenticator) { a.Handle = []byte("0123456789abcdef") },
		"as nobody":                     func(a *authtest.Authenticator) { a.Handle = nil },
		"with a handle that is no text": func(a *authtest.Authenticator) { a.Handle = []byte{0xff, 0} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example")
			w.register(p, a, "maker", u.ID)
			lie(a)
			id, options := w.begun(p)
			if who, err := p.FinishSignIn(t.Context(), id, a.Get(options)); !errors.Is(err, ErrUnknown) {
				t.Errorf("signed in as %+v, %v", who, err)
			}
		})
	}
}

func TestARegistrationThatIsNotRightIsRefused(t *testing.T) {
	for name, lie := range map[string]func(a *authtest.Authenticator){
		"at another origin":            func(a *authtest.Authenticator) { a.Origin = "https://evil.example" },
		"for another site":             func(a *authtest.Authenticator) { a.RPID = "evil.example" },
		"without verifying the person": func(a *authtest.Authenticator) { a.Unverified = true },
		"with another challenge":       func(a *authtest.Authenticator) { a.Challenge = bytes.Repeat([]byte{7}, 32) },
		"with a sign-in's answer":      func(a *authtest.Authenticator) { a.Kind = "webauthn.get" },
		"with an unknown attestation":  func(a *authtest.Authenticator) { a.Format = "homemade" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example")
			lie(a)
			id, options, _, err := p.BeginRegistration(t.Context(), w.invite("maker", u.ID))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.FinishRegistration(t.Context(), id, "laptop", a.Create(options)); !errors.Is(err, ErrUnknown) {
				t.Errorf("registered: %v", err)
			}
			if got, _ := w.Person(t.Context(), "maker", u.ID); got.Passkeys != 0 {
				t.Error("a passkey is stored")
			}
		})
	}
}

func TestAChallengeIsAnsweredOnceAndInTime(t *testing.T) {
	w := newWorld(t)
	p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example")
	w.register(p, a, "maker", u.ID)
	id, options := w.begun(p)
	answer := a.Get(options)
	if _, err := p.FinishSignIn(t.Context(), id, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishSignIn(t.Context(), id, answer); !errors.Is(err, ErrUnknown) {
		t.Errorf("the same answer again: %v", err)
	}
	other, _ := w.begun(p)
	if _, err := p.FinishSignIn(t.Context(), other, answer); !errors.Is(err, ErrUnknown) {
		t.Errorf("the answer to another challenge: %v", err)
	}
	late, options := w.begun(p)
	w.clock.pass(ceremonyAge)
	if _, err := p.FinishSignIn(t.Context(), late, a.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("too late: %v", err)
	}
}

func TestACopiedPasskeyIsBlocked(t *testing.T) {
	w := newWorld(t)
	p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example")
	w.register(p, a, "maker", u.ID)
	copied := *a
	for range 2 {
		id, options := w.begun(p)
		if _, err := p.FinishSignIn(t.Context(), id, a.Get(options)); err != nil {
			t.Fatal(err)
		}
	}
	id, options := w.begun(p)
	if _, err := p.FinishSignIn(t.Context(), id, copied.Get(options)); !errors.Is(err, ErrCloned) || !errors.Is(err, ErrUnknown) {
		t.Errorf("the copy signs in: %v", err)
	}
	id, options = w.begun(p)
	if _, err := p.FinishSignIn(t.Context(), id, a.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("after that the first one signs in, and nobody knows which is the copy: %v", err)
	}
	if got, _ := w.Person(t.Context(), "maker", u.ID); got.Passkeys != 0 {
		t.Errorf("%d passkeys work", got.Passkeys)
	}
}

func TestAnInvitationWorksOnceAndInTime(t *testing.T) {
	w := newWorld(t)
	p, u := w.passkeys(), w.add("maker", "Pat Example")
	first := w.invite("maker", u.ID)
	second := w.invite("maker", u.ID)
	for name, secret := range map[string]string{"an older invitation": first, "a guess": strings.Repeat("0", 64), "nothing": ""} {
		if _, _, _, err := p.BeginRegistration(t.Context(), secret); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Two registrations begin with one invitation; one is finished.
	id1, options1, _, err1 := p.BeginRegistration(t.Context(), second)
	id2, options2, _, err2 := p.BeginRegistration(t.Context(), second)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if _, err := p.FinishRegistration(t.Context(), id1, "laptop", authtest.NewAuthenticator(t, testOrigin).Create(options1)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishRegistration(t.Context(), id2, "laptop", authtest.NewAuthenticator(t, testOrigin).Create(options2)); !errors.Is(err, ErrUnknown) {
		t.Errorf("the second with one invitation: %v", err)
	}
	third := w.invite("maker", u.ID)
	w.clock.pass(inviteAge)
	if _, _, _, err := p.BeginRegistration(t.Context(), third); !errors.Is(err, ErrUnknown) {
		t.Errorf("too late: %v", err)
	}
	if _, _, err := w.Invite(t.Context(), "other", u.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another organisation invites: %v", err)
	}
}

func TestAPersonHasAsManyPasskeysAsTheLimit(t *testing.T) {
	w := newWorld(t)
	p, u := w.passkeys(), w.add("maker", "Pat Example")
	for range passkeysEach {
		w.register(p, authtest.NewAuthenticator(t, testOrigin), "maker", u.ID)
	}
	if _, _, _, err := p.BeginRegistration(t.Context(), w.invite("maker", u.ID)); err == nil {
		t.Error("one past the limit begins")
	}
}

func TestARemovedPersonsPasskeyIsWorthNothing(t *testing.T) {
	w := newWorld(t)
	p, a, u := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), w.add("maker", "Pat Example")
	w.register(p, a, "maker", u.ID)
	id, options := w.begun(p)
	if err := w.RemovePerson(t.Context(), "maker", u.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishSignIn(t.Context(), id, a.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("signed in: %v", err)
	}
}

func TestAsManyCeremoniesAsTheLimitAreUnderWay(t *testing.T) {
	c := newClock()
	open := newCeremonies[int](c.now)
	for i := range ceremoniesMax {
		if err := open.keep(fmt.Sprint(i), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := open.keep("one more", 0); err == nil {
		t.Error("one past the limit is kept")
	}
	c.pass(ceremonyAge)
	if err := open.keep("one more", 0); err != nil {
		t.Errorf("after the others ended: %v", err)
	}
	if v, err := open.finish("one more"); err != nil || v != 0 {
		t.Error(v, err)
	}
}

func TestPasskeysNeedAnOrigin(t *testing.T) {
	w := newWorld(t)
	for _, origin := range []string{"", "node.example", "https://", "://"} {
		if _, err := NewPasskeys(w.Access, origin); err == nil {
			t.Errorf("%q is taken", origin)
		}
	}
}
