package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"pedigree/internal/keys"
	"pedigree/internal/tenant"
	"pedigree/internal/vault"
)

func rotateVaultCommand(c *cli) *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use: "vault", Short: "Bring the private store under another key; the node must be stopped", Args: cobra.NoArgs,
		Long: `Makes a key, seals anew under it everything in the private store that is under the
present one, writes the tables anew so that no former bytes are left in them, and
puts the key in the place of the present one. Cut short anywhere, the node starts
with the one of the two keys that the store is under; run it again to end the work.
The former key stays in keys/ under another name: it opens the backups from before.
An organisation that this node hosts has a store and a key of its own: name it.`,
		Example: "  pedigree keys rotate vault --home ./maker\n  pedigree keys rotate vault --hosted corner --home ./host",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.rotateVault(cmd.Context(), org) },
	}
	cmd.Flags().StringVar(&org, "hosted", "", "id of a hosted organisation, whose store is meant")
	return cmd
}

// vaultRotation is what the verb says of a change of the vault's key.
type vaultRotation struct {
	Home        string `json:"home"`
	Fingerprint string `json:"fingerprint"`
	Former      string `json:"former"` // the file with the former key, below the home
	Documents   int64  `json:"documents"`
	Answers     int64  `json:"answers"`
	Values      int64  `json:"values"`
	Marks       int64  `json:"marks"`
}

func (c *cli) rotateVault(ctx context.Context, org string) error {
	h, err := c.rotatedHome(org)
	if err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	v, err := h.openVaultAnyKey(ctx, s, slog.New(slog.DiscardHandler))
	if errors.Is(err, vault.ErrInUse) {
		return failWith(exitUnchecked, "stop the node first", err)
	}
	if err != nil {
		return err
	}
	next, err := s.followingVaultKey(v)
	if err != nil {
		return errors.Join(err, v.Close())
	}
	a := vaultRotation{Home: h.dir, Fingerprint: fingerprintOf(keys.Vault, next)}
	if !v.Under(next) {
		done, err := v.Rekey(ctx, next)
		if err != nil {
			return errors.Join(failWith(exitFailed, "nothing is lost: the store is under one of the two keys, and the node starts with it; mend what the message names and run this again", err), v.Close())
		}
		a.Documents, a.Answers, a.Values, a.Marks = done.Documents, done.Answers, done.Values, done.Marks
	}
	if err := v.Close(); err != nil {
		return err
	}
	if s.Has(keys.Vault.Next()) {
		if a.Former, err = s.Promote(keys.Vault); err != nil {
			return err
		}
	}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "the private store in %s is under another key, with the fingerprint %s\n", h.dir, a.Fingerprint)
		fmt.Fprintf(w, "%d documents, %d answers, %d sealed values and %d marks came under it\n", a.Documents, a.Answers, a.Values, a.Marks)
		if a.Former != "" {
			fmt.Fprintf(w, "next: take a backup, and keep %s apart as long as you keep older ones: only it opens them\n", a.Former)
		}
	})
}

// rotatedHome is the home whose store is meant. Its node must be stopped.
func (c *cli) rotatedHome(org string) (home, error) {
	h := c.homeDir()
	node := h
	if org != "" {
		if err := tenant.CheckName(org); err != nil {
			return h, failWith(exitUsage, "pedigree hosted list shows the organisations that this node hosts", err)
		}
		h = h.hosted(org)
	} else if host, hosted := h.host(); hosted {
		node = host
	}
	if _, err := readCard(h.card()); err != nil {
		return h, failWith(exitUsage, "name the node's home with --home, and an organisation that it hosts with --hosted", err)
	}
	if !h.hasVault() {
		return h, failWith(exitUsage, "start the node once", fmt.Errorf("there is no private store in %s yet", h.dir))
	}
	return h, node.mustBeStopped()
}

// followingVaultKey is the key under which a store is to come: one that waits, the
// present one for a store from before it, such as an older backup's, or a new one.
func (s secrets) followingVaultKey(v *vault.Vault) (vault.Key, error) {
	if s.Has(keys.Vault.Next()) {
		return s.vaultKeyOf(keys.Vault.Next())
	}
	present, err := s.vaultKey()
	if err != nil || !v.Under(present) {
		return present, err
	}
	next, text := vault.NewKey()
	return next, s.Create(keys.Vault.Next(), text)
}

// openStore opens a private store with the home's key, or with the one that waits to
// follow it, when a change of the key was cut short after the store had taken it.
func (s secrets) openStore(ctx context.Context, c vault.Config) (*vault.Vault, error) {
	v, err := vault.Open(ctx, c)
	if !errors.Is(err, vault.ErrWrongKey) {
		return v, err
	}
	if s.Has(keys.Vault.Next()) {
		next, err := s.vaultKeyOf(keys.Vault.Next())
		if err != nil {
			return nil, err
		}
		c.Key = next
		if v, err := vault.Open(ctx, c); !errors.Is(err, vault.ErrWrongKey) {
			if err == nil {
				c.Logger.Warn("a change of the private store's key was cut short; run pedigree keys rotate vault again when the node is stopped")
			}
			return v, err
		}
	}
	return nil, failWith(exitFailed, "a store from before a change of its key, such as an older backup's, comes under the present one with pedigree keys rotate vault, if its former key stands in keys/", err)
}

// openVaultAnyKey opens a home's private store with whichever of its keys fits: the
// present one, the one that waits, or a former one.
func (h home) openVaultAnyKey(ctx context.Context, s secrets, log *slog.Logger) (*vault.Vault, error) {
	v, err := h.openVaultWith(ctx, s, log)
	if !errors.Is(err, vault.ErrWrongKey) {
		return v, err
	}
	formers, notRead := s.Formers(keys.Vault)
	if notRead != nil {
		return nil, errors.Join(err, notRead)
	}
	c, wrong := h.vaultPlaced(s, log)
	if wrong != nil {
		return nil, wrong
	}
	for _, text := range formers {
		if c.Key, wrong = vault.ParseKey(text); wrong != nil {
			return nil, wrong
		}
		if v, wrong := vault.Open(ctx, c); !errors.Is(wrong, vault.ErrWrongKey) {
			return v, wrong
		}
	}
	return nil, err
}
