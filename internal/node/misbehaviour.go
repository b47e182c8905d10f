package node

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"pedigree/internal/engine"
)

// misbehavioursMax bounds how many records are read at once.
const misbehavioursMax = 1000

// Misbehaviour is what a validator was proven to have done, in a block.
//
// No rule acts on it: members decide, by a proposal, whether a validator goes. An
// honest operator whose key ran twice by mistake is the likeliest reason.
type Misbehaviour struct {
	Kind      string `json:"kind"`      // engine.DuplicateVote or engine.LightClientAttack
	Validator string `json:"validator"` // its consensus address, 40 hexadecimal digits
	Height    int64  `json:"height"`    // at which it was done
}

// noteMisbehaviour keeps what a block proves, and tells the operator. The same block
// executed again leaves the same records.
func (n *Node) noteMisbehaviour(height int64, list []engine.Misbehavior) error {
	b := n.local.NewBatch()
	for i, m := range list {
		record := Misbehaviour{string(m.Kind), hex.EncodeToString(m.Address[:]), m.Height}
		raw, err := json.Marshal(record)
		if err != nil {
			return err
		}
		if err := b.Set(misbehaviourKey(height, uint32(i)), raw); err != nil {
			return err
		}
		n.log.Error("a validator broke the rules of consensus; does its key sign on two machines?", "kind", record.Kind, "validator", record.Validator, "height", record.Height)
	}
	return b.Commit(false)
}

func misbehaviourKey(height int64, i uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64([]byte("misbehaviour/"), uint64(height)), i)
}

// Misbehaviours lists what validators were proven to have done, latest first and at
// most 1,000. A node that took a snapshot knows of nothing before it.
func (n *Node) Misbehaviours() ([]Misbehaviour, error) {
	it, err := n.local.NewIter(misbehaviourKey(0, 0), misbehaviourKey(-1, 0)) // as an unsigned number, -1 is the greatest
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var out []Misbehaviour
	for more := it.Last(); more && len(out) < misbehavioursMax; more = it.Prev() {
		var m Misbehaviour
		if err := json.Unmarshal(it.Value(), &m); err != nil {
			return nil, fmt.Errorf("couldn't read what validators did: %w", err)
		}
		out = append(out, m)
	}
	return out, it.Error()
}

// Misbehaved is how many times validators were proven to have broken the rules, up
// to 1,000; 1,000 too when that can't be read, for then somebody must look.
func (n *Node) Misbehaved() int {
	list, err := n.Misbehaviours()
	if err != nil {
		n.log.Error("couldn't read what validators did", "error", err)
		return misbehavioursMax
	}
	return len(list)
}
