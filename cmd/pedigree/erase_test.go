package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
	"pedigree/internal/store/kv"
)

var eraseSeed = flag.Uint64("erase-seed", uint64(time.Now().UnixNano()), "of the records that are erased")

// record is something that names a person, and what must not be found once it is
// erased.
type record struct {
	person   string
	document int64  // of the private store, or
	item     string // the pack whose reason it is
	gone     map[string][]byte
}

// erasing is a node at which records about persons are made and erased.
type erasing struct {
	drill
	random *rand.Rand
	packs  int // made so far
}

// TestAnErasureLeavesNothingOfThePerson makes records that name persons in each way in
// which a document or a reason can, erases them, and searches all that is on the disk:
// for the name, for the bytes of the record as they were sealed, and for every hash and
// salt that could confirm a guess. The ledger never had any of it, and stays whole.
func TestAnErasureLeavesNothingOfThePerson(t *testing.T) {
	t.Logf("seed %d: go test ./cmd/pedigree -run %s -erase-seed %d", *eraseSeed, t.Name(), *eraseSeed)
	e := &erasing{drill: stockedNode(t), random: rand.New(rand.NewPCG(*eraseSeed, 0))}
	var list []*record
	e.during(func(r *running) {
		kinds := []func(*running, string) *record{e.captured, e.refusedCapture, e.transactionData, e.dispensed}
		for i := range erasures {
			list = append(list, kinds[i%len(kinds)](r, e.name()))
		}
		e.verb("dispense", "--settle")
	})
	e.absent(filepath.Join(e.home, "data", "ledger"), list, "on the ledger before anything was erased")
	present := e.search(e.home, list[:1])
	if len(present) == 0 {
		t.Fatal("the search finds nothing before anything is erased, so it would find nothing after")
	}
	backup := filepath.Join(e.dir, "before.tar")
	marks := filepath.Join(e.dir, "marks.json")
	e.during(func(*running) {
		e.verb("backup", "--out", backup)
		for _, c := range list {
			e.erase(c)
		}
		if code, said := e.try("erase", "document", fmt.Sprint(list[0].document)); code != exitNotFound {
			t.Errorf("erased again it ended with %d: %s", code, said)
		}
		e.list("erase", "marks", "--out", marks)
		e.list("ti", "list")
		e.verb("export-all", "--out", filepath.Join(e.dir, "all.tar"))
	})
	e.verb("fsck")
	e.absent(e.home, list, "after the erasure")
	e.restored(backup, marks, list)
}

// restored restores a backup from before the erasures, in which the documents are
// there again, and erases them by their marks.
func (e *erasing) restored(backup, marks string, list []*record) {
	e.Helper()
	lost := e.home
	e.home = filepath.Join(e.dir, "restored")
	e.verb("restore", backup, "--keys", lost, "--sole-validator")
	e.during(func(*running) { e.list("erase", "again", marks) })
	var documents []*record
	for _, c := range list {
		if c.document != 0 {
			documents = append(documents, c)
		}
	}
	e.verb("fsck")
	e.absent(e.home, documents, "after an older backup was restored and the marks were applied")
}

// name is one that nobody has.
func (e *erasing) name() string {
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('a' + e.random.IntN(26))
		}
		return strings.ToUpper(string(b[:1])) + string(b[1:])
	}
	return letters(7) + " " + letters(9)
}

// shipment is a document whose parties' names are a person's.
func (e *erasing) shipment(person string) epcistest.Shipment {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 1, PacksPerCase: 2, FirstSerial: 500_000 + e.packs}
	e.packs += 2
	s.Sender = epcistest.Party{Prefix: "0399991", Name: person, Owner: "00001", Location: "00002", Street: "1 Sample Street", City: "Springfield", State: "IL", Postal: "62701"}
	return s
}

func (e *erasing) file(person string, content []byte) string {
	e.Helper()
	path := filepath.Join(e.dir, "letter of "+person+".xml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		e.Fatal(err)
	}
	return path
}

func (e *erasing) events(s epcistest.Shipment) []byte {
	e.Helper()
	var doc bytes.Buffer
	if err := writeEPCIS(&doc, s, false, func(ev *epcis.Event) bool { return ev.BizStep != "shipping" }); err != nil {
		e.Fatal(err)
	}
	return doc.Bytes()
}

// captured is a document of events that was captured: its goods are in stock.
func (e *erasing) captured(r *running, person string) *record {
	raw := e.events(e.shipment(person))
	done := e.verb("capture", e.file(person, raw))
	return e.kept(r, person, raw, int64(done["document"].(float64)))
}

// refusedCapture is a document that was refused, for it has a name where an identifier
// should be: findings quote it.
func (e *erasing) refusedCapture(r *running, person string) *record {
	raw := e.events(e.shipment(person))
	raw = bytes.Replace(raw, []byte("urn:epc:id:sgtin:"), []byte("urn:epc:id:sgtin:"+strings.ReplaceAll(person, " ", "-")+":"), 1)
	code, said := e.try("capture", e.file(person, raw))
	var done struct{ Document int64 }
	if err := json.Unmarshal([]byte(said), &done); err != nil || code == exitDone || done.Document == 0 {
		e.Fatalf("the capture ended with %d, %v: %s", code, err, said)
	}
	return e.kept(r, person, raw, done.Document)
}

// transactionData is a partner's document about a shipment.
func (e *erasing) transactionData(r *running, person string) *record {
	var doc bytes.Buffer
	s := e.shipment(person)
	if err := s.WriteXML(&doc); err != nil {
		e.Fatal(err)
	}
	var done struct{ Number int64 }
	_, said := e.try("ti", "take", e.file(person, doc.Bytes()), "--partner", "wholesaler") // its goods are not here
	if err := json.Unmarshal([]byte(said), &done); err != nil {
		e.Fatalf("%v: %s", err, said)
	}
	var id int64
	err := r.desk.vault.View(e.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT doc FROM ti_document WHERE n = $1`, done.Number).Scan(&id)
	})
	if err != nil {
		e.Fatal(err)
	}
	return e.kept(r, person, doc.Bytes(), id)
}

// dispensed is a pack, dispensed for a reason that names who got it.
func (e *erasing) dispensed(r *running, person string) *record {
	s := e.shipment("Sample Manufacturer")
	e.verb("capture", e.file(fmt.Sprint("goods ", e.packs), e.events(s)))
	item := s.Pack(0)
	e.list("dispense", item, "--reason", "for "+person)
	c := &record{person: person, item: item, gone: map[string][]byte{"the name": []byte(person)}}
	e.look(r, func(tx *sql.Tx) error {
		var salt, reason []byte
		path, err := gs1.CanonicalPath(item)
		if err == nil {
			err = tx.QueryRow(`SELECT salt, reason FROM trace_dispense WHERE path = $1`, path).Scan(&salt, &reason)
		}
		c.gone["the salt"], c.gone["the sealed reason"] = salt, reason
		return err
	})
	return c
}

// kept notes what the private store has of a document.
func (e *erasing) kept(r *running, person string, raw []byte, document int64) *record {
	e.Helper()
	sum := sha256.Sum256(raw)
	c := &record{person: person, document: document, gone: map[string][]byte{
		"the name": []byte(person), "the name in a file's": []byte(strings.ReplaceAll(person, " ", "-")), "the hash": sum[:], "the hash as text": []byte(hex.EncodeToString(sum[:])),
	}}
	e.look(r, func(tx *sql.Tx) error {
		var head, part, mark []byte
		if err := tx.QueryRow(`SELECT d.head, d.content, c.body FROM vault_document d JOIN vault_chunk c ON c.document = d.id WHERE d.id = $1 AND c.position = 0`, document).Scan(&head, &mark, &part); err != nil {
			return err
		}
		c.gone["the sealed head"], c.gone["the mark of the content"], c.gone["the sealed content"] = head[:64], mark, part[:64]
		rows, err := tx.Query(`SELECT hash FROM trace_event WHERE doc = $1`, document)
		if err != nil {
			return err
		}
		defer rows.Close()
		for n := 0; rows.Next(); n++ {
			var hash []byte
			if err := rows.Scan(&hash); err != nil {
				return err
			}
			c.gone[fmt.Sprint("the hash of event ", n)] = hash
		}
		return rows.Err()
	})
	return c
}

func (e *erasing) look(r *running, do func(*sql.Tx) error) {
	e.Helper()
	if err := r.desk.vault.View(context.WithoutCancel(e.Context()), do); err != nil {
		e.Fatal(err)
	}
}

func (e *erasing) erase(c *record) {
	e.Helper()
	if c.item != "" {
		e.verb("erase", "reason", c.item)
		return
	}
	e.verb("erase", "document", fmt.Sprint(c.document))
}

// try runs one verb that may end in any way.
func (e *erasing) try(args ...string) (code int, said string) {
	var data, words bytes.Buffer
	code = run(e.Context(), append(args, "--home", e.home, "--json"), &output{data: &data, words: &words})
	if data.Len() == 0 {
		return code, words.String()
	}
	return code, data.String()
}

// list runs a verb whose answer is a list.
func (e *erasing) list(args ...string) {
	e.Helper()
	if code, said := e.try(args...); code != exitDone {
		e.Fatalf("pedigree %v ended with %d: %s", args, code, said)
	}
}

// absent fails if anything of the records is in a folder.
func (e *erasing) absent(dir string, list []*record, when string) {
	e.Helper()
	for _, found := range e.search(dir, list) {
		e.Errorf("%s: %s", when, found)
	}
}

// search reads every file below a folder, and every row of a ledger there, which its
// store compresses.
func (e *erasing) search(dir string, list []*record) (found []string) {
	e.Helper()
	look := func(where string, raw []byte) {
		for i, c := range list {
			for what, text := range c.gone {
				if bytes.Contains(raw, text) {
					found = append(found, fmt.Sprintf("%s of record %d (kind %d) is in %s", what, i, i%4, where))
				}
			}
		}
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		look(path, raw)
		return err
	})
	if err != nil {
		e.Fatal(err)
	}
	e.rows(look)
	return found
}

// rows hands every row of the stopped node's ledger out.
func (e *erasing) rows(look func(where string, raw []byte)) {
	e.Helper()
	db, err := kv.Open(home{e.home}.ledger(), kv.Options{})
	if err != nil {
		e.Fatal(err)
	}
	defer db.Close()
	for _, p := range []kv.Prefix{
		kv.EngineBlocks, kv.EngineState, kv.EngineEvidence, kv.LedgerMeta, kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains, kv.NodeLocal, kv.NodeSnapshots,
	} {
		it, err := db.View(p).NewIter(nil, nil)
		if err != nil {
			e.Fatal(err)
		}
		for more := it.First(); more; more = it.Next() {
			look(fmt.Sprintf("row %x of part %#x of the ledger", it.Key(), byte(p)), it.Key())
			look(fmt.Sprintf("row %x of part %#x of the ledger", it.Key(), byte(p)), it.Value())
		}
		if err := it.Close(); err != nil {
			e.Fatal(err)
		}
	}
}
