package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"pedigree/internal/vault"
	"pedigree/internal/vault/outbox"
)

// An envelope goes into the outbox with the work it stands for, is sent, and is
// marked when it comes back in a block.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	key, err := vault.CreateKey(filepath.Join(dir, "vault.key"))
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := vault.Open(ctx, vault.Config{Dir: filepath.Join(dir, "vault"), Key: key, Schemas: []vault.Schema{outbox.Schema()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer v.Close()
	o := outbox.New(v)

	err = v.Update(ctx, func(tx *sql.Tx) error {
		_, err := o.Add(ctx, tx, 1, []outbox.Envelope{{ID: [32]byte{7}, Raw: []byte("signed"), Note: "pallet 12 to the wholesaler"}})
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := o.Next(ctx, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range next {
		fmt.Printf("send %s: %s\n", item.Raw, item.Note)
		err = v.Update(ctx, func(tx *sql.Tx) error {
			_, err := o.Mark(ctx, tx, outbox.Outcome{ID: item.ID, State: outbox.Committed, Height: 42})
			return err
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	counts, err := o.Job(ctx, 1)
	fmt.Println(counts.Committed, "committed,", counts.Open(), "open", err)
	// Output:
	// send signed: pallet 12 to the wholesaler
	// 1 committed, 0 open <nil>
}
