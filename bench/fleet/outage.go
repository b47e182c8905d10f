package fleet

import (
	"fmt"

	"pedigree/internal/netns"
)

// Kill ends one validator at once, as a power cut would; Again starts it on its home.
func (f *Fleet) Kill(i int) error {
	if i < 0 || i >= len(f.processes) || f.processes[i] == nil {
		return fmt.Errorf("couldn't kill validator %d: it does not run", i+1)
	}
	p := f.processes[i]
	f.processes[i] = nil
	return p.kill()
}

// Again starts a validator that was killed. It returns once the validator takes
// entries, which may be before it has caught up.
func (f *Fleet) Again(i int) (err error) {
	if i < 0 || i >= len(f.processes) || f.processes[i] != nil {
		return fmt.Errorf("couldn't start validator %d again: it was not killed", i+1)
	}
	f.processes[i], err = startProcess(f.orders[i], f.lane(i))
	return err
}

// up are the validators that run, in order.
func (f *Fleet) up() []*process {
	var list []*process
	for _, p := range f.processes {
		if p != nil {
			list = append(list, p)
		}
	}
	return list
}

// each does something for every validator that runs.
func (f *Fleet) each(do func(*process) error) error {
	up := f.up()
	return inParallel(len(up), func(i int) error { return do(up[i]) })
}

// lane is where a validator runs; nil for the loopback.
func (f *Fleet) lane(i int) *netns.Lane {
	if f.net == nil {
		return nil
	}
	return f.net.Lanes[i]
}
