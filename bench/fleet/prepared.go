package fleet

import (
	"fmt"
	"runtime"
	"sync"
)

// prepared are entries that wait to be sent. They lie outside the heap, so that
// they are no work for the collector and can be told apart from the node's memory.
type prepared struct {
	list [][]byte
	area int64 // bytes that lie outside the heap
	used int
}

// left is how many are ready.
func (p *prepared) left() int { return len(p.list) - p.used }

// add makes n more entries on all cores. A part must give each entry the same
// bytes however often it is asked.
func (p *prepared) add(n int, part func(i int) ([]byte, error)) error {
	if len(p.list)+n > PreparedMax {
		return fmt.Errorf("couldn't prepare %d more entries: at most %d wait in one validator", n, PreparedMax)
	}
	first := len(p.list)
	made := make([][]byte, n)
	cores := runtime.GOMAXPROCS(0)
	errs := make([]error, cores)
	var wait sync.WaitGroup
	for c := range cores {
		wait.Go(func() {
			for i := c; i < n && errs[c] == nil; i += cores {
				made[i], errs[c] = part(first + i)
			}
		})
	}
	wait.Wait()
	total := 0
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	for _, b := range made {
		total += len(b)
	}
	area, err := outsideHeap(total)
	if err != nil {
		return fmt.Errorf("couldn't keep %d prepared entries: %w", n, err)
	}
	for _, b := range made {
		at := len(area)
		area = append(area, b...)
		p.list = append(p.list, area[at:len(area):len(area)])
	}
	p.area += int64(total)
	return nil
}
