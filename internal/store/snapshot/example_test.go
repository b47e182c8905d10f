package snapshot_test

import (
	"fmt"
	"os"

	"pedigree/internal/store/snapshot"
)

// A snapshot is written record by record and read chunk by chunk.
func Example() {
	dir, err := os.MkdirTemp("", "shelf")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	shelf, err := snapshot.OpenShelf(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := shelf.NewWriter(snapshot.Manifest{Chain: "trial-1", Height: 10_000, Version: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := w.Add(snapshot.Record{Kind: snapshot.StateRow, Key: []byte("member/maker"), Value: []byte("active")}); err != nil {
		fmt.Println(err)
		return
	}
	m, err := w.Finish()
	if err != nil {
		fmt.Println(err)
		return
	}
	chunk, err := shelf.Chunk(m.Height, 0)
	if err != nil || m.CheckChunk(0, chunk) != nil {
		fmt.Println("the chunk is damaged", err)
		return
	}
	err = snapshot.Records(chunk, func(r snapshot.Record) error {
		fmt.Printf("%s is %s\n", r.Key, r.Value)
		return nil
	})
	fmt.Println(err)
	// Output:
	// member/maker is active
	// <nil>
}
