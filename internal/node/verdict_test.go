package node

import (
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"

	"pedigree/ledger"
	"pedigree/proof"
)

// signedWork makes n envelopes of which the ones in bad carry a wrong signature.
func signedWork(n int, bad map[int]bool) []ledger.Signed {
	work := make([]ledger.Signed, n)
	for i := range work {
		seed := make([]byte, 32)
		copy(seed, fmt.Sprintf("test key %d", i))
		priv := ed25519.NewKeyFromSeed(seed)
		env := proof.Envelope{BodyBytes: []byte(fmt.Sprintf("body %d", i))}
		env.Signatures = []proof.Signature{proof.Sign(priv, env.ID())}
		if bad[i] {
			env.Signatures[0][10] ^= 1
		}
		key := proof.NewKey(priv.Public().(ed25519.PublicKey))
		work[i] = ledger.Signed{Raw: env.Encode(), Envelope: env, Keys: []proof.Key{key}}
	}
	return work
}

func TestVerdictsEqualThoseReachedOneByOne(t *testing.T) {
	for _, n := range []int{1, 3, 15, 64, 300} {
		for _, bad := range []map[int]bool{{}, {0: true}, {n - 1: true, n / 2: true}} {
			work := signedWork(n, bad)
			v := newVerdicts()
			for round := range 2 { // the second time from memory
				for i, got := range v.judge(work) {
					if got != !bad[i] {
						t.Fatalf("%d envelopes, bad %v, round %d: envelope %d judged %v", n, bad, round, i, got)
					}
				}
			}
		}
	}
}

func TestAVerdictIsNotTakenForOtherKeysOrBytes(t *testing.T) {
	work := signedWork(2, nil)
	v := newVerdicts()
	v.judge(work)
	other := work[0]
	other.Keys = work[1].Keys
	forged := work[1]
	forged.Envelope.Signatures = []proof.Signature{{}}
	forged.Raw = forged.Envelope.Encode()
	for i, got := range v.judge([]ledger.Signed{other, forged}) {
		if got {
			t.Errorf("case %d: a verdict of other keys or bytes was taken", i)
		}
	}
}

func TestForgettingVerdictsChangesNothing(t *testing.T) {
	v := newVerdicts()
	work := signedWork(4, map[int]bool{2: true})
	for range 3 {
		for i := range verdictsMax { // push everything out of both generations
			v.remember(proof.Hash{byte(i), byte(i >> 8), byte(i >> 16), 1}, true)
		}
		for i, got := range v.judge(work) {
			if got != (i != 2) {
				t.Fatalf("envelope %d judged %v after forgetting", i, got)
			}
		}
	}
}

func TestEnvelopesJudgedAtTheSameTimeGetTheirOwnVerdicts(t *testing.T) {
	for _, n := range []int{1, 2, batchEnvelopes, batchEnvelopes + 1, 300} {
		bad := map[int]bool{0: true, n / 2: true}
		work := signedWork(n, bad)
		v := newVerdicts()
		got := make([]bool, n)
		var wait sync.WaitGroup
		for i := range work {
			wait.Go(func() { got[i] = v.judge(work[i : i+1])[0] })
		}
		wait.Wait()
		for i := range got {
			if got[i] == bad[i] {
				t.Errorf("%d at once: envelope %d judged %v", n, i, got[i])
			}
		}
		if v.gathering.leaders != 0 || len(v.gathering.queue) != 0 {
			t.Errorf("%d at once: %d still judge, %d still wait", n, v.gathering.leaders, len(v.gathering.queue))
		}
	}
}

// BenchmarkOneByOne is what 64 callers with one envelope each reach together.
func BenchmarkOneByOne(b *testing.B) {
	work := signedWork(4096, nil)
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			v := newVerdicts()
			next := make(chan int)
			var wait sync.WaitGroup
			for range callers {
				wait.Go(func() {
					for i := range next {
						v.gathering.judge(work[i%len(work)])
					}
				})
			}
			for i := range b.N {
				next <- i
			}
			close(next)
			wait.Wait()
		})
	}
}
