package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/vault"
)

// Rows like a capture's are added in transactions of 10,000, by the kind of key
// that the table's unique index has.
func BenchmarkBulkInsert(b *testing.B) {
	byText := itemSchema
	byNumber := vault.Schema{Name: "item", Steps: []string{strings.Replace(byText.Steps[0],
		`CREATE UNIQUE INDEX item_path ON item (path)`, `CREATE INDEX item_path ON item (job)`, 1)}}
	for _, bench := range []struct {
		name   string
		schema vault.Schema
		rows   int
		sorted bool
		path   func(n int) string
	}{
		{"rising text", byText, 10_000, false, func(n int) string { return fmt.Sprintf("/01/09506000134352/21/%016x", n) }},
		{"random text", byText, 10_000, false, func(int) string { return fmt.Sprintf("/01/09506000134352/21/%016x", rand.Uint64()) }},
		{"random text, sorted", byText, 10_000, true, func(int) string { return fmt.Sprintf("/01/09506000134352/21/%016x", rand.Uint64()) }},
		{"random text, 50,000 rows", byText, 50_000, true, func(int) string { return fmt.Sprintf("/01/09506000134352/21/%016x", rand.Uint64()) }},
		{"random number", byNumber, 10_000, true, func(int) string { return fmt.Sprintf("/01/09506000134352/21/%016x", rand.Uint64()) }},
	} {
		for _, db := range []store{lite, gres} {
			b.Run(bench.name+" in "+string(db), func(b *testing.B) {
				c := db.config(b, folder(b))
				c.Schemas = []vault.Schema{bench.schema}
				v := open(b, c)
				n := 0
				paths := make([]string, bench.rows)
				for b.Loop() {
					for i := range paths {
						paths[i] = bench.path(n + i)
					}
					if bench.sorted {
						slices.Sort(paths)
					}
					err := v.Update(context.Background(), func(tx *sql.Tx) error { return insertItems(tx, paths, n, bench.name == "random number") })
					if err != nil {
						b.Fatal(err)
					}
					n += len(paths)
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

func insertItems(tx *sql.Tx, paths []string, first int, hashed bool) error {
	bulk, err := vault.NewBulkInsert(context.Background(), tx, itemTable)
	if err != nil {
		return err
	}
	for i, path := range paths {
		id, job := int64(first+i+1), int64(1)
		if hashed { // in place of the job, which costs the same to store
			h := fnv.New64a()
			_, _ = io.WriteString(h, path)
			job = int64(h.Sum64())
		}
		if err := bulk.Add(id, job, path, id/40, int64(7), id%40); err != nil {
			return err
		}
	}
	_, err = bulk.Flush()
	return err
}

// The same rows, each by a prepared statement of its own.
func BenchmarkOneRowAtATime(b *testing.B) {
	c := config(b, folder(b))
	c.Schemas = []vault.Schema{itemSchema}
	v := open(b, c)
	n := 0
	for b.Loop() {
		err := v.Update(context.Background(), func(tx *sql.Tx) error {
			one, err := tx.Prepare(`INSERT INTO item (id, job, path, parent, lot, pos) VALUES ($1, $2, $3, $4, $5, $6)`)
			if err != nil {
				return err
			}
			for range 10_000 {
				n++
				if _, err := one.Exec(n, 1, fmt.Sprintf("/01/09506000134352/21/%016x", n), n/40, 7, n%40); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// One small row: what a synced commit costs, and its median in milliseconds.
func BenchmarkUpdate(b *testing.B) {
	for _, db := range []store{lite, gres} {
		b.Run(string(db), func(b *testing.B) {
			v := open(b, db.config(b, folder(b)))
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				execute(b, v, `INSERT INTO note (text) VALUES ('a note')`)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		})
	}
}

func BenchmarkPutDocument(b *testing.B) {
	for _, size := range []int{4 << 10, mib, 64 * mib} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			v := open(b, config(b, folder(b)))
			text := content(1, size)
			b.SetBytes(int64(size))
			n := 0
			for b.Loop() {
				n++
				copy(text, fmt.Append(nil, n)) // or it would be there already
				put(b, v, info, text)
			}
		})
	}
}

func BenchmarkOpenDocument(b *testing.B) {
	for _, size := range []int{4 << 10, mib, 64 * mib} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			v := open(b, config(b, folder(b)))
			text := content(1, size)
			d := put(b, v, info, text)
			b.SetBytes(int64(size))
			for b.Loop() {
				if got, _, err := get(v, d.ID); err != nil || !bytes.Equal(got, text) {
					b.Fatal(len(got), err)
				}
			}
		})
	}
}
