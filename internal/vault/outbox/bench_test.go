package outbox_test

import (
	"crypto/rand"
	"testing"
	"time"

	"pedigree/internal/vault/outbox"
)

// Envelopes of one KiB are added, read, and marked twice, in batches of 1,000:
// what each envelope of a capture goes through.
func BenchmarkAnEnvelopesWholeWay(b *testing.B) {
	const batch = 1000
	now := time.Now()
	v, o := open(b, &now)
	list := make([]outbox.Envelope, batch)
	outcomes := make([]outbox.Outcome, batch)
	for i := range list {
		list[i].Raw = make([]byte, 1024)
		_, _ = rand.Read(list[i].Raw)
	}
	seq := 0
	for b.Loop() {
		for i := range list {
			_, _ = rand.Read(list[i].ID[:])
			list[i].Seq, seq = seq, seq+1
		}
		mustAdd(b, v, o, 1, list...)
		next, err := o.Next(ctx, batch)
		if err != nil || len(next) != batch {
			b.Fatalf("%d came, %v", len(next), err)
		}
		for i, e := range next {
			outcomes[i] = outbox.Outcome{ID: e.ID, State: outbox.Submitted}
		}
		mustMark(b, v, o, outcomes...)
		for i, e := range next {
			outcomes[i] = outbox.Outcome{ID: e.ID, State: outbox.Committed, Height: int64(seq), Index: i}
		}
		mustMark(b, v, o, outcomes...)
	}
	b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "envelopes/s")
}
