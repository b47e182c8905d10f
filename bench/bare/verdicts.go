package bare

import "sync"

// verdicts remembers the transactions whose signatures verified, under the hash
// of all their bytes. It holds between max and twice max of them: when the
// younger half is full, the older one is forgotten.
type verdicts struct {
	max        int
	mu         sync.RWMutex
	young, old map[[32]byte]struct{}
}

func newVerdicts(max int) *verdicts {
	return &verdicts{max: max, young: map[[32]byte]struct{}{}}
}

func (v *verdicts) has(id [32]byte) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if _, ok := v.young[id]; ok {
		return true
	}
	_, ok := v.old[id]
	return ok
}

func (v *verdicts) add(id [32]byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.young) >= v.max {
		v.old, v.young = v.young, make(map[[32]byte]struct{}, v.max)
	}
	v.young[id] = struct{}{}
}
