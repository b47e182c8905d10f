//go:build linux

package kill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// killer ends processes at random moments and starts them again.
type killer struct {
	net   *network
	rand  *rand.Rand
	kills int
	stops int // rounds in which too few nodes were left to go on
}

func newKiller(n *network) *killer {
	return &killer{net: n, rand: rand.New(rand.NewPCG(*seed, 0))}
}

// run kills until it has killed enough.
func (k *killer) run(ctx context.Context, wanted int) error {
	for round := 1; k.kills < wanted; round++ {
		if err := k.round(ctx, k.victims(round)); err != nil {
			return fmt.Errorf("round %d, after %d kills: %w", round, k.kills, err)
		}
		time.Sleep(k.upTo(killPause))
	}
	return nil
}

func (k *killer) upTo(d time.Duration) time.Duration { return time.Duration(k.rand.Int64N(int64(d))) }

// victims picks who is killed in a round.
func (k *killer) victims(round int) []*company {
	order := k.rand.Perm(len(k.net.list))
	n := 1
	switch {
	case round%allAtOnceEvery == 0:
		n = len(order)
	case round%twoAtOnceEvery == 0:
		n = 2
	}
	list := make([]*company, n)
	for i := range list {
		list[i] = k.net.list[order[i]]
	}
	return list
}

// round kills some nodes within 50 ms, starts each after a pause of its own, and
// waits until all take part again.
func (k *killer) round(ctx context.Context, victims []*company) error {
	pauses := make([]time.Duration, len(victims))
	for i, c := range victims {
		if err := c.kill(); err != nil {
			return err
		}
		k.kills++
		pauses[i] = k.upTo(restartPause)
		time.Sleep(k.upTo(50 * time.Millisecond / time.Duration(len(victims))))
	}
	if len(victims) > 1 {
		k.stops++
	}
	errs := make([]error, len(victims))
	var started sync.WaitGroup
	for i, c := range victims {
		started.Go(func() { errs[i] = restart(ctx, c, pauses[i]) })
	}
	started.Wait()
	return errors.Join(errs...)
}

// restart starts a killed node and notes how long it took to take part.
func restart(ctx context.Context, c *company, pause time.Duration) error {
	time.Sleep(pause)
	began := time.Now()
	if err := c.start(); err != nil {
		return err
	}
	if err := c.waitReady(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starts = append(c.starts, time.Since(began))
	return nil
}
