package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/vault"
)

// accessTaken says that who may use what is in the organisation's own store, as it was
// when it began to leave.
func (h home) accessTaken() string { return filepath.Join(h.dir, "data", "access.taken") }

// readLeaving reads the mark of an organisation that leaves, or what was written of it.
func readLeaving(path string) (note leavingNote, err error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &note)
	}
	return note, err
}

// takeAccess copies a leaving organisation's people, keys and audit trail from its
// host's store to its own, and notes that it did.
func (h home) takeAccess(ctx context.Context, host, own *vault.Vault, org string) error {
	note, err := readLeaving(h.leaving())
	if err != nil {
		return fmt.Errorf("couldn't read that %s leaves: %w", org, err)
	}
	if err := auth.HandOver(ctx, host, own, org); err != nil {
		return err
	}
	return writeAgain(h.accessTaken(), note)
}

// accessAlong makes sure that a store which is about to be packed has who may use
// what. A running host has put it there; for one that is stopped this does.
func (c *cli) accessAlong(ctx context.Context, h home, own *vault.Vault) error {
	leaves, err := readLeaving(h.leaving())
	if err != nil {
		return err
	}
	if taken, err := readLeaving(h.accessTaken()); err == nil && taken.Since.Equal(leaves.Since) && taken.To == leaves.To {
		return nil
	}
	host, hosted := h.host()
	if !hosted || !host.hasVault() {
		return nil
	}
	v, err := host.openVault(ctx, slog.New(slog.DiscardHandler))
	if errors.Is(err, vault.ErrInUse) {
		return failWith(exitUnchecked, "the host's log says why; call this again", errors.New("the running host has not handed over the organisation's people, keys and audit trail"))
	}
	if err != nil {
		return err
	}
	crd, err := readCard(h.card())
	if err == nil {
		err = h.takeAccess(ctx, v, own, crd.Member.ID)
	}
	return errors.Join(err, v.Close())
}

// leavingTime is a moment as the mark of an organisation that leaves has it: two
// beginnings in one second must not be taken for one.
func leavingTime() time.Time { return time.Now().UTC() }
