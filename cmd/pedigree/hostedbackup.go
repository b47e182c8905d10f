package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/keys"
)

// hostedFiles are the files of a hosted organisation's home that a backup holds
// beside its private store.
var hostedFiles = []string{"admission.json", "card.json", "quota.json"}

// hostedPlace says where in a hosted organisation's home a file of a backup belongs.
func hostedPlace(file string) string {
	switch {
	case file == care.VaultFile:
		return "data/vault/" + file
	case strings.HasPrefix(file, care.KeysFolder+"/") || slices.Contains(hostedFiles, file):
		return file
	}
	return ""
}

// hostedSource is what a backup copies of a hosted home, without its private store.
func (h home) hostedSource(org string) care.Hosted {
	s := care.Hosted{Org: org, Files: map[string]string{}}
	for _, name := range hostedFiles {
		s.Files[name] = filepath.Join(h.dir, name)
	}
	return s
}

// sources are the organisations that a running node serves. One that is on its way
// out is not among them: its keys are at work elsewhere.
func (s *hosting) sources() []care.Hosted {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]care.Hosted, 0, len(s.orgs))
	for org, o := range s.orgs {
		h := o.home.hostedSource(org)
		h.Vault = func(ctx context.Context, path string) error {
			office, leave, err := s.pool.Acquire(ctx, org)
			if err != nil {
				return err
			}
			defer leave()
			return office.desk.vault.Backup(ctx, path)
		}
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b care.Hosted) int { return strings.Compare(a.Org, b.Org) })
	return list
}

// servedHomes are the homes of the organisations that this home's node hosts and that
// are not on their way out, by their ids.
func (h home) servedHomes() (map[string]home, error) {
	list, err := listHosted(h)
	homes := map[string]home{}
	for _, o := range list {
		if o.State == stateServed {
			homes[o.Org] = h.hosted(o.Org)
		}
	}
	return homes, err
}

// stoppedSources are the organisations that a stopped node hosts.
func (h home) stoppedSources(host secrets) ([]care.Hosted, error) {
	homes, err := h.servedHomes()
	if err != nil {
		return nil, err
	}
	var list []care.Hosted
	for org, its := range homes {
		s := its.hostedSource(org)
		if its.hasVault() {
			s.Vault = func(ctx context.Context, path string) error {
				secret := its.keyStore()
				if err := secret.UnlockUnder(host.Store); err != nil {
					return err
				}
				v, err := its.openVaultWith(ctx, secret, slog.New(slog.DiscardHandler))
				if err != nil {
					return err
				}
				return errors.Join(v.Backup(ctx, path), v.Close())
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b care.Hosted) int { return strings.Compare(a.Org, b.Org) })
	return list, nil
}

// allSealedFiles are the files of a protected home's keys and of those that its node
// hosts, by their names in a backup.
func (h home) allSealedFiles() (map[string]string, error) {
	files, err := h.keyStore().sealedFiles()
	if err != nil {
		return nil, err
	}
	homes, err := h.servedHomes()
	if err != nil {
		return nil, err
	}
	for org, its := range homes {
		of, err := its.keyStore().sealedFiles()
		if err != nil {
			return nil, fmt.Errorf("the keys of %s: %w", org, err)
		}
		for name, path := range of {
			files[care.OrgsFolder+"/"+org+"/"+name] = path
		}
	}
	return files, nil
}

// hosted brings back the organisations that the node hosted, each with its keys and
// every document checked.
func (r *restored) hosted(ctx context.Context, f restoreFlags) error {
	for _, org := range r.manifest.Hosted() {
		if err := r.hostedOne(ctx, org, f); err != nil {
			return fmt.Errorf("couldn't restore the hosted organisation %s: %w", org, err)
		}
	}
	return nil
}

func (r *restored) hostedOne(ctx context.Context, org string, f restoreFlags) error {
	from := ""
	if f.keys != "" {
		from = home{f.keys}.hosted(org).dir
	}
	return bringBack(ctx, hostedRestore{r.home.hosted(org), org, r.secrets, from, r.manifest.Height, f.file})
}

// hostedRestore is a hosted organisation on its way back.
type hostedRestore struct {
	home   home
	org    string
	host   secrets
	keys   string // the home that its keys are copied from; "" when it has them
	height int64  // of the backup
	file   bool   // the private store stays in a file
}

// bringBack checks what was unpacked of a hosted organisation, and brings its keys.
func bringBack(ctx context.Context, r hostedRestore) error {
	h, org := r.home, r.org
	crd, err := readCard(h.card())
	if err != nil {
		return failWith(exitNo, "take another backup; nothing was restored", err)
	}
	if crd.Member.ID != org {
		return failWith(exitNo, "take another backup; nothing was restored", fmt.Errorf("its card is that of %s", crd.Member.ID))
	}
	if r.keys != "" {
		if err := copyKeys(r.keys, h); err != nil {
			return err
		}
	}
	s := h.keyStore()
	if err := s.UnlockUnder(r.host.Store); err != nil {
		return failWith(exitUsage, "bring its keys and its host's from one copy", err)
	}
	for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Vault, keys.Token} {
		if _, err := s.Read(n); err != nil {
			return failWith(exitUsage, "the folder that --keys names holds the hosted organisations' keys as the home did, in orgs/"+org, err)
		}
	}
	if !h.hasVault() { // it was never used
		return nil
	}
	v, err := openFile(ctx, h, s)
	if err != nil {
		return failWith(exitNo, "the key must be the one of the organisation that was backed up", err)
	}
	if err = checkRestored(ctx, v, s); err == nil {
		err = auth.NewAccess(v, time.Now).RecordRestore(ctx, org, r.height)
	}
	if err = errors.Join(err, v.Close()); err != nil {
		return err
	}
	if r.file {
		return nil
	}
	return placeVault(ctx, h, s)
}
