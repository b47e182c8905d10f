package statebench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pedigree/proof"
)

// Point is what was measured at one number of keys.
type Point struct {
	Keys            int           // before the mixed blocks
	LoadPerSecond   float64       // keys inserted a second, from the point before
	LoadCPU         time.Duration // of the process, for each key
	MixedPerSecond  float64       // keys changed a second
	MixedCPU        time.Duration // of the process, for each key
	MixedBlockP50   time.Duration
	MixedBlockMax   time.Duration
	DiskBytes       int64 // everything in the folder, the write-ahead log included
	MemoryBytesMax  int64 // of the process without files, largest seen between blocks
	ProofBytes      int
	ProofTime       time.Duration
	ProofVerifyTime time.Duration
	StateRoot       proof.Hash
}

// Curve grows one store in dir, which must be empty or absent, through the sizes
// in ascending order and measures at each. The folder is left behind.
func Curve(sizes []int, dir string) ([]Point, error) { return curve(sizes, dir, MixedBlocks) }

func curve(sizes []int, dir string, mixedBlocks int) ([]Point, error) {
	if !slices.IsSorted(sizes) || len(sizes) == 0 || sizes[0] < BlockKeys || sizes[len(sizes)-1] > KeysMax {
		return nil, fmt.Errorf("couldn't measure sizes %v: they must ascend from at least %d to at most %d", sizes, BlockKeys, KeysMax)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, fmt.Errorf("couldn't measure in %s: name an empty folder", dir))
	}
	l, err := OpenLoad(dir)
	if err != nil {
		return nil, err
	}
	var points []Point
	for _, size := range sizes {
		p, err := l.point(size, dir, mixedBlocks)
		if err != nil {
			return points, errors.Join(fmt.Errorf("couldn't measure %d keys: %w", size, err), l.Close())
		}
		points = append(points, p)
	}
	return points, l.Close()
}

// point grows the store to a size, which the mixed blocks of the point before
// may have passed already, and measures.
func (l *Load) point(size int, dir string, mixedBlocks int) (Point, error) {
	p := Point{}
	load, err := l.grow(size-l.keys, &p.MemoryBytesMax)
	if err != nil {
		return p, err
	}
	p.Keys = l.keys
	p.LoadPerSecond, p.LoadCPU = rate(load)
	mixed, err := l.Mix(mixedBlocks)
	if err != nil {
		return p, err
	}
	p.MixedPerSecond, p.MixedCPU = rate(mixed)
	slices.Sort(mixed.Wall)
	p.MixedBlockP50, p.MixedBlockMax = mixed.Wall[len(mixed.Wall)/2], mixed.Wall[len(mixed.Wall)-1]
	if p.ProofBytes, p.ProofTime, p.ProofVerifyTime, err = l.Prove(ProofCount); err != nil {
		return p, err
	}
	if err := keepMax(&p.MemoryBytesMax); err != nil {
		return p, err
	}
	p.StateRoot = l.Store.Parts().StateRoot
	p.DiskBytes, err = diskBytes(dir)
	return p, err
}

// grow inserts n keys and looks at the memory every now and then.
func (l *Load) grow(n int, memory *int64) (Cost, error) {
	var all Cost
	const step = 10 * BlockKeys
	for ; n > 0; n -= step {
		c, err := l.Insert(min(n, step))
		if err != nil {
			return all, err
		}
		all.Wall, all.CPU = append(all.Wall, c.Wall...), all.CPU+c.CPU
		if err := keepMax(memory); err != nil {
			return all, err
		}
	}
	return all, nil
}

func keepMax(memory *int64) error {
	now, err := processMemory()
	*memory = max(*memory, now)
	return err
}

// rate turns the cost of full blocks into keys a second and processor time a key.
func rate(c Cost) (perSecond float64, cpu time.Duration) {
	var wall time.Duration
	for _, w := range c.Wall {
		wall += w
	}
	keys := len(c.Wall) * BlockKeys
	if keys == 0 || wall == 0 {
		return 0, 0
	}
	return float64(keys) / wall.Seconds(), c.CPU / time.Duration(keys)
}

func diskBytes(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the store removed it meanwhile
		}
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
