package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"

	"pedigree/internal/engine"
	"pedigree/internal/store"
	"pedigree/internal/store/snapshot"
	"pedigree/ledger"
	"pedigree/proof"
)

// SnapshotRule says when a node writes the state down for nodes that join.
type SnapshotRule struct {
	EveryBlocks int64 // at heights that this divides; 0: 10,000; all members should have the same
	Keep        int   // how many; 0: 2
}

// snapshots writes the node's own state down, and takes another's.
type snapshots struct {
	rule  SnapshotRule
	shelf *snapshot.Shelf
	state *store.Store
	chain string
	log   *slog.Logger
	rules rules

	jobs   chan *store.View
	ended  chan struct{} // nil before start
	ctx    context.Context
	cancel context.CancelFunc

	// What is being taken, by one goroutine before the node starts.
	taking   *store.Restoring
	manifest snapshot.Manifest
}

var _ engine.Snapshots = (*snapshots)(nil)

func openSnapshots(home string, rule SnapshotRule, state *store.Store, chain string, known rules, log *slog.Logger) (*snapshots, error) {
	if rule.EveryBlocks == 0 {
		rule.EveryBlocks = snapshotEveryDefault
	}
	if rule.Keep == 0 {
		rule.Keep = snapshotKeepDefault
	}
	shelf, err := snapshot.OpenShelf(filepath.Join(home, "data", "snapshots"))
	if err != nil {
		return nil, err
	}
	s := &snapshots{rule: rule, shelf: shelf, state: state, chain: chain, rules: known, log: log, jobs: make(chan *store.View, 1)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// start begins to write snapshots; wait returns when a height is committed.
func (s *snapshots) start(wait func(ctx context.Context, height int64) error) {
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		for view := range s.jobs {
			if err := s.write(view, wait); err != nil && s.ctx.Err() == nil {
				s.log.Error("couldn't write a snapshot of the ledger's state; nodes that join take an older one", "height", view.Height(), "error", err)
			}
		}
	}()
}

// stop waits for the one that is being written, which gives up. Nothing may be
// committed any more.
func (s *snapshots) stop() error {
	s.cancel()
	close(s.jobs)
	if s.ended != nil {
		<-s.ended
	}
	var err error
	for view := range s.jobs {
		err = errors.Join(err, view.Close())
	}
	return err
}

// committed is told of each height when its state is current.
func (s *snapshots) committed(height int64) error {
	if height%s.rule.EveryBlocks != 0 {
		return nil
	}
	view, err := s.state.View()
	if err != nil {
		return err
	}
	select {
	case s.jobs <- view:
		return nil
	default: // the last one is still being written
		s.log.Warn("a snapshot of the ledger's state is left out, for the last one isn't written yet", "height", height)
		return view.Close()
	}
}

func (s *snapshots) write(view *store.View, wait func(context.Context, int64) error) (err error) {
	defer func() { err = errors.Join(err, view.Close()) }()
	if err := wait(s.ctx, view.Height()+snapshotBelow); err != nil {
		return err
	}
	version := s.rules.at(ledger.View(view), uint64(view.Height())+1).Version
	w, err := s.shelf.NewWriter(snapshot.Manifest{Chain: s.chain, Height: view.Height(), Version: version, Parts: view.Parts()})
	if err != nil {
		return err
	}
	add := func(r snapshot.Record) error { return errors.Join(s.ctx.Err(), w.Add(r)) }
	if err := view.Export(s.ctx, add); err != nil {
		return errors.Join(err, w.Abort())
	}
	m, err := w.Finish()
	if err != nil {
		return errors.Join(err, w.Abort())
	}
	s.log.Info("wrote a snapshot of the ledger's state", "height", m.Height, "bytes", m.Bytes(), "chunks", len(m.Chunks))
	return s.shelf.Keep(s.rule.Keep)
}

// List implements engine.Snapshots.
func (s *snapshots) List() ([]engine.Snapshot, error) {
	var out []engine.Snapshot
	for _, m := range s.shelf.List() {
		hash := m.Hash()
		out = append(out, engine.Snapshot{Height: m.Height, Format: snapshot.Format, Chunks: uint32(len(m.Chunks)), Hash: hash[:], Manifest: m.Encode()})
	}
	return out, nil
}

// Chunk implements engine.Snapshots.
func (s *snapshots) Chunk(height int64, format, index uint32) ([]byte, error) {
	if format != snapshot.Format {
		return nil, nil
	}
	chunk, err := s.shelf.Chunk(height, int(index))
	if errors.Is(err, fs.ErrNotExist) { // given up meanwhile
		return nil, nil
	}
	return chunk, err
}

// Offer implements engine.Snapshots. What the manifest claims is compared with
// the signed hash before anything is fetched.
func (s *snapshots) Offer(o engine.Snapshot, appHash []byte) error {
	if s.taking != nil {
		if err := s.taking.Abort(); err != nil {
			return err
		}
		s.taking = nil
	}
	m, err := snapshot.DecodeManifest(o.Manifest)
	if err != nil {
		return err
	}
	hash, signed := m.Hash(), m.Parts.Hash()
	switch {
	case o.Format != snapshot.Format || m.Chain != s.chain || m.Height != o.Height || len(m.Chunks) != int(o.Chunks) || string(o.Hash) != string(hash[:]):
		return errors.New("its manifest says something else than its offer")
	case string(signed[:]) != string(appHash):
		return fmt.Errorf("it is of a state with the hash %s, validators signed %X", signed, appHash)
	}
	if m.Version > s.rules.known {
		return fmt.Errorf("its network follows version %d of the rules, this program knows version %d: install a newer one", m.Version, s.rules.known)
	}
	s.manifest = m
	s.taking, err = s.state.Restore(m.Height, m.Parts, markOf)
	return err
}

// markOf reads from an event where its entry stands.
func markOf(event []byte) (ledger.EntryMark, bool) {
	e, err := proof.DecodeEvent(event)
	if err != nil || e.Place > 1<<31 || e.Entry == (proof.Hash{}) {
		return ledger.EntryMark{}, false
	}
	return ledger.EntryMark{ID: e.Entry, Height: int64(e.Height), Index: int(e.Place)}, true
}

// Apply implements engine.Snapshots.
func (s *snapshots) Apply(index uint32, chunk []byte) error {
	if s.taking == nil {
		return errors.New("no snapshot was offered")
	}
	if err := s.manifest.CheckChunk(int(index), chunk); err != nil {
		return fmt.Errorf("%w: %w", engine.ErrBadChunk, err)
	}
	err := snapshot.Records(chunk, s.taking.Add)
	if err == nil && int(index) == len(s.manifest.Chunks)-1 {
		err = s.taking.Finish()
		s.taking = nil
	}
	if errors.Is(err, store.ErrPoisoned) || errors.Is(err, snapshot.ErrDamaged) {
		return fmt.Errorf("%w: %w", engine.ErrBadSnapshot, err)
	}
	return err
}
