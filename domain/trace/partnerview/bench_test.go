package partnerview

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/format/register"
	"pedigree/proof"
)

func rowsOf(from, n int) string {
	var b strings.Builder
	b.WriteString(listHead)
	for i := range n {
		fmt.Fprintf(&b, "K-%d,2025-01-01,2026-12-31,active,\n", from+i)
	}
	return b.String()
}

// BenchmarkLoad loads a list of 200,000 rows.
func BenchmarkLoad(b *testing.B) {
	w := newWorld(b)
	if _, err := w.SetMapping(b.Context(), []byte(mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true))); err != nil {
		b.Fatal(err)
	}
	for n := range b.N {
		if _, err := w.Load(b.Context(), "board-us-il", "2026-03-04", strings.NewReader(rowsOf(n, 200_000))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheck checks a partner among a million rows, and keeps the answer.
func BenchmarkCheck(b *testing.B) {
	w, _ := newLedgerWorld(b)
	w.matched(b, "P", "board-us-il")
	if _, err := w.SetMapping(b.Context(), []byte(mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true))); err != nil {
		b.Fatal(err)
	}
	if _, err := w.Load(b.Context(), "board-us-il", "2026-03-04", strings.NewReader(rowsOf(1, 1_000_000))); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a, err := w.CheckNow(b.Context(), Query{GLN: glnDock, Role: proof.RoleDispenser}, "a measure")
		if err != nil || a.Word != Authorised {
			b.Fatalf("%s, %v", a.Word, err)
		}
	}
}
