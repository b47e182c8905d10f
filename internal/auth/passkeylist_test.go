package auth

import (
	"errors"
	"testing"

	"pedigree/internal/auth/authtest"
)

func TestAnEndedPasskeySignsNobodyInAndTakesTheSessionsAlong(t *testing.T) {
	w := newWorld(t)
	p, lost, kept := w.passkeys(), authtest.NewAuthenticator(t, testOrigin), authtest.NewAuthenticator(t, testOrigin)
	u, other := w.add("maker", "Pat Example"), w.add("other", "Kim Example")
	w.register(p, lost, "maker", u.ID)
	self, admin := New(u.ID, u.Name, Person, "maker"), OwnerOf("maker")
	if err := w.EndPasskey(t.Context(), self, u.ID, keyID(lost.ID)); !errors.Is(err, errLastPasskey) {
		t.Errorf("a person ends the only passkey: %v", err)
	}
	w.register(p, kept, "maker", u.ID)
	secret := w.signIn(self)
	for name, by := range map[string]Principal{"another organisation": OwnerOf("other"), "another organisation's person": New(other.ID, other.Name, Person, "other")} {
		if err := w.EndPasskey(t.Context(), by, u.ID, keyID(lost.ID)); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s ends it: %v", name, err)
		}
		if _, err := w.PasskeysOf(t.Context(), by.Org, u.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s lists them: %v", name, err)
		}
	}
	if err := w.EndPasskey(t.Context(), self, u.ID, keyID(lost.ID)); err != nil {
		t.Fatal(err)
	}
	if err := w.EndPasskey(t.Context(), admin, u.ID, keyID(lost.ID)); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is ended twice: %v", err)
	}
	if _, _, err := w.BySession(t.Context(), secret); !errors.Is(err, ErrUnknown) {
		t.Errorf("the session goes on: %v", err)
	}
	id, options := w.begun(p)
	if _, err := p.FinishSignIn(t.Context(), id, lost.Get(options)); !errors.Is(err, ErrUnknown) {
		t.Errorf("it signs in: %v", err)
	}
	id, options = w.begun(p)
	if _, err := p.FinishSignIn(t.Context(), id, kept.Get(options)); err != nil {
		t.Errorf("the other does not: %v", err)
	}
	list, err := w.PasskeysOf(t.Context(), "maker", u.ID)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, k := range list {
		if k.Name != "laptop" || k.Blocked.IsZero() != (k.ID == keyID(kept.ID)) {
			t.Errorf("listed as %+v", k)
		}
	}
	if err := w.EndPasskey(t.Context(), admin, u.ID, keyID(kept.ID)); err != nil {
		t.Errorf("an administrator ends the last one: %v", err)
	}
}
