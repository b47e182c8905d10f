package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// hosts are a node of maker's and the stores of those that it hosts.
type hosts struct {
	*world
	stores map[string]*world
	opened map[string]int
	inUse  int
}

func newHosts(t *testing.T, orgs ...string) *hosts {
	t.Helper()
	h := &hosts{newWorld(t), map[string]*world{}, map[string]int{}, 0}
	for _, org := range orgs {
		h.stores[org] = newWorld(t)
	}
	h.HostFor("maker", func(_ context.Context, org string) (Store, func(), error) {
		w := h.stores[org]
		if w == nil {
			return nil, nil, fmt.Errorf("%w: %s is not here", ErrUnknown, org)
		}
		h.opened[org]++
		h.inUse++
		return w.vault, func() { h.inUse-- }, nil
	})
	return h
}

func TestAHostedOrganisationsRowsAreInItsOwnStore(t *testing.T) {
	h := newHosts(t, "corner", "market")
	ctx := context.Background()
	secrets := lived(t, h.Access)
	if held, err := Holds(ctx, h.vault, "corner"); err != nil || held {
		t.Errorf("the host's store holds something of corner: %t, %v", held, err)
	}
	if held, err := Holds(ctx, h.stores["market"].vault, "corner"); err != nil || held {
		t.Errorf("the store of market holds something of corner: %t, %v", held, err)
	}
	passkeys, err := NewPasskeys(h.Access, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for org, s := range secrets {
		clear(h.opened)
		if who, err := h.ByAPIKey(ctx, s[0]); err != nil || who.Org != org {
			t.Errorf("the API key of %s is that of %+v, %v", org, who, err)
		}
		if who, _, err := h.BySession(ctx, s[1]); err != nil || who.Org != org || who.ID != s[3] {
			t.Errorf("the session of %s is that of %+v, %v", org, who, err)
		}
		if _, _, u, err := passkeys.BeginRegistration(ctx, s[2]); err != nil || u.ID != s[3] {
			t.Errorf("the invitation of %s is for %+v, %v", org, u, err)
		}
		if p, err := passkeys.byHandle(ctx, []byte(s[3])); err != nil || p.org != org {
			t.Errorf("the passkey of %s is that of %+v, %v", org, p, err)
		}
		if h.opened[org] == 0 || len(h.opened) != 1 {
			t.Errorf("to find who is of %s, these stores were opened: %v", org, h.opened)
		}
	}
	longest := strings.Repeat("x", 32)
	h.stores[longest] = newWorld(t)
	if u := h.add(longest, "Pat"); len(u.ID) != PersonIDMax {
		t.Errorf("the longest id of a person is %q", u.ID)
	}
	if h.inUse != 0 {
		t.Errorf("%d uses of stores were not ended", h.inUse)
	}
}

// TestAStoreSpeaksForItsOrganisationAlone puts rows of the host, and of another hosted
// organisation, into the store of a third, as one that was restored from a forged file
// might have them.
func TestAStoreSpeaksForItsOrganisationAlone(t *testing.T) {
	h := newHosts(t, "corner", "market")
	ctx := context.Background()
	passkeys, err := NewPasskeys(h.Access, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, forged := range []string{"maker", "market"} {
		secrets := lived(t, h.Access)["corner"]
		for _, table := range []string{"auth_person", "auth_machine", "auth_session"} {
			h.stores["corner"].sql("UPDATE "+table+" SET org = $1", forged)
		}
		if who, err := h.ByAPIKey(ctx, secrets[0]); !errors.Is(err, ErrUnknown) {
			t.Errorf("an API key in the store of corner is that of %+v, %v", who, err)
		}
		if who, _, err := h.BySession(ctx, secrets[1]); !errors.Is(err, ErrUnknown) {
			t.Errorf("a session in the store of corner is that of %+v, %v", who, err)
		}
		if _, _, u, err := passkeys.BeginRegistration(ctx, secrets[2]); !errors.Is(err, ErrUnknown) {
			t.Errorf("an invitation in the store of corner is for %+v, %v", u, err)
		}
		if p, err := passkeys.byHandle(ctx, []byte(secrets[3])); !errors.Is(err, ErrUnknown) {
			t.Errorf("a passkey in the store of corner is that of %+v, %v", p, err)
		}
	}
}

func TestASecretThatNamesNobodyHostedIsUnknown(t *testing.T) {
	h := newHosts(t, "corner")
	ctx := context.Background()
	plain := strings.Repeat("ab", secretBytes)
	for _, name := range []string{"", "nobody_", "corner_", "_", "corner_corner_", "../corner_", "maker_"} {
		if _, err := h.ByAPIKey(ctx, keyMark+name+plain); !errors.Is(err, ErrUnknown) {
			t.Errorf("an API key that begins with %q: %v", name, err)
		}
		if _, _, err := h.BySession(ctx, name+plain); !errors.Is(err, ErrUnknown) {
			t.Errorf("a session that begins with %q: %v", name, err)
		}
		if err := h.SignOut(ctx, name+plain); err != nil {
			t.Errorf("the end of a session that begins with %q: %v", name, err)
		}
	}
}
