package vault_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pedigree/internal/vault"
)

// orders is the schema of some package that keeps its table in the vault. A
// later version of it adds a step.
var orders = vault.Schema{Name: "orders", Steps: []string{
	`CREATE TABLE orders_line (id INTEGER PRIMARY KEY, product TEXT NOT NULL, quantity INTEGER NOT NULL)`,
}}

// openExample makes a vault in a folder that goes with the example.
func openExample() (v *vault.Vault, done func()) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	key, err := vault.CreateKey(filepath.Join(dir, "vault.key"))
	if err != nil {
		panic(err)
	}
	v, err = vault.Open(context.Background(), vault.Config{Dir: filepath.Join(dir, "vault"), Key: key, Schemas: []vault.Schema{orders}})
	if err != nil {
		panic(err)
	}
	return v, func() {
		fmt.Print(errorText(v.Close()), errorText(os.RemoveAll(dir)))
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() + "\n"
}

// A package writes and reads its own tables.
func ExampleVault_Update() {
	v, done := openExample()
	defer done()
	ctx := context.Background()

	err := v.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO orders_line (product, quantity) VALUES ($1, $2)`, "09506000134352", 12)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = v.View(ctx, func(tx *sql.Tx) error {
		var product string
		var quantity int
		err := tx.QueryRowContext(ctx, `SELECT product, quantity FROM orders_line WHERE quantity > $1`, 10).Scan(&product, &quantity)
		fmt.Println(product, quantity)
		return err
	})
	fmt.Println(err)
	// Output:
	// 09506000134352 12
	// <nil>
}

// A received file is kept once, however often it comes.
func ExampleVault_PutDocument() {
	v, done := openExample()
	defer done()
	ctx := context.Background()

	info := vault.DocumentInfo{Name: "shipment.xml", MediaType: "application/xml", Direction: vault.In, Partner: "9506000134000"}
	for range 2 {
		doc, existed, err := v.PutDocument(ctx, info, strings.NewReader("<epcis/>"))
		fmt.Println(doc.ID, doc.Size, existed, err)
	}
	content, doc, err := v.OpenDocument(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer content.Close()
	text, err := io.ReadAll(content)
	fmt.Printf("%s has %s, %v\n", doc.Name, text, err)
	// Output:
	// 1 8 false <nil>
	// 1 8 true <nil>
	// shipment.xml has <epcis/>, <nil>
}

// A job saves how far it is together with what it has done.
func ExampleVault_SaveJob() {
	v, done := openExample()
	defer done()
	ctx := context.Background()

	var job vault.Job
	err := v.Update(ctx, func(tx *sql.Tx) (err error) {
		job, err = v.StartJob(ctx, tx, "orders/import", nil, nil)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = v.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders_line (product, quantity) VALUES ($1, $2)`, "09506000134352", 1); err != nil {
			return err
		}
		job.Progress, job.Cursor = json.RawMessage(`{"lines": 1}`), []byte("line 2")
		return v.SaveJob(ctx, tx, job)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// After a restart:
	running, err := v.Jobs(ctx, vault.JobFilter{Kind: "orders/import", State: vault.JobRunning})
	for _, j := range running {
		fmt.Printf("go on at %s after %s\n", j.Cursor, j.Progress)
	}
	fmt.Println(err)
	// Output:
	// go on at line 2 after {"lines": 1}
	// <nil>
}

// A client that didn't get its answer asks again and gets the same one.
func ExampleVault_ClaimRequest() {
	v, done := openExample()
	defer done()
	ctx := context.Background()

	request := vault.Request{Key: "order-81", Route: "clerk POST /api/orders", Hash: [32]byte{1}}
	for range 2 {
		claim, answer, err := v.ClaimRequest(ctx, request)
		if err != nil {
			fmt.Println(err)
			return
		}
		if claim == nil {
			fmt.Printf("answered before: %s\n", answer)
			continue
		}
		err = v.Update(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, `INSERT INTO orders_line (product, quantity) VALUES ($1, $2)`, "09506000134352", 1); err != nil {
				return err
			}
			return claim.Answer(ctx, tx, []byte("order 1"))
		})
		claim.Release()
		fmt.Println("done:", err)
	}
	// Output:
	// done: <nil>
	// answered before: order 1
}

// Many rows go in with few statements.
func ExampleBulkInsert() {
	v, done := openExample()
	defer done()
	ctx := context.Background()

	err := v.Update(ctx, func(tx *sql.Tx) error {
		bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: "orders_line", Columns: []string{"product", "quantity"}})
		if err != nil {
			return err
		}
		for i := range 10_000 {
			if err := bulk.Add(fmt.Sprintf("%014d", i), 1); err != nil {
				return err
			}
		}
		n, err := bulk.Flush()
		fmt.Println(n, "rows")
		return err
	})
	fmt.Println(err)
	// Output:
	// 10000 rows
	// <nil>
}
