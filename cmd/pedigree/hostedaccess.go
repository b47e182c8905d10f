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

// How many offices are opened each second for secrets that may be wrong, and at once.
// Whose office is open waits for none of them.
const (
	askedEach  = 50
	askedBurst = 200
)

// accessOf opens the store in which a hosted organisation keeps who may use what.
func (s *hosting) accessOf(ctx context.Context, org string) (auth.Store, func(), error) {
	if _, err := s.find(org); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", auth.ErrUnknown, err)
	}
	if !s.pool.IsOpen(org) {
		if err := s.asked.Wait(ctx); err != nil {
			return nil, nil, fmt.Errorf("couldn't open what is kept of %s: %w", org, err)
		}
	}
	o, leave, err := s.pool.Acquire(ctx, org)
	if err != nil {
		return nil, nil, err
	}
	return o.desk.vault, leave, nil
}

// ownAccess takes who may use what from the host's store, where older versions kept
// it, to the organisation's own, and does not trust an audit trail there whose end was
// tampered with, or a store that is older than what the ledger holds of its trail.
func (s *hosting) ownAccess(ctx context.Context, org string, own *vault.Vault) error {
	held, err := auth.Holds(ctx, s.r.desk.vault, org)
	if err == nil && held {
		err = s.backUpFirst(ctx)
	}
	if err == nil && held {
		if err = auth.GiveOwn(ctx, s.r.desk.vault, own, org); err == nil {
			s.r.log.Info("took who may use what from the host's store to the organisation's own", "org", org)
		}
	}
	if err != nil {
		return err
	}
	a, err := openAccess(ctx, own)
	if err != nil {
		return err
	}
	return s.r.checkAge(ctx, a, org)
}

// beforeOwnAccess is the copy of the host's store from before it gave its hosted
// organisations' people, keys and audit trails away.
const beforeOwnAccess = "vault.db.before-own-access"

// backUpFirst writes that copy, unless it is there already.
func (s *hosting) backUpFirst(ctx context.Context) error {
	s.copying.Lock()
	defer s.copying.Unlock()
	path := filepath.Join(s.r.home.vault(), beforeOwnAccess)
	if fileExists(path) {
		return nil
	}
	s.r.log.Info("hosted organisations get stores of their own for who may use what; writing a backup first", "backup", path)
	return s.r.desk.vault.Backup(ctx, path)
}

// accessTaken says that what is bound to the old host has ended in the organisation's
// store, since it began to leave.
func (h home) accessTaken() string { return filepath.Join(h.dir, "data", "access.taken") }

// readLeaving reads the mark of an organisation that leaves, or what was written of it.
func readLeaving(path string) (note leavingNote, err error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &note)
	}
	return note, err
}

// endAccess ends what a leaving organisation doesn't take along, and notes that it did.
func (h home) endAccess(ctx context.Context, own *vault.Vault, org string) error {
	note, err := readLeaving(h.leaving())
	if err != nil {
		return fmt.Errorf("couldn't read that %s leaves: %w", org, err)
	}
	if err := auth.Depart(ctx, own, org); err != nil {
		return err
	}
	return writeAgain(h.accessTaken(), note)
}

// accessAlong makes sure that a store which is about to be packed has who may use what,
// and nothing that ends with the move. A running host has seen to both; for one that is
// stopped this does.
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
		err = auth.GiveOwn(ctx, v, own, crd.Member.ID)
	}
	if err == nil {
		err = h.endAccess(ctx, own, crd.Member.ID)
	}
	return errors.Join(err, v.Close())
}

// leavingTime is a moment as the mark of an organisation that leaves has it: two
// beginnings in one second must not be taken for one.
func leavingTime() time.Time { return time.Now().UTC() }
