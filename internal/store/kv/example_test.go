package kv_test

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"

	"pedigree/internal/store/kv"
)

// One batch can write several views, and is all or nothing.
func ExampleBatch_For() {
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	batch := db.View(kv.LedgerRows).NewBatch()
	_ = batch.Set([]byte("unit/1"), []byte("held"))
	_ = batch.For(kv.LedgerMeta).Set([]byte("height"), []byte("7"))
	if err := batch.Commit(false); err != nil {
		fmt.Println(err)
		return
	}
	height, found, err := db.View(kv.LedgerMeta).Get([]byte("height"))
	fmt.Println(string(height), found, err)
	// Output: 7 true <nil>
}
