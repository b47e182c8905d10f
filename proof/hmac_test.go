package proof

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestADeriverGivesWhatTheSingleFunctionsGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := Hash(rapid.SliceOfN(rapid.Byte(), HashSize, HashSize).Draw(t, "seed"))
		d := NewDeriver(seed)
		for range 3 {
			id := rapid.StringN(0, IDSizeMax, IDSizeMax).Draw(t, "id")
			if got, want := d.Salt(id), ChildSalt(seed, id); got != want {
				t.Fatalf("salt of %q is %s, ChildSalt gives %s", id, got, want)
			}
			if got, want := d.Seed(id), ChildSeed(seed, id); got != want {
				t.Fatalf("seed of %q is %s, ChildSeed gives %s", id, got, want)
			}
		}
	})
}

func TestSlotRootIsTheRootOfTheSlotTree(t *testing.T) {
	for depth := uint8(SlotDepthMin); depth <= SlotDepthMax; depth++ {
		slots := make([]Hash, 1<<depth)
		for i := range slots {
			slots[i] = ChildSalt(Hash{depth}, fmt.Sprint(i))
		}
		want := NewSlotTree(depth, append([]Hash{}, slots...)).Root()
		if got := SlotRoot(slots); got != want {
			t.Errorf("depth %d: root %s, the tree gives %s", depth, got, want)
		}
	}
}

func BenchmarkDeriverSalt(b *testing.B) {
	d := NewDeriver(Hash{1})
	for b.Loop() {
		d.Salt("/01/00300010123455/21/100000000001")
	}
}

func BenchmarkChildSalt(b *testing.B) {
	for b.Loop() {
		ChildSalt(Hash{1}, "/01/00300010123455/21/100000000001")
	}
}
