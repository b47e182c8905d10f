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
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/internal/vault"
	"pedigree/proof"
)

const (
	// clockSlack is how far validators' clocks may be from this one.
	clockSlack = time.Minute
	// keysSkipped is how many one-time keys may have been used since the backup.
	keysSkipped = 10_000_000
)

// restoreFlags say what a restore takes.
type restoreFlags struct {
	keys       string
	passphrase string // a file
	sole       bool
	file       bool   // the private store stays in a file
	alone      string // the reason of who acts alone in need
}

func restoreCommand(c *cli) *cobra.Command {
	var f restoreFlags
	cmd := &cobra.Command{
		Use: "restore BACKUP", Short: "Bring a node back from a backup and its keys", Args: cobra.ExactArgs(1),
		Long: `Makes the home from a backup and a copy of the old home's keys, and checks every
file, root and document before the home is there. The old machine must have
ended for good. A validator's key signs nothing until the network has made
blocks that prove that it cannot sign against itself; until then the node
follows the ledger. To sign at once, put consensus_mark from the old machine's
disk, and no older copy of it, into the home before the first start.`,
		Example: "  pedigree restore maker-monday.tar --keys ./safe/maker --home ./maker\n  pedigree restore with-keys.tar --home ./maker",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.restore(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().StringVar(&f.keys, "keys", "", "folder with the copy of the old home's keys: keys/, node_key.json, consensus_key.json (default: the keys in the backup)")
	cmd.Flags().StringVar(&f.passphrase, "passphrase-file", "", "read the passphrase of protected keys from this file (default: as keys.unlock in pedigree.yaml says)")
	cmd.Flags().BoolVar(&f.sole, "sole-validator", false, "this node decides alone: go on from the backup, and give up every block made after it")
	cmd.Flags().StringVar(&f.alone, "break-glass", "", "in need, restore alone where two persons should have permitted it, for this reason")
	cmd.Flags().BoolVar(&f.file, "store-in-file", false, "keep the private store in a file, whatever vault.url says; take the vault lines out of pedigree.yaml then")
	return cmd
}

// restored is a home on its way back.
type restored struct {
	home     home // under its name until it is whole
	manifest care.Manifest
	ledger   care.LedgerReport
	held     bool
	secrets  secrets
}

func (c *cli) restore(ctx context.Context, backup string, f restoreFlags) error {
	began := time.Now()
	target := filepath.Clean(c.home)
	if err := emptyHome(target); err != nil {
		return err
	}
	r := restored{home: home{target + ".restoring"}}
	if err := os.Mkdir(r.home.dir, 0o700); err != nil {
		return failWith(exitUsage, "remove what a restore that was cut off left, or make the folder above", fmt.Errorf("couldn't begin to restore: %w", err))
	}
	err := r.run(ctx, backup, f)
	if err == nil {
		err = putHome(r.home.dir, target)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(r.home.dir))
	}
	type answer struct {
		Home    string     `json:"home"`
		Org     string     `json:"org"`
		Height  int64      `json:"height"`
		AppHash proof.Hash `json:"app_hash"`
		Taken   time.Time  `json:"taken"`
		Held    bool       `json:"held"`
		Bytes   int64      `json:"bytes"`
		Seconds float64    `json:"seconds"`
	}
	a := answer{target, r.manifest.Org, r.manifest.Height, r.manifest.AppHash, r.manifest.Taken, r.held, r.manifest.Bytes(), time.Since(began).Seconds()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s is back in %s as of height %d, %s: %d bytes, %.1f s\n", a.Org, a.Home, a.Height, a.Taken.Format(time.RFC3339), a.Bytes, a.Seconds)
		if a.Held {
			fmt.Fprintln(w, "its consensus key signs nothing until the network has gone on; the node follows the ledger meanwhile")
		}
		fmt.Fprintf(w, "next: pedigree start --home %s\n", a.Home)
	})
}

// emptyHome refuses a home with anything in it.
func emptyHome(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failWith(exitUsage, "name an empty folder with --home", err)
	}
	if len(list) > 0 {
		return failWith(exitUsage, "name an empty folder with --home", fmt.Errorf("%s holds %s: a backup is restored to an empty home only", dir, list[0].Name()))
	}
	return nil
}

func putHome(from, to string) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncNames(filepath.Dir(to))
}

// homePlace says where in a home a file of a backup belongs. A mark, or a key in
// plain, belongs nowhere, whatever the manifest says.
func homePlace(name string) string {
	if org, file, hosted := care.HostedPath(name); hosted {
		if place := hostedPlace(file); place != "" {
			return orgsFolder + "/" + org + "/" + place
		}
		return ""
	}
	switch {
	case name == care.VaultFile:
		return "data/vault/" + name
	case strings.HasPrefix(name, care.LedgerFolder+"/"):
		return "data/" + name
	case strings.HasPrefix(name, care.KeysFolder+"/") || slices.Contains(homeFiles, name):
		return name
	}
	return ""
}

func (r *restored) run(ctx context.Context, backup string, f restoreFlags) error {
	if err := r.unpack(backup); err != nil {
		if errors.Is(err, care.ErrNoBackup) {
			return failWith(exitNo, "take another backup; nothing was restored", err)
		}
		return err
	}
	founding, err := node.ReadFounding(r.home.founding())
	if err != nil {
		return err
	}
	if founding.ChainID != r.manifest.ChainID {
		return failWith(exitNo, "take another backup; nothing was restored", fmt.Errorf("the backup's manifest is of chain %s, its founding file of %s", r.manifest.ChainID, founding.ChainID))
	}
	if err := r.takeKeys(f); err != nil {
		return err
	}
	if err := r.checkLedger(ctx); err != nil {
		return err
	}
	if err := r.checkVault(ctx, f.alone); err != nil {
		return err
	}
	if err := r.hosted(ctx, f); err != nil {
		return err
	}
	if err := r.mark(f.sole); err != nil {
		return err
	}
	if f.file {
		return nil
	}
	return placeVault(ctx, r.home, r.secrets)
}

func (r *restored) unpack(backup string) error {
	info, err := os.Stat(backup)
	if err != nil {
		return failWith(exitNotFound, "name the file or folder that pedigree backup wrote", fmt.Errorf("couldn't read the backup: %w", err))
	}
	if info.IsDir() {
		r.manifest, err = care.UnpackFolder(backup, r.home.dir, homePlace)
		return err
	}
	in, err := os.Open(backup)
	if err != nil {
		return fmt.Errorf("couldn't read the backup: %w", err)
	}
	r.manifest, err = care.Unpack(in, r.home.dir, homePlace)
	return errors.Join(err, in.Close())
}

// checkLedger recomputes every root from the restored rows.
func (r *restored) checkLedger(ctx context.Context) error {
	var faults []error
	var err error
	r.ledger, err = care.CheckLedger(ctx, r.home.ledger(), func(err error) { faults = append(faults, err) }, nil)
	if err != nil {
		return err
	}
	if r.ledger.State.Height != r.manifest.Height || r.ledger.AppHash != r.manifest.AppHash {
		faults = append(faults, fmt.Errorf("the ledger has the hash %s at height %d, the manifest says %s at %d", r.ledger.AppHash, r.ledger.State.Height, r.manifest.AppHash, r.manifest.Height))
	}
	if len(faults) > 0 {
		return failWith(exitNo, "take another backup; nothing was restored", errors.Join(faults...))
	}
	return nil
}

// checkVault reads the restored vault with its key, leaves out the one-time keys that
// may have been used since, and asks whether two persons permitted the restore: what
// they gave is in the backup.
func (r *restored) checkVault(ctx context.Context, alone string) error {
	v, err := openFile(ctx, r.home, r.secrets)
	if err != nil {
		return failWith(exitNo, "the key must be the one of the node that was backed up", err)
	}
	err = checkRestored(ctx, v, r.secrets)
	a := auth.NewAccess(v, time.Now)
	if err == nil {
		err = r.home.permitted(ctx, a, r.manifest.Org, auth.PermitRestore, alone)
	}
	if err == nil {
		err = a.RecordRestore(ctx, r.manifest.Org, r.manifest.Height)
	}
	return errors.Join(err, v.Close())
}

// checkRestored opens every document of a restored vault, and leaves out the one-time
// keys that may have been used since.
func checkRestored(ctx context.Context, v *vault.Vault, s secrets) error {
	var faults []error
	_, err := v.Scrub(ctx, func(err error) { faults = append(faults, err) })
	if err == nil && len(faults) > 0 {
		err = failWith(exitNo, "take another backup; nothing was restored", errors.Join(faults...))
	}
	if err != nil {
		return err
	}
	seed, err := s.bytes(keys.Custody)
	if err != nil {
		return err
	}
	return traceview.SkipKeys(ctx, v, traceview.NewKeyring(seed), keysSkipped)
}

// openFile opens a private store as the backup holds it, wherever it belongs.
func openFile(ctx context.Context, h home, s secrets) (*vault.Vault, error) {
	c, err := h.vaultAt(s, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return s.openStore(ctx, c)
}

// placeVault takes a private store to the server that the configuration names, if it
// names one.
func placeVault(ctx context.Context, h home, s secrets) error {
	place, err := h.vaultConfig()
	if err != nil || place.URL == "" {
		return err
	}
	target, err := h.onServer(vault.Config{Dir: h.vault()}, place)
	if err != nil {
		return err
	}
	v, err := openFile(ctx, h, s)
	if err != nil {
		return err
	}
	_, err = v.Move(ctx, target)
	if err = errors.Join(err, v.Close()); err != nil {
		return failWith(exitFailed, "vault.url of the backup's pedigree.yaml names the server; what stands there from before must be dropped first (docs/operate/store.md)", err)
	}
	return os.Remove(filepath.Join(h.vault(), care.VaultFile))
}

// mark decides from when on the restored consensus key may sign.
func (r *restored) mark(sole bool) error {
	if away, err := r.secrets.signsElsewhere(); away || err != nil {
		return err // its mark is with the signer
	}
	had := r.secrets.Has(keys.Consensus)
	k, err := r.secrets.obtainEngineKeys(r.home.dir)
	if err != nil || !had { // a new key has signed nothing
		return err
	}
	_, key, err := k.Public()
	if err != nil {
		return err
	}
	if proof.NewKey(key[:]) != r.manifest.ConsensusKey {
		return failWith(exitUsage, "name the folder with the keys of this very node, or leave consensus_key.json out for a new one", errors.New("the consensus key is not that of the node that was backed up"))
	}
	if !sole {
		r.held = true
		return engine.HoldKey(r.home.dir, engine.Hold{Height: r.ledger.Blocks.To, After: time.Now().UTC().Add(clockSlack).Truncate(time.Second)})
	}
	if list := r.ledger.Blocks.Validators; len(list) != 1 || list[0] != key {
		return failWith(exitRefused, "leave --sole-validator out: the network goes on without this node, and its key signs again by itself",
			errors.New("the network has other validators: a key that signed what they know of would sign against itself"))
	}
	return engine.ResumeAt(r.home.dir, key, r.ledger.Blocks.To)
}
