package node

import (
	"errors"
	"testing"
)

func TestANodeSaysThatItHearsNobody(t *testing.T) {
	t.Parallel()
	list := places(t, "hears", 2, 0)
	for _, p := range list {
		p.start(t)
	}
	list[0].write(t, "first", 1)
	if err := list[0].node.Hears(t.Context()); err != nil {
		t.Errorf("two are connected: %v", err)
	}
	list[1].stop(t)
	eventually(t, "the connection is seen as broken", func() bool { return errors.Is(list[0].node.Hears(t.Context()), errUnheard) })
	list[1].start(t)
	eventually(t, "it is connected again", func() bool { return list[0].node.Hears(t.Context()) == nil })
}

func TestANodeThatDecidesAloneNeedsToHearNobody(t *testing.T) {
	t.Parallel()
	list := places(t, "hears-alone", 1, 0)
	list[0].start(t)
	if err := list[0].node.Hears(t.Context()); err != nil {
		t.Error(err)
	}
}
