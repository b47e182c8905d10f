package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/freeport"
)

// Goods in one file of the drill: ten pallets with ten cases of 20 packs.
const (
	drillPallets, drillCases, drillPacks = 10, 10, 20
	drillFiles                           = 1 // where DRILL_FILES says no other
)

// drill is one home that is lost and comes back.
type drill struct {
	*testing.T
	dir, home string
}

// verb runs one verb and returns its answer.
func (d drill) verb(args ...string) map[string]any {
	d.Helper()
	var data, words bytes.Buffer
	if code := run(d.Context(), append(args, "--home", d.home, "--json"), &output{data: &data, words: &words}); code != exitDone {
		d.Fatalf("pedigree %v ended with %d: %s%s", args, code, data.String(), words.String())
	}
	var answer map[string]any
	if err := json.Unmarshal(data.Bytes(), &answer); err != nil {
		d.Fatalf("pedigree %v: %v in %s", args, err, data.String())
	}
	return answer
}

// up starts the node in this process; the returned function stops it.
func (d drill) up() func() {
	d.Helper()
	c := &cli{out: silentOutput(), home: d.home}
	r, err := c.startNode(context.WithoutCancel(d.Context()))
	if err != nil {
		d.Fatal(err)
	}
	for end := time.Now().Add(nodeWait); r.ready() != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			d.Fatal(r.ready())
		}
	}
	return func() {
		d.Helper()
		if err := r.stop(); err != nil {
			d.Error(err)
		}
	}
}

// TestDrill loses a node with goods and brings it back, and says how long it took.
func TestDrill(t *testing.T) {
	files := drillFiles
	if text := os.Getenv("DRILL_FILES"); text != "" {
		var err error
		if files, err = strconv.Atoi(text); err != nil || files < 1 {
			t.Fatalf("DRILL_FILES is %q, which is no number of files", text)
		}
	}
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	p2p, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	api, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--gln", "0399991000015", "--alone",
		"--licence", "manufacturer:US:T-1:"+now.AddDate(-1, 0, 0).Format(time.DateOnly)+":"+now.AddDate(1, 0, 0).Format(time.DateOnly), "--listen", api, "--p2p", p2p)
	down := d.up()
	message := filepath.Join(d.dir, "identifiers.json")
	if err := os.WriteFile(message, []byte(`{"member": "maker", "identifiers": [{"kind": "gln", "value": "0399991000022"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	entry, _ := d.verb("org", "act", "set-identifiers", message)["id"].(string)
	for i := range files {
		d.verb("capture", d.goods(i))
	}
	receipt := filepath.Join(d.dir, "entry.receipt.pedigree")
	d.verb("receipt", entry, "--out", receipt)
	backup := filepath.Join(d.dir, "node.tar")
	taken := d.verb("backup", "--out", backup)
	down()

	lost := d.home
	d.home = filepath.Join(d.dir, "restored")
	restored := d.verb("restore", backup, "--keys", lost, "--sole-validator")
	if err := os.RemoveAll(lost); err != nil {
		t.Fatal(err)
	}
	fsck := d.verb("fsck")
	defer d.up()()
	again := filepath.Join(d.dir, "again.receipt.pedigree")
	d.verb("receipt", entry, "--out", again)
	for _, file := range []string{receipt, again} {
		d.verb("verify", file, "--trust", filepath.Join(d.home, "founding.json"))
	}
	if fsck["height"] != taken["height"] || fsck["app_hash"] != taken["app_hash"] {
		t.Errorf("the backup is of height %v, %v; restored is height %v, %v", taken["height"], taken["app_hash"], fsck["height"], fsck["app_hash"])
	}
	t.Logf("%d packs in %d files: backup of %.1f MB in %.2f s, restore with all checks in %.2f s, fsck in %.2f s",
		files*drillPallets*drillCases*drillPacks, files, taken["bytes"].(float64)/1e6, taken["seconds"], restored["seconds"], fsck["seconds"])
}

// goods writes one EPCIS file and returns its path.
func (d drill) goods(n int) string {
	d.Helper()
	s := epcistest.Shipment{Pallets: drillPallets, CasesPerPallet: drillCases, PacksPerCase: drillPacks, FirstSerial: 1 + n*drillPallets*drillCases*drillPacks}
	var doc bytes.Buffer
	if err := writeEPCIS(&doc, s, false, func(e *epcis.Event) bool { return e.BizStep != "shipping" }); err != nil {
		d.Fatal(err)
	}
	path := filepath.Join(d.dir, fmt.Sprintf("goods-%d.xml", n))
	if err := os.WriteFile(path, doc.Bytes(), 0o600); err != nil {
		d.Fatal(err)
	}
	return path
}
