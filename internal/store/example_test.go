package store_test

import (
	"fmt"
	"log"

	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A block is staged, which gives the application hash, and committed; then its
// contents can be proved.
func Example() {
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem()})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	s, err := store.Open(db, store.Options{})
	if err != nil {
		log.Fatal(err)
	}
	parts, err := s.Stage(1, ledger.Changes{
		Writes: []ledger.Write{{Key: []byte("\x20record"), Value: []byte("held by A")}},
		Events: [][]byte{[]byte("received by A")},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Commit(false); err != nil {
		log.Fatal(err)
	}
	fmt.Println("events:", parts.EventCount, "same after commit:", s.Parts() == parts)

	p, err := s.ProveAt([][]byte{[]byte("\x20record"), []byte("\x20other")}, []uint64{0})
	if err != nil {
		log.Fatal(err)
	}
	for _, state := range p.States {
		fmt.Printf("height %d, %q: found %v, proof holds: %v\n", p.Height, state.Key, state.Found, state.Verify() == nil)
	}
	fmt.Printf("event %q: proof holds: %v\n", p.Events[0].Event, p.Events[0].Verify() == nil)
	// Output:
	// events: 1 same after commit: true
	// height 1, " record": found true, proof holds: true
	// height 1, " other": found false, proof holds: true
	// event "received by A": proof holds: true
}
