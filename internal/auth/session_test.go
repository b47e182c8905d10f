package auth

import (
	"errors"
	"testing"
	"time"
)

func TestASessionEndsWhenItIsIdleOrOld(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example", Clerk)
	p := New(u.ID, u.Name, Person, "maker", Clerk)
	idle := w.signIn(p)
	w.clock.pass(SessionIdle - time.Millisecond)
	if got, _, err := w.BySession(t.Context(), idle); err != nil || !got.May(Ship) || got.Name != "Pat Example" {
		t.Fatalf("just before it is idle: %+v, %v", got, err)
	}
	w.clock.pass(SessionIdle)
	if _, _, err := w.BySession(t.Context(), idle); !errors.Is(err, ErrUnknown) {
		t.Errorf("idle: %v", err)
	}
	old := w.signIn(p)
	for range int(SessionAge/(10*time.Minute)) - 1 {
		w.clock.pass(10 * time.Minute)
		if _, _, err := w.BySession(t.Context(), old); err != nil {
			t.Fatalf("a session in use ends early: %v", err)
		}
	}
	w.clock.pass(10 * time.Minute)
	if _, _, err := w.BySession(t.Context(), old); !errors.Is(err, ErrUnknown) {
		t.Errorf("too old: %v", err)
	}
}

func TestASessionSurvivesARestart(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	v := openStoreIn(t, dir)
	secret, _, err := NewAccess(v, c.now).SignIn(t.Context(), OwnerOf("maker"), MethodToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	p, s, err := NewAccess(openStoreIn(t, dir), c.now).BySession(t.Context(), secret)
	if err != nil || p.Kind != Owner || p.Org != "maker" || s.Method != MethodToken {
		t.Errorf("after the restart: %+v, %+v, %v", p, s, err)
	}
}

func TestEachSignInHasASecretOfItsOwn(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example")
	p := New(u.ID, u.Name, Person, "maker")
	if first, second := w.signIn(p), w.signIn(p); first == second {
		t.Error("two sessions have one secret")
	}
}

func TestThePersonsRolesAreReadAnewInEachRequest(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example", Clerk)
	secret := w.signIn(New(u.ID, u.Name, Person, "maker", Clerk))
	if err := w.Withdraw(t.Context(), "maker", u.ID, Clerk); err != nil {
		t.Fatal(err)
	}
	if p, _, err := w.BySession(t.Context(), secret); err != nil || p.May(Ship) {
		t.Errorf("after the role was taken: %+v, %v", p, err)
	}
	if err := w.RemovePerson(t.Context(), "maker", u.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.BySession(t.Context(), secret); !errors.Is(err, ErrUnknown) {
		t.Errorf("after the person was removed: %v", err)
	}
}

func TestRolesOfAnIdentityProviderHoldForItsSessionAlone(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example")
	p := New(u.ID, u.Name, Person, "maker")
	with, _, err := w.SignIn(t.Context(), p, MethodOIDC, Pharmacist)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _ := w.BySession(t.Context(), with); !got.May(Dispense) {
		t.Error("the session lacks its role")
	}
	if got, _, _ := w.BySession(t.Context(), w.signIn(p)); got.May(Dispense) {
		t.Error("another session has the role too")
	}
}

func TestAPersonHasAsManySessionsAsTheLimit(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example")
	p := New(u.ID, u.Name, Person, "maker")
	first := w.signIn(p)
	for range sessionsEach - 1 {
		w.clock.pass(time.Second)
		w.signIn(p)
	}
	if _, _, err := w.BySession(t.Context(), first); err != nil {
		t.Errorf("at the limit the first ends: %v", err)
	}
	w.clock.pass(time.Second)
	last := w.signIn(p)
	if _, _, err := w.BySession(t.Context(), first); !errors.Is(err, ErrUnknown) {
		t.Errorf("past the limit the first goes on: %v", err)
	}
	if _, _, err := w.BySession(t.Context(), last); err != nil {
		t.Errorf("past the limit the last is not taken: %v", err)
	}
}

func TestASessionIsEndedByItsOwnerOnlyOrByItsOrganisation(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example")
	secret, s, err := w.SignIn(t.Context(), New(u.ID, u.Name, Person, "maker"), MethodPasskey)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ org, principal string }{
		"by another person": {"maker", "somebody"}, "by another organisation": {"other", ""}, "by another organisation, as the person": {"other", u.ID},
	} {
		if err := w.EndSession(t.Context(), c.org, c.principal, s.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended %s: %v", name, err)
		}
	}
	if list, err := w.Sessions(t.Context(), "other", ""); err != nil || len(list) != 0 {
		t.Errorf("another organisation lists %+v, %v", list, err)
	}
	if list, err := w.Sessions(t.Context(), "maker", ""); err != nil || len(list) != 1 || list[0].Principal != u.ID {
		t.Errorf("the organisation lists %+v, %v", list, err)
	}
	if err := w.EndSession(t.Context(), "maker", u.ID, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.BySession(t.Context(), secret); !errors.Is(err, ErrUnknown) {
		t.Errorf("after its end: %v", err)
	}
}

func TestNobodySeesOrChangesAnotherOrganisationsPeople(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example", Clerk)
	other := OwnerOf("other")
	for name, err := range map[string]error{
		"reading":      func() error { _, err := w.Person(t.Context(), "other", u.ID); return err }(),
		"granting":     w.Grant(t.Context(), other, u.ID, Admin),
		"withdrawing":  w.Withdraw(t.Context(), "other", u.ID, Clerk),
		"removing":     w.RemovePerson(t.Context(), "other", u.ID),
		"a wrong role": w.Grant(t.Context(), OwnerOf("maker"), u.ID, "emperor"),
	} {
		if err == nil {
			t.Errorf("%s succeeds", name)
		}
	}
	list, err := w.People(t.Context(), "other")
	if err != nil || len(list) != 0 {
		t.Errorf("listed %+v, %v", list, err)
	}
	if got, err := w.Person(t.Context(), "maker", u.ID); err != nil || len(got.Roles) != 1 {
		t.Errorf("the person is %+v, %v", got, err)
	}
}
