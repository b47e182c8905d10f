package care

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"pedigree/internal/engine"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// LedgerReport is what a check of a ledger's database counted.
type LedgerReport struct {
	Tables int
	Rows   int64
	State  store.Report
	Blocks engine.BlocksReport
	// AppHash is that of State.Height.
	AppHash proof.Hash
}

// CheckLedger reads the whole database of a ledger that no node has open: every
// checksum, every block with its signatures and results, and every root, which it
// computes from the rows. It calls fault with each thing that is wrong. It writes
// nothing. With a use, it calls that last with the state's rows.
func CheckLedger(ctx context.Context, dir string, fault func(error), use func(s *store.Store) error) (r LedgerReport, err error) {
	bad := 0
	note := func(err error) {
		bad++
		fault(fmt.Errorf("the ledger: %w", err))
	}
	if r.Tables, err = kv.VerifyFiles(ctx, dir, note); err != nil || bad > 0 {
		return r, err // rows of a damaged table can't be read
	}
	db, err := kv.Open(dir, kv.Options{ReadOnly: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		note(err)
		return r, nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if r.Rows, err = db.CountRows(ctx); err != nil {
		note(err)
		return r, ctx.Err()
	}
	state, err := store.Open(db, store.Options{})
	if err != nil {
		note(err)
		return r, nil
	}
	r.AppHash = state.Parts().Hash()
	if r.State, err = state.Fsck(ctx); err != nil {
		note(err)
	}
	if r.Blocks, err = checkBlocks(ctx, db, state, r.State.Entries, note); err != nil || use == nil {
		return r, err
	}
	return r, use(state)
}

func checkBlocks(ctx context.Context, db *kv.DB, state *store.Store, entries uint64, fault func(error)) (engine.BlocksReport, error) {
	view, err := state.View()
	if err != nil {
		return engine.BlocksReport{}, err
	}
	hash := func(height int64) ([]byte, bool, error) {
		parts, err := view.PartsAt(height)
		if errors.Is(err, store.ErrHeight) {
			return nil, false, nil
		}
		h := parts.Hash()
		return h[:], err == nil, err
	}
	m := marks{entries: view, height: state.Height()}
	r, err := engine.CheckBlocks(ctx, db, engine.AppCheck{Hash: hash, Result: m.result}, fault)
	if behind := r.To - state.Height(); err == nil && (behind < 0 || behind > 1) {
		fault(fmt.Errorf("the blocks end at height %d and the state at %d, and at most one block may wait to be replayed", r.To, state.Height()))
	}
	if err == nil && r.From == 1 && m.found != entries {
		fault(fmt.Errorf("%d entries are marked as being on the ledger, and the blocks have %d of them where the marks say", entries, m.found))
	}
	return r, errors.Join(err, view.Close())
}
