package traceview

import (
	"fmt"

	"pedigree/proof"
)

// content is one sealed child in its container's row: its path, or, where it had
// surfaced and left before the container came here, only what its slot needs.
type content struct {
	path string
	gone *GoneChild
}

// encodeContents returns [[path or null, ...], [[leaf, depth, root or null], ...]],
// the second list being those of the nulls in order; nil when there are none.
func encodeContents(list []content) any {
	if len(list) == 0 {
		return nil
	}
	b := proof.AppendArray(make([]byte, 0, 40*len(list)), 2)
	b = proof.AppendArray(b, len(list))
	gone := 0
	for _, c := range list {
		if c.gone != nil {
			gone++
			b = proof.AppendNull(b)
			continue
		}
		b = proof.AppendText(b, c.path)
	}
	b = proof.AppendArray(b, gone)
	for _, c := range list {
		if c.gone != nil {
			b = proof.AppendBytes(proof.AppendArray(b, 3), c.gone.Leaf[:])
			b = proof.AppendHash(proof.AppendUint(b, uint64(c.gone.Depth)), c.gone.Root)
		}
	}
	return b
}

func decodeContents(b []byte) ([]content, error) {
	if b == nil {
		return nil, nil
	}
	r := proof.NewReader(b)
	r.ArrayOf(2)
	list := make([]content, r.Array(proof.SlotsShownMax))
	var gone []int
	for i := range list {
		if r.Null() {
			gone = append(gone, i)
		} else {
			list[i].path = r.Text(proof.IDSizeMax)
		}
	}
	r.ArrayOf(len(gone))
	for _, i := range gone {
		r.ArrayOf(3)
		list[i].gone = &GoneChild{Leaf: r.Hash(), Depth: uint8(r.UintMax(proof.SlotDepthMax)), Root: r.HashOrNull()}
	}
	if err := r.Done(); err != nil {
		return nil, fmt.Errorf("couldn't read the contents of a stock row: %w", err)
	}
	return list, nil
}
