package care

import (
	"context"
	"errors"
	"fmt"

	"pedigree/internal/engine"
	"pedigree/internal/store"
)

// ScrubLedger is a Part that checks a running node's ledger: every row of the state
// against the tree, the log of events and the sets, and every block with its
// signatures, its results and the marks of its entries. The rows are those of one
// moment, which the disk keeps meanwhile: seconds for a million of them.
func ScrubLedger(state *store.Store, node *engine.Node) Part {
	return Part{Name: "the ledger", Walk: func(ctx context.Context, rest func() error, fault func(error)) error {
		switch _, err := state.Fsck(ctx); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			fault(err)
		}
		if err := rest(); err != nil {
			return err
		}
		height := state.Height()
		hash := func(height int64) ([]byte, bool, error) {
			parts, err := state.PartsAt(height)
			if errors.Is(err, store.ErrHeight) {
				return nil, false, nil
			}
			h := parts.Hash()
			return h[:], err == nil, err
		}
		m := marks{entries: state, height: height}
		err := node.CheckBlocks(ctx, height-1, engine.AppCheck{Hash: hash, Result: m.result}, rest, fault)
		if err != nil {
			return fmt.Errorf("couldn't read the blocks: %w", err)
		}
		return nil
	}}
}
