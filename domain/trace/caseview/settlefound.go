package caseview

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pedigree/internal/api"
)

// errNothing ends a conversation in which nothing is left to say.
var errNothing = errors.New("nothing is open")

// SettleFound ends what a case asks about some things because a person looked at them and
// found that they are right, whether the partner answered or not. With the last item the
// case ends, and a partner who was told of it is told so. A case that is closed, escalated
// or doesn't have the things stays as it is.
func (c *Cases) SettleFound(ctx context.Context, name string, paths []string, found api.Said, by string) (Case, error) {
	k, err := c.speak(ctx, name, func(k *Case, list []Item, to talk) (plan, error) {
		if !k.Asking || k.state.closed() || !k.Suspect.IsZero() {
			return plan{}, errNothing
		}
		var ends []Item
		for _, i := range list {
			if i.state == Done || i.state == Dropped || !slices.Contains(paths, i.Path) {
				continue
			}
			i.state = Done
			ends = append(ends, i)
		}
		if len(ends) == 0 {
			return plan{}, errNothing
		}
		return c.ending(k, list, ends, []Evidence{evidenceOf(about(found, ends[0].name(), len(ends)-1), EvidenceWord, by)}, to)
	})
	switch {
	case errors.Is(err, errNothing):
		d, err := c.Show(ctx, name)
		return d.Case, err
	case err != nil:
		return k, fmt.Errorf("couldn't settle the case: %w", err)
	}
	return k, nil
}
