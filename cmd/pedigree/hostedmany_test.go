//go:build long

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/tenant"
)

// TestABackupOfANodeWithManyHostedOrganisations measures the backup of a host with 500
// organisations, of which each has a person and some lines of audit, and its restore.
func TestABackupOfANodeWithManyHostedOrganisations(t *testing.T) {
	const many = 500
	r := matrixNode(t)
	d := drill{T: t, home: r.home.dir}
	host, err := readCard(r.home.card())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	for i := range many {
		id := fmt.Sprintf("small-%03d", i)
		crd := card{Node: host.Node}
		crd.Member.ID, crd.Member.Name, crd.Member.Roles = id, "Small "+id+" (test)", host.Member.Roles
		if _, err := addHosted(r.home, r.secrets, crd, tenant.Quota{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.hosts.scan(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for i := range many {
		id := fmt.Sprintf("small-%03d", i)
		if _, err := r.access.AddPerson(ctx, id, "Pat of "+id); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if err := r.access.Record(ctx, id, "owner", "test", "something", "done"); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d stores made and written to in %.1f s; %d are open", many, time.Since(began).Seconds(), r.hosts.pool.Open())
	if open := r.hosts.pool.Open(); open > 64 {
		t.Errorf("%d stores are open at once", open)
	}
	d.dir = t.TempDir()
	file := filepath.Join(d.dir, "host.tar")
	taken := d.verb("backup", "--out", file)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	one := d.verb("hosted", "backup", "small-007", "--out", filepath.Join(d.dir, "one.tar"))
	began = time.Now()
	lost := r.home.dir
	d.home = filepath.Join(d.dir, "back")
	restored := d.verb("restore", file, "--keys", lost, "--sole-validator")
	t.Logf("%d organisations: backup of %d bytes in %v s, restore in %.1f s (%v bytes); one alone: %v bytes in %v s",
		many, info.Size(), taken["seconds"], time.Since(began).Seconds(), restored["bytes"], one["bytes"], one["seconds"])
}
