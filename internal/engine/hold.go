package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
)

// heldFile stands beside a consensus key that came back without its mark.
const heldFile = "consensus_key.held"

// Hold keeps a consensus key that came back from a copy from signing until
// nothing that it could sign can contradict what it signed before.
//
// What the key signed last stood in its mark, on a disk that is gone; a mark from
// a copy would say too little. But the machine that signed has ended, so a
// block that the network made after that proves that the key never signed at its
// height or above: to be at that height one must have seen the block before it
// decided. So the key waits until its node has such a block, and some more on it.
type Hold struct {
	// Height is the last block of the copy.
	Height int64 `json:"height"`
	// After is a time by which the old machine had ended, in every validator's clock.
	After time.Time `json:"after"`
}

// HoldKey lets the key in home, which has no mark, sign nothing until the hold
// ends by itself, or until the mark from the old machine is put beside it.
func HoldKey(home string, h Hold) error {
	if _, err := os.Lstat(filepath.Join(home, markFile)); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("couldn't hold the consensus key: %s is there, and a key with its mark needs no hold", markFile), err)
	}
	if h.After.IsZero() || h.Height < 0 {
		return fmt.Errorf("couldn't hold the consensus key: a hold needs a time and a height, not %s and %d", h.After, h.Height)
	}
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("couldn't hold the consensus key: %w", err)
	}
	return writeNew(filepath.Join(home, heldFile), append(text, '\n'), 0o600)
}

// ResumeAt lets a key, which has no mark in home, sign from the height after this
// one on. It is for a chain that this key decides alone, whose blocks above that
// height are lost: with other validators it would sign against itself.
func ResumeAt(home string, key [32]byte, height int64) error { return createMarkAt(home, key, height) }

// createMarkAt makes a mark that says that the key signed everything up to a height.
func createMarkAt(home string, pub [32]byte, height int64) error {
	text := make([]byte, markBytes)
	for seq := range uint64(2) {
		r := markRecord{seq: seq, pubKey: pub}
		if seq == 1 {
			r.height, r.round, r.step = height, math.MaxInt32, stepPrecommit
		}
		record, err := r.encode()
		if err != nil {
			return err
		}
		copy(text[seq*slotBytes:], record)
	}
	path := filepath.Join(home, markFile)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("couldn't make a signing mark: %s is there", path), err)
	}
	// Half a mark would be taken for a damaged one, which no key survives.
	partial := path + ".new"
	if err := os.Remove(partial); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("couldn't make a signing mark: %w", err)
	}
	if err := writeNew(partial, text, 0o600); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("couldn't make a signing mark: %w", err)
	}
	return syncDir(home)
}

// readHold returns the hold of a home, nil when there is none.
func readHold(home string) (*Hold, error) {
	text, err := os.ReadFile(filepath.Join(home, heldFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read the hold of the consensus key: %w", err)
	}
	var h Hold
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&h); err != nil || h.After.IsZero() {
		return nil, errors.Join(fmt.Errorf("couldn't read the hold of the consensus key in %s: it isn't what a restore wrote; restore again", filepath.Join(home, heldFile)), err)
	}
	return &h, nil
}

func dropHold(home string) error {
	if err := os.Remove(filepath.Join(home, heldFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("couldn't end the hold of the consensus key: %w", err)
	}
	return syncDir(home)
}

// commits is what a held key must know of the chain.
type commits interface {
	LoadBlockMeta(height int64) *types.BlockMeta
	LoadSeenCommit(height int64) *types.Commit
	LoadBlockCommit(height int64) *types.Commit
}

var _ commits = (*store.BlockStore)(nil)

// over says whether a vote at a height can contradict nothing any more: that is
// nil, or why not yet.
func (h Hold) over(at int64, address types.Address, chain commits) error {
	first := at - 1 - holdBlocks
	meta := chain.LoadBlockMeta(first)
	if first <= h.Height || meta == nil || !meta.Header.Time.After(h.After) {
		return fmt.Errorf("%w at height %d: it came back from a copy of height %d without its mark, and signs once the network has made %d blocks after %s",
			ErrHeld, at, h.Height, holdBlocks+1, h.After.UTC().Format(time.RFC3339))
	}
	for height := first; height < at; height++ {
		commit := chain.LoadSeenCommit(height)
		if commit == nil {
			commit = chain.LoadBlockCommit(height)
		}
		if commit == nil {
			return fmt.Errorf("%w at height %d: the commit of block %d isn't here to be looked at", ErrHeld, at, height)
		}
		for _, s := range commit.Signatures {
			if bytes.Equal(s.ValidatorAddress, address) && s.BlockIDFlag != types.BlockIDFlagAbsent && s.Timestamp.After(h.After) {
				return fmt.Errorf("%w at height %d: ANOTHER MACHINE SIGNS WITH IT: block %d carries its signature of %s; stop that machine, or this one for good",
					ErrHeld, at, height, s.Timestamp.UTC().Format(time.RFC3339))
			}
		}
	}
	return nil
}
