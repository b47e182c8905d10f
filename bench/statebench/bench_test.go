package statebench

import (
	"fmt"
	"testing"

	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// BenchmarkMixedBlock is one block of 10,000 changes, half of them new keys.
func BenchmarkMixedBlock(b *testing.B) {
	for _, size := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("keys=%d", size), func(b *testing.B) {
			l := loaded(b, size)
			b.ResetTimer()
			cost, err := l.Mix(b.N)
			if err != nil {
				b.Fatal(err)
			}
			perSecond, cpu := rate(cost)
			b.ReportMetric(perSecond, "keys/s")
			b.ReportMetric(float64(cpu.Nanoseconds())/1000, "cpu-us/key")
		})
	}
}

// BenchmarkSmallBlock is what one entry costs that touches ten keys.
func BenchmarkSmallBlock(b *testing.B) {
	l := loaded(b, 100_000)
	n := 0
	for b.Loop() {
		var cost Cost
		var writes []ledger.Write
		l.version++
		for range 10 {
			n++
			writes = append(writes, l.write(n%l.keys))
		}
		if err := l.block(writes, &cost); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProveState makes a proof of a key and checks it once.
func BenchmarkProveState(b *testing.B) {
	l := loaded(b, 100_000)
	b.ResetTimer()
	size, _, _, err := l.Prove(b.N)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(size), "proof-bytes")
}

// BenchmarkEvents appends blocks of 10,000 events of 200 bytes.
func BenchmarkEvents(b *testing.B) {
	blocks(b, func(block int) (ch ledger.Changes) {
		for i := range BlockKeys {
			ch.Events = append(ch.Events, append(make([]byte, 168), made("event", i, block)...))
		}
		return ch
	})
}

// BenchmarkSetItems lets blocks of 10,000 items join a set.
func BenchmarkSetItems(b *testing.B) {
	blocks(b, func(block int) (ch ledger.Changes) {
		for i := range BlockKeys {
			item := proof.Hash(made("item", i, block))
			ch.SetAdds = append(ch.SetAdds, ledger.SetItem{Set: 1, Bucket: uint64(block / 100), Item: item})
		}
		return ch
	})
}

func loaded(b *testing.B, size int) *Load {
	b.Helper()
	l, err := OpenLoad(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	if _, err := l.Insert(size); err != nil {
		b.Fatal(err)
	}
	return l
}

// blocks times Stage and Commit of made blocks, and reports the rate of what is
// in them.
func blocks(b *testing.B, of func(block int) ledger.Changes) {
	db, err := kv.Open(b.TempDir(), kv.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s, err := store.Open(db, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for block := range b.N {
		b.StopTimer()
		ch := of(block)
		b.StartTimer()
		if _, err := s.Stage(int64(block), ch); err != nil {
			b.Fatal(err)
		}
		if err := s.Commit(false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*BlockKeys)/b.Elapsed().Seconds(), "items/s")
}
