package engine

import (
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
)

func TestBlocksComeSoonUntilOneHasThePresentTime(t *testing.T) {
	const full = time.Minute
	old, young := time.Now().Add(-2*wakeAfter), time.Now()
	for name, c := range map[string]struct {
		full  time.Duration
		times []time.Time // of the last block at the start, and of those made since
		want  time.Duration
	}{
		"after a night": {full, []time.Time{old}, wakePause},
		"the first block after it is still of yesterday": {full, []time.Time{old, old}, wakePause},
		"one has the present time":                       {full, []time.Time{old, old, young}, full},
		"once awake it is not asked again":               {full, []time.Time{old, young, old}, full},
		"after a short stop":                             {full, []time.Time{young}, full},
		"a clock that is wrong has few blocks made":      {full, []time.Time{old, old, old}, wakePause},
		"and no more than that":                          {full, []time.Time{old, old, old, old}, full},
		"a chain that makes blocks faster than that":     {time.Millisecond, []time.Time{old}, time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wake{waits: cmtcfg.DefaultConsensusConfig(), full: c.full}
			w.begin(c.times[0])
			for _, at := range c.times[1:] {
				w.executed(at)
			}
			if got := w.waits.CreateEmptyBlocksInterval; got != c.want {
				t.Errorf("the next block comes after %v, want %v", got, c.want)
			}
		})
	}
}

// The first block of a test's chain has the time of its founding, months ago.
func TestAChainThatStoodStillMakesABlockWhenItStarts(t *testing.T) {
	t.Parallel()
	s, c := single(t)
	must(t, s.node.WaitHeight(testContext(t), 1))
	height := s.node.Height()
	must(t, s.stop())
	c.Timeouts.EmptyBlock = time.Hour
	must(t, s.start(testContext(t), c))
	must(t, s.node.WaitHeight(testContext(t), height+1))
}
