package node

import (
	"sync"

	"pedigree/ledger"
	"pedigree/proof"
)

// memberKeysMax bounds the keys that are kept ready; a network has fewer members.
const memberKeysMax = 1 << 12

// memberKeys keeps the keys with which members admit entries ready to be judged by.
// The zero value is ready. Forgetting changes nothing but time.
type memberKeys struct {
	mu    sync.RWMutex
	ready map[proof.Key]*ledger.PreparedKey
}

// checks lists an envelope's signatures, those of members with their keys ready.
func (m *memberKeys) checks(w ledger.Signed) []ledger.SignatureCheck {
	list := w.Checks()
	for i := range min(len(w.Envelope.Body.Admission), len(list)) {
		list[i].Prepared = m.of(list[i].Key)
	}
	return list
}

func (m *memberKeys) of(k proof.Key) *ledger.PreparedKey {
	m.mu.RLock()
	key, known := m.ready[k]
	m.mu.RUnlock()
	if known {
		return key
	}
	key = ledger.PrepareKey(k)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ready == nil || len(m.ready) >= memberKeysMax {
		m.ready = map[proof.Key]*ledger.PreparedKey{}
	}
	m.ready[k] = key
	return key
}
