package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/auth"
)

// olderCopy is a stopped node whose private store is a copy from before its last
// anchored lines, beside a ledger that knows of them.
func olderCopy(t *testing.T) drill {
	t.Helper()
	d := auditedNode(t)
	before := filepath.Join(d.dir, "before")
	if err := os.CopyFS(before, os.DirFS(home{d.home}.vault())); err != nil {
		t.Fatal(err)
	}
	d.during(func(r *running) {
		d.verb("people", "add", "Lee Example")
		d.anchor(r)
	})
	d.vaultFrom(before)
	return d
}

// vaultFrom puts a copy in the place of the private store; "" none.
func (d drill) vaultFrom(folder string) {
	d.Helper()
	place := home{d.home}.vault()
	err := os.RemoveAll(place)
	if err == nil && folder != "" {
		err = errors.Join(os.CopyFS(place, os.DirFS(folder)), os.Chmod(place, 0o700), os.Chmod(filepath.Join(place, "vault.db"), 0o600))
	}
	if err != nil {
		d.Fatal(err)
	}
}

func TestAnOlderCopyOfTheStoreIsRefused(t *testing.T) {
	d := olderCopy(t)
	if said := d.ends(exitNo, "start"); !strings.Contains(said, "is older than what this organisation put on the ledger") || !strings.Contains(said, "--accept-older-store maker=REASON") {
		t.Errorf("start says %s", said)
	}
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, "an older copy of the store was put back") {
		t.Errorf("fsck says %s", said)
	}
	for name, accepted := range map[string]acceptances{"nothing": nil, "another organisation": {"other": "the newer disk was lost"}, "a reason too short": {"maker": "lost"}} {
		_, err := (&cli{out: silentOutput(), home: d.home}).startNodeWith(context.WithoutCancel(t.Context()), accepted)
		if err == nil {
			t.Fatalf("with %s accepted it starts", name)
		}
	}
	r, err := (&cli{out: silentOutput(), home: d.home}).startNodeWith(context.WithoutCancel(t.Context()), acceptances{"maker": "the newer disk was lost"})
	if err != nil {
		t.Fatal(err)
	}
	d.untilReady(r)
	if said := d.ends(exitDone, "audit", "show"); !strings.Contains(said, "reason: the newer disk was lost") {
		t.Errorf("the trail says %s", said)
	}
	d.anchor(r)
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if said := d.ends(exitDone, "fsck"); strings.Contains(said, "FAULT") {
		t.Errorf("fsck says %s", said)
	}
	d.during(func(r *running) { d.verb("people", "add", "Kim Example") }) // it needs to be said once
}

// TestAStoreFoundOlderLaterEndsTheNode has the ledger learn of the newer lines while the
// node runs, as after a catch-up.
func TestAStoreFoundOlderLaterEndsTheNode(t *testing.T) {
	d := auditedNode(t)
	d.during(func(r *running) {
		ctx := context.WithoutCancel(t.Context())
		if err := r.ageKnown(ctx); err != nil || len(r.older) > 0 {
			t.Fatalf("a store that is whole: %v", err)
		}
		statement(`DELETE FROM auth_audit WHERE seq = (SELECT max(seq) FROM auth_audit)`)(t, r)
		if err := r.ageKnown(ctx); err != nil || len(r.older) != 1 {
			t.Fatalf("an older store: %v", err)
		}
		if err := <-r.older; !errors.Is(err, auth.ErrOlder) {
			t.Errorf("it ends with %v", err)
		}
		if len(r.scrub.Figures().Faults) == 0 {
			t.Error("no fault is noted")
		}
	})
}

func TestAnEmptyStoreBesideItsLedgerBeginsAnew(t *testing.T) {
	d := auditedNode(t)
	d.vaultFrom("")
	d.during(func(r *running) {
		d.verb("people", "add", "Lee Example")
		d.anchor(r)
		if said := d.ends(exitDone, "audit", "show"); !strings.Contains(said, "the store was empty") {
			t.Errorf("the trail says %s", said)
		}
	})
	d.ends(exitDone, "fsck")
}

func TestAnAcceptanceNamesItsOrganisation(t *testing.T) {
	for text, want := range map[string]bool{"maker=the disk was lost": true, "maker": false, "=the disk was lost": false, "maker=": false, "a b=the disk was lost": false} {
		a, err := parseAcceptances([]string{text})
		if (err == nil) != want || want && a["maker"] != "the disk was lost" {
			t.Errorf("%q: %v, %v", text, a, err)
		}
	}
}
