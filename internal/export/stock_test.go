package export

import (
	"encoding/binary"
	"strings"
	"testing"

	"pedigree/proof"
)

// sealedCase is a case with two packs in it, which nothing proves.
func sealedCase() []StockLine {
	case1 := StockLine{Item: "/01/10399991123452/21/1", Kind: "case", Lot: "L", Expiry: "301231", Status: "on-hand", Depth: 1, Unproved: "no block yet"}
	lines := []StockLine{case1}
	slots := make([]proof.Hash, 2)
	for i := range slots {
		s := StockLine{Item: "/01/00399991123455/21/" + string(rune('1'+i)), Kind: "pack", Lot: "L", Expiry: "301231", Status: "on-hand", Inside: case1.Item, Level: 1, Slot: &i}
		s.Salt = binary.BigEndian.AppendUint64(make([]byte, 24), uint64(i+1))
		slots[i] = proof.Node(proof.Leaf(proof.Hash(s.Salt), s.Item, s.attrs().Encode()), 0, proof.Hash{})
		lines[0].Slots = append(lines[0].Slots, slots[i][:]...)
		lines = append(lines, s)
	}
	root := proof.SlotRoot(slots)
	lines[0].Root = root[:]
	return lines
}

func TestWhatIsSealedIsCheckedAgainstItsContainer(t *testing.T) {
	zero, two := 0, 2
	for name, test := range map[string]struct {
		change func([]StockLine)
		want   string
	}{
		"as it was":             {func([]StockLine) {}, ""},
		"another lot":           {func(l []StockLine) { l[1].Lot = "M" }, "holds something else"},
		"another root":          {func(l []StockLine) { l[0].Root = l[1].Salt }, "doesn't lead to its root"},
		"another depth":         {func(l []StockLine) { l[0].Depth = 2 }, "slot tree of depth 2"},
		"no depth":              {func(l []StockLine) { l[0].Depth = 0 }, "slot tree of depth 0"},
		"a depth over the most": {func(l []StockLine) { l[0].Depth = proof.SlotDepthMax + 1 }, "slot tree of depth 13"},
		"a slot twice":          {func(l []StockLine) { l[2] = l[1] }, "is taken already"},
		"another's slot":        {func(l []StockLine) { l[2].Slot = &zero }, "is taken already"},
		"a slot too many":       {func(l []StockLine) { l[2].Slot = &two }, "no slot, salt or root"},
		"no slot":               {func(l []StockLine) { l[2].Slot = nil }, "no slot, salt or root"},
		"a short salt":          {func(l []StockLine) { l[2].Salt = l[2].Salt[1:] }, "no slot, salt or root"},
		"in something else":     {func(l []StockLine) { l[2].Inside = "/00/1" }, "one level up"},
		"a level left out":      {func(l []StockLine) { l[1].Level = 2 }, "stands at level 2"},
		"a negative level":      {func(l []StockLine) { l[1].Level = -1 }, "stands at level -1"},
		"a proof of its own":    {func(l []StockLine) { l[1].Proof = []byte{1} }, "a proof of its own"},
		"no word why":           {func(l []StockLine) { l[0].Unproved = "" }, "neither a proof nor a word why"},
		"a proof that is none":  {func(l []StockLine) { l[0].Proof = []byte{1} }, "bundle"},
	} {
		lines := sealedCase()
		test.change(lines)
		var c stockCheck
		var err error
		heldLines := 0
		for _, s := range lines {
			var isHeld, proved bool
			if isHeld, proved, err = c.add(s); err != nil {
				break
			}
			if proved {
				t.Errorf("%s: %s is taken for proved", name, s.Item)
			}
			if isHeld {
				heldLines++
			}
		}
		if test.want == "" && (err != nil || heldLines != 3) {
			t.Errorf("%s: %v, %d lines of what is held", name, err, heldLines)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
