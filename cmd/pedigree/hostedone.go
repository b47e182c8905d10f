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
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/node"
	"pedigree/internal/tenant"
)

func hostedBackupCommand(c *cli) *cobra.Command {
	var f backupFlags
	cmd := &cobra.Command{
		Use: "backup ORG", Short: "Copy one hosted organisation's store, while the node runs or not", Args: cobra.ExactArgs(1),
		Long:    "Writes its private store, card and quota, with the SHA-256 of each file; the ledger is in the\nnode's own backup. No key is in it unless --with-keys asks for the protected ones. What two\npersons must permit for the node's backup they must permit for this one.",
		Example: "  pedigree hosted backup corner --out corner-monday.tar --home ./host\n  pedigree hosted backup corner --out corner-monday.tar --with-keys --home ./host",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.hostedBackup(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "new file to write (required)")
	cmd.Flags().StringVar(&f.alone, "break-glass", "", "in need, take it alone where two persons should have permitted it, for this reason")
	cmd.Flags().BoolVar(&f.withKeys, "with-keys", false, "add its keys, which must be protected, as they are: encrypted under the host's")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *cli) hostedBackup(ctx context.Context, org string, f backupFlags) error {
	began, target := time.Now(), filepath.Clean(f.out)
	h, err := c.hostedHome(org)
	if err != nil {
		return err
	}
	if err := canWriteNew(target); err != nil {
		return err
	}
	var sealed map[string]string
	if f.withKeys {
		if sealed, err = h.keyStore().sealedFiles(); err != nil {
			return err
		}
	}
	stream, err := c.openHostedBackup(ctx, h, org, f.alone)
	if err != nil {
		return err
	}
	if f.withKeys {
		stream = addKeys(stream, sealed)
	}
	m, err := saveBackup(stream, target, false, care.UnpackOne)
	if err = errors.Join(err, stream.Close()); err != nil {
		return err
	}
	type answer struct {
		File    string  `json:"file"`
		Org     string  `json:"org"`
		Height  int64   `json:"height"`
		Keys    bool    `json:"keys"`
		Bytes   int64   `json:"bytes"`
		Seconds float64 `json:"seconds"`
	}
	a := answer{target, m.Org, m.Height, m.Keys(), m.Bytes(), time.Since(began).Seconds()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds the store of %s as of height %d: %d bytes, %.1f s\n", a.File, a.Org, a.Height, a.Bytes, a.Seconds)
	})
}

// openHostedBackup asks the running host, or copies from one that is stopped.
func (c *cli) openHostedBackup(ctx context.Context, h home, org, alone string) (io.ReadCloser, error) {
	if _, err := os.Stat(c.homeDir().address()); c.api == "" && errors.Is(err, fs.ErrNotExist) {
		return c.stoppedHostedBackup(ctx, h, org, alone)
	}
	n, err := c.node()
	if err != nil {
		return nil, err
	}
	stream, err := n.BackupHosted(ctx, org, alone)
	if c.api == "" && errors.Is(err, client.ErrNoNode) { // it was killed and left its address
		return c.stoppedHostedBackup(ctx, h, org, alone)
	}
	return stream, err
}

func (c *cli) stoppedHostedBackup(ctx context.Context, h home, org, alone string) (io.ReadCloser, error) {
	host := c.homeDir()
	if fileExists(h.leaving()) {
		return nil, failWith(exitRefused, "its keys may be at work in its new home: back it up there", fmt.Errorf("%s is on its way out", org))
	}
	if !h.hasVault() {
		return nil, failWith(exitUsage, "its keys are all that is there; keep a copy of them", fmt.Errorf("%s was never served: there is no store of it yet", org))
	}
	founding, err := node.ReadFounding(host.founding())
	if err != nil {
		return nil, err
	}
	s, err := host.stoppedPermitted(ctx, auth.PermitTake, alone)
	if err != nil {
		return nil, err
	}
	list, err := host.stoppedSources(s)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(one care.Hosted) bool { return one.Org == org })
	if i < 0 {
		return nil, fmt.Errorf("couldn't find the store of %s", org)
	}
	note, _, err := host.readBackupNote()
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	var done sync.WaitGroup
	done.Go(func() {
		_, err := care.TakeOne(ctx, w, care.Manifest{ChainID: founding.ChainID, Program: version, Height: note.Height}, list[i], h.backupScratch())
		w.CloseWithError(err)
	})
	return pipe{r, &done}, nil
}

func (h home) backupScratch() string { return filepath.Join(h.dir, "data", "backup.partial") }

// stoppedPermitted refuses an act on a stopped host that two persons have not permitted,
// and returns the host's secrets.
func (h home) stoppedPermitted(ctx context.Context, act, alone string) (secrets, error) {
	own, err := readCard(h.card())
	if err != nil {
		return secrets{}, failWith(exitUsage, "name the host's home with --home", err)
	}
	s, err := h.secrets()
	if err != nil || !h.hasVault() { // who never ran has nobody who could permit
		return s, err
	}
	v, err := h.openVaultWith(ctx, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return s, err
	}
	return s, errors.Join(h.permitted(ctx, auth.NewAccess(v, time.Now), own.Member.ID, act, alone), v.Close())
}

var _ api.HostedKeeper = keeper{}

// HasHosted implements api.HostedKeeper.
func (k keeper) HasHosted(org string) error {
	_, err := k.r.hosts.find(org)
	return err
}

// MayRestore implements api.HostedKeeper.
func (k keeper) MayRestore(org string) error {
	if k.HasHosted(org) == nil || org == k.org {
		return tenant.Served(org)
	}
	return nil
}

// BackupHosted implements api.HostedKeeper. The organisation's own trail tells of it.
func (k keeper) BackupHosted(ctx context.Context, w io.Writer, org string) error {
	if !k.busy.TryLock() {
		return api.ErrBusy
	}
	defer k.busy.Unlock()
	began := time.Now()
	list := k.r.hosts.sources()
	i := slices.IndexFunc(list, func(h care.Hosted) bool { return h.Org == org })
	if i < 0 {
		return tenant.NotHere(org)
	}
	if err := k.r.access.Record(ctx, org, "host", "take-hosted-backup", "private store", "begun"); err != nil {
		return err
	}
	of := care.Manifest{ChainID: k.r.node.ChainID(), Program: version, Height: int64(k.r.node.Height())}
	m, err := care.TakeOne(ctx, w, of, list[i], k.r.home.hosted(org).backupScratch())
	if err == nil {
		k.r.log.Info("handed out a backup of a hosted organisation", "org", org, "bytes", m.Bytes(), "took", time.Since(began))
	}
	return err
}

func hostedRestoreCommand(c *cli) *cobra.Command {
	var f restoreFlags
	cmd := &cobra.Command{
		Use: "restore ORG BACKUP", Short: "Bring one hosted organisation back from its backup and its keys, while the node runs or not", Args: cobra.ExactArgs(2),
		Long: `Checks every file and document before the organisation's folder is there; a running
node then serves it within a second. Its old folder must be out of the way. What was
lost with it may have been sent to partners: it goes on with one-time keys far behind
those that the backup knows.`,
		Example: "  mv host/orgs/corner /safe/corner\n  pedigree hosted restore corner corner-monday.tar --keys /safe/corner --home ./host",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.restoreHosted(cmd.Context(), args[0], args[1], f)
		},
	}
	cmd.Flags().StringVar(&f.keys, "keys", "", "folder with a copy of the organisation's keys: its old folder, or a copy of the host's keys that has orgs/ORG (default: the keys in the backup)")
	cmd.Flags().StringVar(&f.alone, "break-glass", "", "in need, restore alone where two persons should have permitted it, for this reason")
	return cmd
}

func (c *cli) restoreHosted(ctx context.Context, org, backup string, f restoreFlags) error {
	began, host := time.Now(), c.homeDir()
	if err := tenant.CheckName(org); err != nil {
		return failWith(exitUsage, "name the organisation as it was hosted", err)
	}
	h := host.hosted(org)
	if _, err := os.Lstat(h.dir); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(failWith(exitRefused, "move that folder out of the way first; its keys are of use with --keys", fmt.Errorf("%s is there", h.dir)), err)
	}
	s, err := c.mayRestore(ctx, org, f.alone)
	if err != nil {
		return err
	}
	partial := home{filepath.Join(host.dir, orgsFolder, "restoring."+org)} // no name under which the node looks
	if err := os.MkdirAll(filepath.Dir(partial.dir), 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(partial.dir, 0o700); err != nil {
		return failWith(exitUsage, "remove what a restore that was cut off left", fmt.Errorf("couldn't begin to restore: %w", err))
	}
	m, err := c.unpackHosted(partial, org, backup, f.keys)
	if err == nil {
		err = bringBack(ctx, hostedRestore{partial, org, s, keysOf(f.keys, org), m.Height, false})
	}
	if err == nil {
		err = putHome(partial.dir, h.dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(partial.dir))
	}
	type answer struct {
		Home    string    `json:"home"`
		Org     string    `json:"org"`
		Taken   time.Time `json:"taken"`
		Height  int64     `json:"height"`
		Bytes   int64     `json:"bytes"`
		Seconds float64   `json:"seconds"`
	}
	a := answer{h.dir, org, m.Taken, m.Height, m.Bytes(), time.Since(began).Seconds()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s is back in %s as of %s: %d bytes, %.1f s; a running node serves it within %s\n", org, a.Home, a.Taken.Format(time.RFC3339), a.Bytes, a.Seconds, scanEvery)
	})
}

// keysOf is the folder that holds an organisation's keys in what --keys names.
func keysOf(dir, org string) string {
	if dir == "" {
		return ""
	}
	if of := (home{dir}).hosted(org).dir; isFolder(of) {
		return of
	}
	return dir
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// mayRestore asks the running node, or the store of one that is stopped, whether the
// restore is permitted, and returns the host's secrets.
func (c *cli) mayRestore(ctx context.Context, org, alone string) (secrets, error) {
	host := c.homeDir()
	if _, err := os.Stat(host.address()); c.api == "" && errors.Is(err, fs.ErrNotExist) {
		return host.stoppedPermitted(ctx, auth.PermitRestore, alone)
	}
	n, err := c.node()
	if err != nil {
		return secrets{}, err
	}
	err = n.MayRestoreHosted(ctx, org, alone)
	if c.api == "" && errors.Is(err, client.ErrNoNode) {
		return host.stoppedPermitted(ctx, auth.PermitRestore, alone)
	}
	if err != nil {
		return secrets{}, err
	}
	return host.secrets()
}

// unpackHosted unpacks a backup and checks that it is the organisation's, on this chain.
func (c *cli) unpackHosted(to home, org, backup, keyCopy string) (care.Manifest, error) {
	const advice = "take another backup; nothing was restored"
	in, err := os.Open(backup)
	if err != nil {
		return care.Manifest{}, failWith(exitNotFound, "name the file that pedigree hosted backup wrote", fmt.Errorf("couldn't read the backup: %w", err))
	}
	m, err := care.UnpackOne(in, to.dir, onePlace)
	if err = errors.Join(err, in.Close()); errors.Is(err, care.ErrNoBackup) {
		return m, failWith(exitNo, advice, err)
	}
	if err != nil {
		return m, err
	}
	founding, err := node.ReadFounding(c.homeDir().founding())
	switch {
	case err != nil:
		return m, err
	case m.Org != org || m.ChainID != founding.ChainID:
		return m, failWith(exitNo, advice, fmt.Errorf("the backup is of %s on %s", m.Org, m.ChainID))
	case m.Keys() && keyCopy != "":
		return m, failWith(exitUsage, "leave --keys out, or take a backup without keys", errors.New("the backup has keys in it already"))
	case !m.Keys() && keyCopy == "":
		return m, failWith(exitUsage, "name the folder that holds a copy of the organisation's keys with --keys", errors.New("the backup has no keys in it"))
	}
	return m, nil
}

// onePlace says where a file of one organisation's backup belongs in its home.
func onePlace(name string) string {
	if strings.HasPrefix(name, care.OrgsFolder+"/") {
		return ""
	}
	return hostedPlace(name)
}
