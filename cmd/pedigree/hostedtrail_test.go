package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// TestAHostedTrailIsAnchoredUnderItsOwnersKey has a host see to the audit trail of an
// organisation: not before it is a member, once while nothing is added, and again
// after its time when something is.
func TestAHostedTrailIsAnchoredUnderItsOwnersKey(t *testing.T) {
	r := matrixNode(t)
	d := drill{T: t, home: r.home.dir}
	d.verb("hosted", "add", "--org", "corner", "--name", "Corner Pharmacy (test)", "--role", "dispenser", "--gln", "0399981000018")
	if err := r.hosts.scan(); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	record := func() {
		t.Helper()
		if err := r.access.Record(ctx, "corner", "owner", "test", "something", "done"); err != nil {
			t.Fatal(err)
		}
	}
	see := func() (anchored string) {
		t.Helper()
		o, leave, err := r.hosts.pool.Acquire(ctx, "corner")
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		if err := r.hosts.seeToTrail(ctx, o); err != nil {
			t.Fatal(err)
		}
		if anchored, err = r.anchored("corner"); err != nil {
			t.Fatal(err)
		}
		return anchored
	}
	record()
	if got := see(); got != "" {
		t.Errorf("the trail of an organisation that is no member is on the ledger: %s", got)
	}
	d.verb("org", "propose", "org", "admit", filepath.Join(r.home.hosted("corner").dir, "admission.json"))
	own, err := r.anchored(r.org)
	if err != nil {
		t.Fatal(err)
	}
	first := see()
	if _, head, err := r.access.AuditHead(ctx, "corner"); err != nil || first != head {
		t.Errorf("the ledger holds %q, the trail ends with %s, %v", first, head, err)
	}
	record()
	if again := see(); again != first {
		t.Error("the hash was put on the ledger again before its time")
	}
	o, err := r.hosts.find("corner")
	if err != nil {
		t.Fatal(err)
	}
	o.anchored = time.Now().Add(-anchorEvery)
	if again := see(); again == first || again == "" {
		t.Errorf("after its time the ledger still holds %q", again)
	}
	if after, err := r.anchored(r.org); err != nil || after != own {
		t.Errorf("the host's own hash became %q, %v", after, err)
	}
}
