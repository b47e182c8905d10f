package store

import (
	"context"
	"fmt"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/expiryset"
	"pedigree/internal/store/snapshot"
	"pedigree/ledger"
)

// Export calls add with every row that a restored store is made from, in the
// order in which Restoring takes them: the typed maps, the events, the items of
// the expiring sets. Trees are left out, for they are made again from these.
func (v *View) Export(ctx context.Context, add func(snapshot.Record) error) error {
	if err := v.export(ctx, add); err != nil {
		return fmt.Errorf("couldn't export the ledger's state of height %d: %w", v.head.height, err)
	}
	return nil
}

func (v *View) export(ctx context.Context, add func(snapshot.Record) error) error {
	err := v.rows.each(nil, func(key, value []byte) (bool, error) {
		return true, add(snapshot.Record{Kind: snapshot.StateRow, Key: key, Value: value})
	})
	if err != nil {
		return err
	}
	for from := uint64(0); from < v.head.parts.EventCount; from += EventsReadMax {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(EventsReadMax, v.head.parts.EventCount-from)
		events, err := eventtree.Read(v.rows.events, from, int(n))
		if err != nil {
			return err
		}
		if uint64(len(events)) != n {
			return fmt.Errorf("%w: %d events follow event %d where %d are counted", ErrCorrupt, len(events), from, n)
		}
		for _, e := range events {
			if err := add(snapshot.Record{Kind: snapshot.Event, Value: e}); err != nil {
				return err
			}
		}
	}
	return expiryset.Each(ctx, v.rows.items, v.rows.chains, func(i ledger.SetItem) error {
		return add(snapshot.Record{Kind: snapshot.SetItem, Key: expiryset.Bucket(i.Set, i.Bucket), Value: i.Item[:]})
	})
}
