//go:build linux

package kill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"pedigree/e2e/cluster"
)

// killer ends processes at random moments and starts them again.
type killer struct {
	net   *cluster.Network
	rand  *rand.Rand
	kills int
	// rounds in which one node was killed, two, and all of them
	alone, several, all int
}

func newKiller(n *cluster.Network) *killer {
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
func (k *killer) victims(round int) []*cluster.Member {
	order := k.rand.Perm(len(k.net.List))
	n := 1
	switch {
	case round%allAtOnceEvery == 0:
		n = len(order)
	case round%twoAtOnceEvery == 0:
		n = 2
	}
	list := make([]*cluster.Member, n)
	for i := range list {
		list[i] = k.net.List[order[i]]
	}
	return list
}

// round kills some nodes within 50 ms, starts each after a pause of its own, and
// waits until all take part again.
func (k *killer) round(ctx context.Context, victims []*cluster.Member) error {
	pauses := make([]time.Duration, len(victims))
	for i, c := range victims {
		if err := c.Kill(); err != nil {
			return err
		}
		k.kills++
		pauses[i] = k.upTo(restartPause)
		time.Sleep(k.upTo(50 * time.Millisecond / time.Duration(len(victims))))
	}
	switch len(victims) {
	case 1:
		k.alone++
	case len(k.net.List):
		k.all++
	default:
		k.several++
	}
	errs := make([]error, len(victims))
	var started sync.WaitGroup
	for i, c := range victims {
		started.Go(func() { errs[i] = c.Restart(ctx, pauses[i]) })
	}
	started.Wait()
	return errors.Join(errs...)
}
