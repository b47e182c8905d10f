package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/vault"
)

// TestWhatAHostKeptOfAnOrganisationGoesToItsOwnStore has a host whose store has people,
// a machine's key and an audit trail of an organisation, as older versions left them.
func TestWhatAHostKeptOfAnOrganisationGoesToItsOwnStore(t *testing.T) {
	r := matrixNode(t)
	d := drill{T: t, home: r.home.dir}
	ctx := context.WithoutCancel(t.Context())
	before := auth.NewAccess(r.desk.vault, time.Now)
	u, err := before.AddPerson(ctx, "corner", "Pat of corner")
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := before.CreateAPIKey(ctx, auth.OwnerOf("corner"), "till", []auth.Role{auth.Pharmacist}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Record(ctx, "corner", "owner", "test", "something", "done"); err != nil {
		t.Fatal(err)
	}
	d.verb("hosted", "add", "--org", "corner", "--name", "Corner Pharmacy (test)", "--role", "dispenser", "--gln", "0399981000018")
	if err := r.hosts.scan(); err != nil {
		t.Fatal(err)
	}
	o, leave, err := r.hosts.pool.Acquire(ctx, "corner")
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	own := auth.NewAccess(o.desk.vault, time.Now)
	if people, err := own.People(ctx, "corner"); err != nil || len(people) != 1 || people[0].ID != u.ID {
		t.Errorf("its own store has the people %+v, %v", people, err)
	}
	if trail, err := own.CheckAudit(ctx, "corner", ""); err != nil || trail.Seq == 0 {
		t.Errorf("its own store has %d lines, %v", trail.Seq, err)
	}
	if held, err := auth.Holds(ctx, r.desk.vault, "corner"); err != nil || held {
		t.Errorf("the host's store still has something: %t, %v", held, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.server.URL()+"/api/v1/inventory", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("its machine's key is answered %d, %v", res.StatusCode, err)
	}
	// The copy from before has all of it.
	dir := t.TempDir()
	raw, err := os.ReadFile(filepath.Join(r.home.vault(), beforeOwnAccess))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "vault.db"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := r.home.vaultAt(r.secrets, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c.Dir = dir
	copied, err := vault.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if held, err := auth.Holds(ctx, copied, "corner"); err != nil || !held {
		t.Errorf("the copy from before holds something: %t, %v", held, err)
	}
}
