package statebench

import (
	"os"
	"path/filepath"
	"testing"

	"pedigree/internal/store/storetest"
)

func TestCurveGrowsOneStoreThroughItsSizes(t *testing.T) {
	points, err := curve([]int{20_000, 125_000}, filepath.Join(t.TempDir(), "store"), 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		if p.MixedPerSecond <= 0 || p.DiskBytes <= 0 || p.ProofBytes <= 0 || p.ProofTime <= 0 || p.StateRoot.IsZero() {
			t.Errorf("point %d isn't complete: %+v", i, p)
		}
	}
	if points[0].Keys != 20_000 || points[1].Keys != 125_000 {
		t.Errorf("measured at %d and %d keys", points[0].Keys, points[1].Keys)
	}
	if points[0].StateRoot == points[1].StateRoot {
		t.Error("both sizes have one root")
	}
}

func TestLoadIsTheSameEveryTimeAndItsRootIsRight(t *testing.T) {
	model := map[string][]byte{}
	var roots [2]string
	for run := range roots {
		l, err := OpenLoad(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Insert(BlockKeys + 5); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Mix(1); err != nil {
			t.Fatal(err)
		}
		if err := l.Store.Each(nil, func(key, value []byte) (bool, error) {
			model[string(key)] = append([]byte{}, value...)
			return true, nil
		}); err != nil {
			t.Fatal(err)
		}
		roots[run] = l.Store.Parts().StateRoot.String()
		if want := BlockKeys + 5 + BlockKeys/2; len(model) != want || l.Store.Keys() != uint64(want) {
			t.Errorf("%d keys, want %d", l.Store.Keys(), want)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if want := storetest.StateRoot(model).String(); roots[0] != want || roots[1] != want {
		t.Errorf("roots %v, want %s", roots, want)
	}
}

func TestCurveRefusesSizesAndFoldersItCannotUse(t *testing.T) {
	for name, sizes := range map[string][]int{
		"no size": nil, "a size below a block": {BlockKeys - 1}, "sizes that descend": {30_000, 20_000}, "a size past the limit": {KeysMax + 1},
	} {
		if _, err := Curve(sizes, filepath.Join(t.TempDir(), "store")); err == nil {
			t.Errorf("%s was measured", name)
		}
	}
	l, err := OpenLoad(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.Mix(1); err == nil {
		t.Error("a block was mixed over no keys")
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "letter"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Curve([]int{BlockKeys}, full); err == nil {
		t.Error("a folder with something in it was used")
	}
}
