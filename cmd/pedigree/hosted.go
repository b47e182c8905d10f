package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/keys"
	"pedigree/internal/tenant"
	"pedigree/internal/vault"
	"pedigree/proof"
)

func hostedCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "hosted", Short: "Organisations that this node hosts: add one, see them, bound them, let one move",
		Example: "  pedigree hosted add --org corner --name 'Corner Pharmacy' --role dispenser --home ./host\n  pedigree hosted list --home ./host\n  pedigree hosted pack corner --to age1... --out corner.organisation --home ./host",
	}
	cmd.AddCommand(hostedAddCommand(c), hostedListCommand(c), hostedQuotaCommand(c), hostedExportCommand(c), hostedBackupCommand(c), hostedRestoreCommand(c), hostedPackCommand(c), hostedStayCommand(c), hostedRemoveCommand(c))
	return cmd
}

func hostedAddCommand(c *cli) *cobra.Command {
	var f initFlags
	var q tenant.Quota
	cmd := &cobra.Command{
		Use: "add", Short: "Make keys and a store for an organisation that this node will serve", Args: cobra.NoArgs,
		Long: `The organisation has keys, a private store, people and an audit trail of its own;
nothing of it is reached with the keys or tokens of another. The running node
serves it after some seconds, and the council admits it like any other member:
admission.json is what is proposed.`,
		Example: `  pedigree hosted add --org corner --name "Corner Pharmacy" --role dispenser \
      --licence dispenser:US-CA:PHY-55012:2026-01-01:2027-12-31 --store-bytes 1000000000 --home ./host
  pedigree org propose org admit ./host/orgs/corner/admission.json --home ./host`,
		RunE: func(*cobra.Command, []string) error { return c.hostedAdd(f, q) },
	}
	fl := cmd.Flags()
	f.memberFlags(fl)
	quotaFlags(fl, &q)
	for _, name := range []string{"org", "name", "role"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func (c *cli) hostedAdd(f initFlags, q tenant.Quota) error {
	host := c.homeDir()
	own, err := readCard(host.card())
	if err != nil {
		return failWith(exitUsage, "name the host's home with --home", err)
	}
	m, err := f.member()
	if err == nil {
		err = tenant.CheckName(f.id)
	}
	if err == nil {
		err = q.Validate()
	}
	if err == nil && f.id == own.Member.ID {
		err = fmt.Errorf("%s is the organisation whose node this is", f.id)
	}
	if err != nil {
		return failWith(exitUsage, "see pedigree hosted add --help", err)
	}
	hostSecrets, err := host.secrets()
	if err != nil {
		return err
	}
	crd := card{Member: m, Node: own.Node}
	if crd, err = addHosted(host, hostSecrets, crd, q); err != nil {
		return err
	}
	h := host.hosted(f.id)
	type answer struct {
		Home  string    `json:"home"`
		Org   string    `json:"org"`
		Key   proof.Key `json:"key"`
		Admit string    `json:"admit"`
	}
	a := answer{h.dir, f.id, crd.Member.Key, h.admission()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s is hosted in %s; a running node serves it within %s\n", a.Org, a.Home, scanEvery)
		fmt.Fprintf(w, "next: pedigree org propose org admit %s --home %s\n", a.Admit, host.dir)
	})
}

func (h home) admission() string { return filepath.Join(h.dir, "admission.json") }

// addHosted makes the home of a hosted organisation, the card last: a home with a
// card is complete. Secrets that an interrupted call left are taken.
func addHosted(host home, hostSecrets secrets, crd card, q tenant.Quota) (card, error) {
	h := host.hosted(crd.Member.ID)
	if fileExists(h.card()) {
		return crd, failWith(exitUsage, "choose another --org", fmt.Errorf("%s is hosted here already", crd.Member.ID))
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return crd, fmt.Errorf("couldn't make the organisation's folder: %w", err)
	}
	s := h.keyStore()
	if err := s.UnlockUnder(hostSecrets.Store); err != nil {
		return crd, err
	}
	seed, err := s.obtain(keys.Organisation)
	if err != nil {
		return crd, err
	}
	for _, n := range []keys.Name{keys.Custody, keys.Token} {
		if _, err := s.obtain(n); err != nil {
			return crd, err
		}
	}
	if err := s.obtainVaultKey(); err != nil {
		return crd, err
	}
	if err := s.ProtectUnder(hostSecrets.Store); err != nil {
		return crd, err
	}
	crd.Member.Key = proof.NewKey(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	if err := crd.Member.Validate(); err != nil {
		return crd, failWith(exitUsage, "see pedigree hosted add --help", errors.Join(err, os.RemoveAll(h.dir)))
	}
	if err := writeQuota(h, q); err != nil {
		return crd, err
	}
	if err := writeAgain(h.admission(), crd.Member.Admit); err != nil {
		return crd, err
	}
	return crd, writeJSONFile(h.card(), crd)
}

// writeAgain writes a file that may be there, whole or not at all.
func writeAgain(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	partial := path + ".partial"
	if err := os.WriteFile(partial, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return syncNames(filepath.Dir(path))
}

func writeQuota(h home, q tenant.Quota) error { return writeAgain(h.quota(), q) }

// stateServed is the state of a hosted organisation that is not on its way out.
const stateServed = "served"

// hostedState is a hosted organisation as `hosted list` shows it.
type hostedState struct {
	Org     string       `json:"org"`
	Name    string       `json:"name"`
	State   string       `json:"state"` // served, leaving
	Bytes   int64        `json:"bytes"` // of its store, on the disk and on the server
	Quota   tenant.Quota `json:"quota"`
	Changed time.Time    `json:"changed"` // its store, for the last time
}

func hostedListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the organisations that this node hosts", Args: cobra.NoArgs,
		Example: "  pedigree hosted list --home ./host",
		RunE: func(cmd *cobra.Command, _ []string) error {
			host := c.homeDir()
			list, err := listHosted(host)
			if err == nil && len(list) > 0 {
				err = host.sizesOnServer(cmd.Context(), list)
			}
			if err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, o := range list {
					fmt.Fprintf(w, "%-32s %-8s %14d bytes  %s\n", o.Org, o.State, o.Bytes, o.Name)
				}
			})
		},
	}
}

func listHosted(host home) ([]hostedState, error) {
	list := []hostedState{}
	entries, err := os.ReadDir(filepath.Join(host.dir, orgsFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't list the organisations hosted here: %w", err)
	}
	for _, e := range entries {
		h := host.hosted(e.Name())
		if tenant.CheckName(e.Name()) != nil || !fileExists(h.card()) {
			continue
		}
		o, err := stateOfHosted(h, e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

func stateOfHosted(h home, org string) (hostedState, error) {
	o := hostedState{Org: org, State: stateServed}
	crd, err := readCard(h.card())
	if err != nil {
		return o, err
	}
	o.Name = crd.Member.Name
	if fileExists(h.leaving()) {
		o.State = "leaving"
	}
	if o.Quota, err = readQuota(h); err != nil {
		return o, err
	}
	files, err := filepath.Glob(filepath.Join(h.vault(), "*"))
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil { // the log comes and goes
			continue
		}
		o.Bytes += info.Size()
		if info.ModTime().After(o.Changed) {
			o.Changed = info.ModTime().UTC()
		}
	}
	return o, err
}

// sizesOnServer adds what the stores take on the server where the configuration names
// one. A stopped or a running host, the server is asked the same.
func (h home) sizesOnServer(ctx context.Context, list []hostedState) error {
	place, err := h.vaultConfig()
	if err != nil || place.URL == "" {
		return err
	}
	s, err := vault.Connect(ctx, vault.ServerConfig{URL: place.URL, PasswordFile: place.PasswordFile, Connections: sizeConnections, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	sizes, err := s.Sizes(ctx)
	for i := range list {
		list[i].Bytes += sizes[list[i].Org]
	}
	return errors.Join(err, s.Close())
}

// sizeConnections is the fewest that a server takes; one is opened.
const sizeConnections = 4

func hostedQuotaCommand(c *cli) *cobra.Command {
	var q tenant.Quota
	cmd := &cobra.Command{
		Use: "quota ORG", Short: "Set how much a hosted organisation may use; what is left out has no limit", Args: cobra.ExactArgs(1),
		Example: "  pedigree hosted quota corner --store-bytes 1000000000 --requests-per-minute 600 --home ./host",
		RunE: func(_ *cobra.Command, args []string) error {
			h, err := c.hostedHome(args[0])
			if err != nil {
				return err
			}
			if err := q.Validate(); err != nil {
				return failWith(exitUsage, "see pedigree hosted quota --help", err)
			}
			if err := writeQuota(h, q); err != nil {
				return err
			}
			return c.out.result(q, func(w io.Writer) {
				fmt.Fprintf(w, "%s may use %s and %s; a running node takes it up within %s\n", args[0], bounded(q.StoreBytes, "bytes"), bounded(int64(q.RequestsPerMinute), "requests a minute"), scanEvery)
			})
		},
	}
	quotaFlags(cmd.Flags(), &q)
	return cmd
}

func bounded(n int64, what string) string {
	if n == 0 {
		return "any number of " + what
	}
	return fmt.Sprintf("%d %s", n, what)
}

// hostedHome is the home of an organisation that is hosted in --home.
func (c *cli) hostedHome(org string) (home, error) {
	h := c.homeDir().hosted(org)
	if err := tenant.CheckName(org); err != nil {
		return h, failWith(exitUsage, "pedigree hosted list names them", err)
	}
	if !fileExists(h.card()) {
		return h, failWith(exitNotFound, "pedigree hosted list names them", fmt.Errorf("%s hosts no organisation %q", c.home, org))
	}
	return h, nil
}
