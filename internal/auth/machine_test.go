package auth

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAnAPIKeyWorksUntilItEnds(t *testing.T) {
	w := newWorld(t)
	secret, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{Serialization, Auditor}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.ByAPIKey(t.Context(), secret)
	if err != nil || p.Org != "maker" || p.Kind != Machine || p.Name != "line 4" || !p.May(Capture) || p.May(Dispense) {
		t.Fatalf("got %+v, %v", p, err)
	}
	w.clock.pass(time.Hour - time.Millisecond)
	if _, err := w.ByAPIKey(t.Context(), secret); err != nil {
		t.Errorf("just before its end: %v", err)
	}
	w.clock.pass(time.Millisecond)
	if _, err := w.ByAPIKey(t.Context(), secret); !errors.Is(err, ErrUnknown) {
		t.Errorf("at its end: %v", err)
	}
	list, err := w.APIKeys(t.Context(), "maker")
	if err != nil || len(list) != 1 || list[0].ID != k.ID || list[0].Used.IsZero() {
		t.Errorf("listed %+v, %v", list, err)
	}
}

func TestARevokedAPIKeyEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	secret, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{Clerk}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.RevokeAPIKey(t.Context(), "other", k.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another organisation revokes it: %v", err)
	}
	if err := w.RevokeAPIKey(t.Context(), "maker", k.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ByAPIKey(t.Context(), secret); !errors.Is(err, ErrUnknown) {
		t.Errorf("after it was revoked: %v", err)
	}
	if err := w.RevokeAPIKey(t.Context(), "maker", k.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
}

func TestNothingButTheHashOfAnAPIKeyIsKept(t *testing.T) {
	w := newWorld(t)
	secret, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{Clerk}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var row string
	err = w.vault.View(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT id || name || roles || prefix || hash FROM auth_machine`).Scan(&row)
	})
	if err != nil || strings.Contains(row, secret[len(keyMark)+prefixDigits:]) || !strings.HasPrefix(secret, k.Prefix) || len(k.Prefix) > 20 {
		t.Errorf("the row is %q, %v", row, err)
	}
}

func TestWhatIsNoAPIKeyIsUnknown(t *testing.T) {
	w := newWorld(t)
	secret, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{Clerk}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]string{
		"nothing": "", "the prefix": k.Prefix, "the hash": hashOf(secret), "a changed key": secret[:len(secret)-1] + "x", "in capitals": strings.ToUpper(secret),
		"a key with more": secret + "0", "without its mark": strings.TrimPrefix(secret, keyMark), "SQL": keyMark + "' OR ''='",
	} {
		if _, err := w.ByAPIKey(t.Context(), wrong); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnAPIKeyIsMadeWithinItsLimits(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		of    string
		roles []Role
		age   time.Duration
		ok    bool
	}{
		{"for the longest time", "x", []Role{Clerk}, APIKeyAgeMax, true},
		{"for longer", "x", []Role{Clerk}, APIKeyAgeMax + 1, false},
		{"for a minute", "x", []Role{Clerk}, time.Minute, true},
		{"for less", "x", []Role{Clerk}, time.Minute - 1, false},
		{"with the longest name", strings.Repeat("n", NameBytesMax), []Role{Clerk}, 0, true},
		{"with a longer name", strings.Repeat("n", NameBytesMax+1), []Role{Clerk}, 0, false},
		{"with a line break in its name", "a\nb", []Role{Clerk}, 0, false},
		{"without a role", "x", nil, 0, false},
		{"with a role that is none", "x", []Role{"emperor"}, 0, false},
		{"with power over people", "x", []Role{Clerk, Admin}, 0, false},
		{"with power over the network", "x", []Role{Governance}, 0, false},
		{"with power over keys", "x", []Role{Signer}, 0, false},
	} {
		if _, _, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), c.of, c.roles, c.age); (err == nil) != c.ok {
			t.Errorf("a key %s: %v", c.name, err)
		}
	}
}

func TestAnOrganisationHasAsManyLiveKeysAsTheLimit(t *testing.T) {
	w := newWorld(t)
	err := w.vault.Update(t.Context(), func(tx *sql.Tx) error {
		for i := range machinesMax - 1 {
			if _, err := tx.Exec(`INSERT INTO auth_machine VALUES ($1, 'maker', 'x', 'clerk', 'p', $1, 1, 'owner', $2, 0, 0)`, fmt.Sprint(i), millis(w.Now().Add(time.Hour))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.reseal("maker")
	if _, _, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "the last", []Role{Clerk}, 0); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, _, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "one more", []Role{Clerk}, 0); err == nil {
		t.Error("one past the limit is made")
	}
	if _, _, err := w.CreateAPIKey(t.Context(), OwnerOf("other"), "another's", []Role{Clerk}, 0); err != nil {
		t.Errorf("another organisation pays for it: %v", err)
	}
}
