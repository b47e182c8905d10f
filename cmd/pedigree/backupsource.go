package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/care"
	"pedigree/proof"
)

func (h home) ledger() string     { return filepath.Join(h.dir, "data", "ledger") }
func (h home) lastBackup() string { return filepath.Join(h.dir, "data", "backup.last") }

// homeFiles are the files of a home that a backup holds beside the databases.
var homeFiles = []string{"card.json", "founding.json", "pedigree.yaml"}

// source is what a backup says of this home and copies from it, without the
// databases.
func (h home) source(chain, org, nodeID string, consensusKey [32]byte) care.Source {
	s := care.Source{
		Of:      care.Manifest{ChainID: chain, Org: org, NodeID: nodeID, ConsensusKey: proof.NewKey(consensusKey[:]), Program: version},
		Files:   map[string]string{},
		Scratch: filepath.Join(h.dir, "data", "backup.partial"),
	}
	for _, name := range homeFiles {
		s.Files[name] = filepath.Join(h.dir, name)
	}
	return s
}

// backupNote is what a home remembers of its last backup.
type backupNote struct {
	Taken  time.Time `json:"taken"`
	Height int64     `json:"height"`
}

// noteBackup remembers a backup that was handed out.
func (h home) noteBackup(m care.Manifest) error {
	return writeAgain(h.lastBackup(), backupNote{m.Taken, m.Height})
}

// readBackupNote returns the last backup; there may be none.
func (h home) readBackupNote() (note backupNote, found bool, err error) {
	raw, err := os.ReadFile(h.lastBackup())
	if errors.Is(err, fs.ErrNotExist) {
		return note, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &note)
	}
	return note, err == nil, err
}

// keeper takes backups of the node that it is part of, one at a time.
type keeper struct {
	r    *running
	org  string
	busy *sync.Mutex
}

var _ api.Keeper = keeper{}

// Backup implements api.Keeper.
func (k keeper) Backup(ctx context.Context, w io.Writer) error {
	if !k.busy.TryLock() {
		return api.ErrBusy
	}
	defer k.busy.Unlock()
	engine, began := k.r.node.Engine(), time.Now()
	s := k.r.home.source(k.r.node.ChainID(), k.org, engine.NodeID(), engine.ConsensusPubKey())
	s.Vault, s.Checkpoint, s.Hosted = k.r.desk.vault.Backup, k.r.node.Checkpoint, k.r.hosts.sources()
	m, err := care.Take(ctx, w, s)
	if err != nil {
		return err
	}
	k.r.log.Info("handed out a backup", "height", m.Height, "bytes", m.Bytes(), "took", time.Since(began))
	return k.r.home.noteBackup(m)
}
