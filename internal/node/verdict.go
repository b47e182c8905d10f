package node

import (
	"crypto/sha256"
	"runtime"
	"sync"

	"pedigree/ledger"
	"pedigree/proof"
)

// verdictsMax bounds the memory of verdicts: two generations of this many.
const verdictsMax = 1 << 16

// batchEnvelopes is how many envelopes one batch judges together.
const batchEnvelopes = 64

// verdicts judges signatures, on all cores and in batches, and remembers what it
// found under the SHA-256 of the complete envelope and the keys it was judged by.
// Forgetting changes nothing but time.
type verdicts struct {
	gathering gathering
	keys      *memberKeys
	mu        sync.Mutex
	now, old  map[proof.Hash]bool
}

func newVerdicts() *verdicts {
	keys := &memberKeys{}
	return &verdicts{gathering: gathering{keys: keys}, keys: keys, now: map[proof.Hash]bool{}}
}

func verdictKey(s ledger.Signed) proof.Hash {
	h := sha256.New()
	h.Write(s.Raw)
	for _, k := range s.Keys {
		h.Write(k[:])
	}
	return proof.Hash(h.Sum(nil))
}

func (v *verdicts) recall(k proof.Hash) (verdict, known bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if verdict, known = v.now[k]; !known {
		verdict, known = v.old[k]
	}
	return verdict, known
}

func (v *verdicts) remember(k proof.Hash, verdict bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.now) >= verdictsMax {
		v.old, v.now = v.now, make(map[proof.Hash]bool, verdictsMax)
	}
	v.now[k] = verdict
}

// judge is the ledger's Verifier.
func (v *verdicts) judge(work []ledger.Signed) []bool {
	out := make([]bool, len(work))
	keys := make([]proof.Hash, len(work))
	var unknown []int
	for i, w := range work {
		keys[i] = verdictKey(w)
		verdict, known := v.recall(keys[i])
		if out[i] = verdict; !known {
			unknown = append(unknown, i)
		}
	}
	if len(work) == 1 && len(unknown) == 1 { // from CheckTx, where others come at the same time
		out[0] = v.gathering.judge(work[0])
	} else {
		inParallel(unknown, func(part []int) { judgeBatch(work, part, out, v.keys) })
	}
	for _, i := range unknown {
		v.remember(keys[i], out[i])
	}
	return out
}

// inParallel cuts places into batches and spreads them over the cores.
func inParallel(places []int, do func(part []int)) {
	if len(places) <= batchEnvelopes/4 {
		if len(places) > 0 {
			do(places)
		}
		return
	}
	size := min(batchEnvelopes, (len(places)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	parts := make(chan []int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for part := range parts {
				do(part)
			}
		})
	}
	for len(places) > 0 {
		n := min(size, len(places))
		parts <- places[:n]
		places = places[n:]
	}
	close(parts)
	wg.Wait()
}

// judgeBatch judges some envelopes together, and one by one when that fails, for
// a batch only says that all hold or not.
func judgeBatch(work []ledger.Signed, part []int, out []bool, keys *memberKeys) {
	signatures := 0
	for _, i := range part {
		signatures += len(work[i].Keys)
	}
	checks := make([]ledger.SignatureCheck, 0, signatures)
	for _, i := range part {
		checks = append(checks, keys.checks(work[i])...)
	}
	if ledger.VerifySignatures(checks) {
		for _, i := range part {
			out[i] = true
		}
		return
	}
	for _, i := range part {
		out[i] = ledger.VerifySignatures(work[i].Checks())
	}
}
