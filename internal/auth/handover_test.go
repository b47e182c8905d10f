package auth

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// taken is all that is handed over of an organisation, as it is read again.
type taken struct {
	People     []User
	Keys       []APIKey
	Signatures []Signature
	Trail      uint64
	Hash       string
}

func takenOf(t *testing.T, a *Access, org string) (all taken) {
	t.Helper()
	ctx := context.Background()
	err := a.EachPerson(ctx, org, func(u User) error { all.People = append(all.People, u); return nil })
	if err == nil {
		err = a.EachAPIKey(ctx, org, func(k APIKey) error { all.Keys = append(all.Keys, k); return nil })
	}
	if err == nil {
		err = a.EachSignature(ctx, org, func(s Signature) error { all.Signatures = append(all.Signatures, s); return nil })
	}
	trail, checking := a.CheckAudit(ctx, org, "")
	if err != nil || checking != nil {
		t.Fatal(err, checking)
	}
	all.Trail, all.Hash = trail.Seq, trail.Hash
	return all
}

// lived gives two organisations in one store all that is handed over, and returns the
// secrets of their API keys, sessions and invitations and the ids of their people.
func lived(t *testing.T, host *Access) (secrets map[string][4]string) {
	t.Helper()
	ctx := context.Background()
	secrets = map[string][4]string{}
	for _, org := range []string{"corner", "market"} {
		u, err := host.AddPerson(ctx, org, "Pat of "+org)
		if err != nil {
			t.Fatal(err)
		}
		if err := host.Grant(ctx, OwnerOf(org), u.ID, Pharmacist); err != nil {
			t.Fatal(err)
		}
		key, _, err := host.CreateAPIKey(ctx, OwnerOf(org), "till", []Role{Pharmacist}, 0)
		if err != nil {
			t.Fatal(err)
		}
		session, _, err := host.SignIn(ctx, New(u.ID, u.Name, Person, org), MethodPasskey)
		if err != nil {
			t.Fatal(err)
		}
		invite, _, err := host.Invite(ctx, org, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := host.Ask(ctx, OwnerOf(org), Pending{Act: "test", Permission: Govern}); err != nil {
			t.Fatal(err)
		}
		secrets[org] = [4]string{key, session, invite, u.ID}
		if _, err := host.SignByToken(ctx, Record{Org: org, Signer: "owner", Meaning: "approval"}); err != nil {
			t.Fatal(err)
		}
	}
	for range listMax + 1 { // more than a page
		if err := host.Record(ctx, "corner", "owner", "test", "something", "done"); err != nil {
			t.Fatal(err)
		}
	}
	return secrets
}

// hostOf has one organisation's store beside the host's.
func hostOf(host *world, org string, own Store) {
	host.HostFor("maker", func(_ context.Context, of string) (Store, func(), error) {
		if of != org {
			return nil, nil, fmt.Errorf("%w: %s is not here", ErrUnknown, of)
		}
		return own, func() {}, nil
	})
}

func TestWhatAnOrganisationHadInItsHostsStoreGoesOnFromItsOwn(t *testing.T) {
	ctx := context.Background()
	host, own := newWorld(t), newWorld(t)
	secrets := lived(t, host.Access)
	want, other := takenOf(t, host.Access, "corner"), takenOf(t, host.Access, "market")
	// Cut off after the copy: nothing was deleted, and the same again completes it.
	if err := handAll(ctx, host.vault, own.vault, "corner"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, takenOf(t, host.Access, "corner")); diff != "" {
		t.Fatal(diff)
	}
	for range 2 {
		if err := GiveOwn(ctx, host.vault, own.vault, "corner"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, takenOf(t, own.Access, "corner")); diff != "" {
			t.Fatal(diff)
		}
	}
	if left := takenOf(t, host.Access, "corner"); len(left.People)+len(left.Keys)+len(left.Signatures) > 0 || left.Trail > 0 {
		t.Errorf("the host still has %+v", left)
	}
	if held, err := Holds(ctx, host.vault, "corner"); err != nil || held {
		t.Errorf("the host's store still holds something: %t, %v", held, err)
	}
	if diff := cmp.Diff(other, takenOf(t, host.Access, "market")); diff != "" {
		t.Errorf("another organisation's became other: %s", diff)
	}
	hostOf(host, "corner", own.vault)
	passkeys, err := NewPasskeys(host.Access, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	key, session, invite, id := secrets["corner"][0], secrets["corner"][1], secrets["corner"][2], secrets["corner"][3]
	if who, err := host.ByAPIKey(ctx, key); err != nil || who.Org != "corner" || !who.May(Dispense) {
		t.Errorf("its API key is that of %+v, %v", who, err)
	}
	if who, _, err := host.BySession(ctx, session); err != nil || who.ID != id || who.Org != "corner" {
		t.Errorf("its session is that of %+v, %v", who, err)
	}
	if _, _, u, err := passkeys.BeginRegistration(ctx, invite); err != nil || u.ID != id {
		t.Errorf("its invitation is for %+v, %v", u, err)
	}
	if h, err := passkeys.byHandle(ctx, []byte(id)); err != nil || h.org != "corner" {
		t.Errorf("a passkey of its is that of %+v, %v", h, err)
	}
	if acts, err := host.PendingActs(ctx, "corner", ""); err != nil || len(acts) != 1 {
		t.Errorf("acts that wait: %+v, %v", acts, err)
	}
	if err := host.SignOut(ctx, session); err != nil {
		t.Fatal(err)
	}
	if _, _, err := host.BySession(ctx, session); !errors.Is(err, ErrUnknown) {
		t.Errorf("a session that was ended: %v", err)
	}
}

func TestAnOwnStoreThatHasGoneOnIsNotOverwritten(t *testing.T) {
	ctx := context.Background()
	host, own := newWorld(t), newWorld(t)
	for _, store := range []*world{host, own, own} {
		if err := store.Record(ctx, "corner", "owner", "test", "something", "done"); err != nil {
			t.Fatal(err)
		}
	}
	if err := GiveOwn(ctx, host.vault, own.vault, "corner"); !errors.Is(err, ErrTrail) {
		t.Errorf("got %v", err)
	}
	if seq, _, err := own.AuditHead(ctx, "corner"); err != nil || seq != 2 {
		t.Errorf("its own trail ends with line %d, %v", seq, err)
	}
}

func TestWhatEndsWithAMoveEnds(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	secrets := lived(t, w.Access)
	want := takenOf(t, w.Access, "corner")
	if err := Depart(ctx, w.vault, "corner"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, takenOf(t, w.Access, "corner")); diff != "" {
		t.Error(diff)
	}
	passkeys, err := NewPasskeys(w.Access, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for org, gone := range map[string]bool{"corner": true, "market": false} {
		if _, _, err := w.BySession(ctx, secrets[org][1]); errors.Is(err, ErrUnknown) != gone {
			t.Errorf("the session of %s: %v", org, err)
		}
		if _, _, _, err := passkeys.BeginRegistration(ctx, secrets[org][2]); errors.Is(err, ErrUnknown) != gone {
			t.Errorf("the invitation of %s: %v", org, err)
		}
		if acts, err := w.PendingActs(ctx, org, ""); err != nil || (len(acts) == 0) != gone {
			t.Errorf("acts of %s: %+v, %v", org, acts, err)
		}
	}
}
