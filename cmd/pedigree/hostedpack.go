package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pedigree/internal/care"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/internal/tenant"
	"pedigree/internal/vault"
)

// How long pack waits for the running node to let an organisation go.
const (
	letGoWait  = time.Minute
	letGoEvery = 500 * time.Millisecond
)

func quotaFlags(fl *pflag.FlagSet, q *tenant.Quota) {
	fl.Int64Var(&q.StoreBytes, "store-bytes", 0, "largest private store in bytes; 0 for no limit")
	fl.IntVar(&q.RequestsPerMinute, "requests-per-minute", 0, "requests to the HTTP interface; 0 for no limit")
}

// leaving marks an organisation that its host doesn't serve any more: what is kept
// of it here is a copy of what was packed for its new home.
func (h home) leaving() string { return filepath.Join(h.dir, "leaving.json") }

// leavingNote is what the mark says.
type leavingNote struct {
	Since time.Time `json:"since"`
	To    string    `json:"to"` // the new home's public key
}

func hostedPackCommand(c *cli) *cobra.Command {
	var to, out, at string
	cmd := &cobra.Command{
		Use: "pack ORG", Short: "Let a hosted organisation go: pack its keys, card and store for its new home", Args: cobra.ExactArgs(1),
		Long: `The new home prints its public key: pedigree adopt key. The node stops serving the
organisation first, so that no one-time key is ever used in two places; the file
holds its store, keys, card and the founding file, encrypted to the new home alone.
Until the file is adopted, pedigree hosted stay takes it back.`,
		Example: "  pedigree hosted pack corner --to age1... --out corner.organisation --home ./host",
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := c.hostedHome(args[0])
			if err != nil {
				return err
			}
			recipient, err := age.ParseX25519Recipient(to)
			if err != nil {
				return failWith(exitUsage, "pedigree adopt key prints it on the new machine", fmt.Errorf("--to %q is no public key of a new home", to))
			}
			if err := canWriteNew(out); err != nil {
				return err
			}
			if err := c.publishNode(cmd, h, at); err != nil {
				return err
			}
			return c.pack(cmd.Context(), h, recipient, out)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the new home's public key (required)")
	cmd.Flags().StringVar(&out, "out", "", "new file to write (required)")
	cmd.Flags().StringVar(&at, "node", "", "what pedigree node sign wrote in the new home, whose node the ledger then lets in (default: it is let in already)")
	_ = cmd.MarkFlagRequired("to")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// publishNode puts the new home's node on the ledger while the organisation can
// still act here, so that the members' nodes let it in.
func (c *cli) publishNode(cmd *cobra.Command, h home, at string) error {
	if at == "" {
		return nil
	}
	crd, err := readCard(h.card())
	if err != nil {
		return err
	}
	peer, err := readNodeMessage(at, crd.Member.ID)
	if err != nil {
		return err
	}
	own := *c
	own.home = h.dir
	return own.send(cmd, "/api/v1/organisations/acts/publish-peer?module=network", peer, "the new node is on the ledger")
}

func (c *cli) pack(ctx context.Context, h home, to *age.X25519Recipient, out string) error {
	s, err := h.secrets()
	if err != nil {
		return err
	}
	if err := writeAgain(h.leaving(), leavingNote{leavingTime(), to.String()}); err != nil {
		return err
	}
	v, err := c.takenOver(ctx, h, s)
	if err != nil {
		return err
	}
	var m care.Manifest
	if err = c.accessAlong(ctx, h, v); err == nil {
		m, err = writePacked(ctx, h, s, v, to, out)
	}
	if err = errors.Join(err, v.Close()); err != nil {
		return errors.Join(err, os.RemoveAll(out))
	}
	return c.out.result(m, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds the keys and the store of %s, and this node serves it no more\n", out, m.Org)
		fmt.Fprintf(w, "next, on its own machine: pedigree adopt open %s --home HOME\n", filepath.Base(out))
	})
}

// takenOver opens a vault once the running node has let it go.
func (c *cli) takenOver(ctx context.Context, h home, s secrets) (*vault.Vault, error) {
	ctx, cancel := context.WithTimeout(ctx, letGoWait)
	defer cancel()
	if err := dataDir(h); err != nil { // one that was never used
		return nil, err
	}
	for {
		v, err := h.openVaultWith(ctx, s, slog.New(slog.DiscardHandler))
		if !errors.Is(err, vault.ErrInUse) {
			return v, err
		}
		select {
		case <-ctx.Done():
			return nil, failWith(exitUnchecked, "long work of the organisation may be under way: call this again, or take it back with pedigree hosted stay", err)
		case <-time.After(letGoEvery):
		}
	}
}

// writePacked writes the encrypted file.
func writePacked(ctx context.Context, h home, s secrets, v *vault.Vault, to *age.X25519Recipient, out string) (care.Manifest, error) {
	founding, host, err := hostFounding(h)
	if err != nil {
		return care.Manifest{}, err
	}
	crd, err := readCard(h.card())
	if err != nil {
		return care.Manifest{}, err
	}
	secret := map[string][]byte{}
	for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Vault, keys.Token} {
		if secret[n.PlainFile()], err = s.Read(n); err != nil {
			return care.Manifest{}, err
		}
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return care.Manifest{}, fmt.Errorf("couldn't write %s: %w", out, err)
	}
	sealed, err := age.Encrypt(f, to)
	if err != nil {
		return care.Manifest{}, errors.Join(err, f.Close())
	}
	m, err := care.Pack(ctx, sealed, care.Packing{
		Of:      care.Manifest{ChainID: founding.ChainID, Org: crd.Member.ID, Program: version},
		Files:   map[string]string{"card.json": h.card(), "founding.json": host.founding(), "host.json": host.card()},
		Secrets: secret, Vault: v.Backup, Scratch: filepath.Join(h.dir, "data", "pack.partial"),
	})
	if err == nil {
		err = sealed.Close() // writes the last part
	}
	return m, errors.Join(err, f.Sync(), f.Close(), syncNames(filepath.Dir(out)))
}

// hostFounding is the founding file of a hosted home's host.
func hostFounding(h home) (node.Founding, home, error) {
	host, ok := h.host()
	if !ok {
		return node.Founding{}, host, fmt.Errorf("%s is not the home of a hosted organisation", h.dir)
	}
	f, err := node.ReadFounding(host.founding())
	return f, host, err
}

func hostedStayCommand(c *cli) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "stay ORG", Short: "Serve an organisation again whose packed file was not adopted", Args: cobra.ExactArgs(1),
		Long:    "If its new home has used the packed file, the organisation would sign with the same one-time\nkeys in two places: destroy every copy of the file first, then say so with --file-destroyed.",
		Example: "  pedigree hosted stay corner --file-destroyed --home ./host",
		RunE: func(_ *cobra.Command, args []string) error {
			h, err := c.hostedHome(args[0])
			if err != nil {
				return err
			}
			if !yes {
				return failWith(exitUsage, "destroy every copy of the packed file, then add --file-destroyed", errors.New("the organisation may be at work in its new home"))
			}
			if err := os.Remove(h.leaving()); errors.Is(err, fs.ErrNotExist) {
				return failWith(exitUsage, "pedigree hosted list tells", fmt.Errorf("%s is not leaving", args[0]))
			} else if err != nil {
				return err
			}
			return c.out.result(map[string]string{"org": args[0], "state": "served"}, func(w io.Writer) {
				fmt.Fprintf(w, "%s stays; a running node serves it within %s\n", args[0], scanEvery)
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "file-destroyed", false, "no copy of the packed file is left, and none was adopted")
	return cmd
}

func hostedRemoveCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "remove ORG", Short: "Move what is left of an organisation that has left out of the way", Args: cobra.ExactArgs(1),
		Long:    "Nothing is deleted: the folder gets another name, under which the node doesn't look.",
		Example: "  pedigree hosted remove corner --home ./host",
		RunE: func(_ *cobra.Command, args []string) error {
			h, err := c.hostedHome(args[0])
			if err != nil {
				return err
			}
			if !fileExists(h.leaving()) {
				return failWith(exitRefused, "pack it for its new home first: pedigree hosted pack", fmt.Errorf("%s is served here", args[0]))
			}
			to := filepath.Join(filepath.Dir(h.dir), "former."+args[0]+"."+time.Now().UTC().Format("20060102T150405Z"))
			if err := os.Rename(h.dir, to); err != nil {
				return fmt.Errorf("couldn't move the organisation's folder: %w", err)
			}
			return c.out.result(map[string]string{"org": args[0], "folder": to}, func(w io.Writer) {
				fmt.Fprintf(w, "%s is gone from this host; what is left is in %s\n", args[0], to)
			})
		},
	}
}
