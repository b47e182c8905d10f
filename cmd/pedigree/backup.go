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
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/internal/store/kv"
	"pedigree/proof"
)

func backupCommand(c *cli) *cobra.Command {
	var f backupFlags
	cmd := &cobra.Command{
		Use: "backup", Short: "Copy the node's data, while it runs or not", Args: cobra.NoArgs,
		Long:    "Writes a copy of the ledger and the private store, with the SHA-256 of each file, of one moment.\nNo key is in it unless --with-keys asks for the protected ones: then who has the backup\nand the passphrase has all.",
		Example: "  pedigree backup --home ./maker --out maker-monday.tar\n  pedigree backup --home ./maker --out maker-monday/ --with-keys",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.backup(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "new file to write, or new folder when it ends with / (required)")
	cmd.Flags().StringVar(&f.alone, "break-glass", "", "in need, take it alone where two persons should have permitted it, for this reason")
	cmd.Flags().BoolVar(&f.withKeys, "with-keys", false, "add the keys, which must be protected, as they are: encrypted under the passphrase")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// backupFlags say what a backup is to be.
type backupFlags struct {
	out      string
	alone    string // the reason of who acts alone in need
	withKeys bool
}

func (c *cli) backup(ctx context.Context, f backupFlags) error {
	began := time.Now()
	target := filepath.Clean(f.out)
	if err := canWriteNew(target); err != nil {
		return err
	}
	var sealed map[string]string
	if f.withKeys {
		var err error
		if sealed, err = c.homeDir().allSealedFiles(); err != nil {
			return err
		}
	}
	stream, err := c.openBackup(ctx, f.alone)
	if err != nil {
		return err
	}
	if f.withKeys {
		stream = addKeys(stream, sealed)
	}
	m, err := saveBackup(stream, target, strings.HasSuffix(f.out, "/"), care.Unpack)
	if err = errors.Join(err, stream.Close()); err != nil {
		return err
	}
	took := time.Since(began)
	type answer struct {
		File    string     `json:"file"`
		Chain   string     `json:"chain"`
		Org     string     `json:"org"`
		Height  int64      `json:"height"`
		AppHash proof.Hash `json:"app_hash"`
		Files   int        `json:"files"`
		Keys    bool       `json:"keys"`
		Bytes   int64      `json:"bytes"`
		Seconds float64    `json:"seconds"`
	}
	a := answer{target, m.ChainID, m.Org, m.Height, m.AppHash, len(m.Files), m.Keys(), m.Bytes(), took.Seconds()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds %s on %s at height %d: %d files, %d bytes, %.1f s\n", a.File, a.Org, a.Chain, a.Height, a.Files, a.Bytes, a.Seconds)
	})
}

// openBackup asks the running node for a backup, or takes one of a node that is
// stopped. It never opens what a running node has open: the databases are locked.
func (c *cli) openBackup(ctx context.Context, alone string) (io.ReadCloser, error) {
	h := c.homeDir()
	if _, err := os.Stat(h.address()); c.api == "" && errors.Is(err, fs.ErrNotExist) {
		return c.stoppedBackup(ctx, alone)
	}
	n, err := c.node()
	if err != nil {
		return nil, err
	}
	stream, err := n.BackupAlone(ctx, alone)
	if c.api == "" && errors.Is(err, client.ErrNoNode) { // it was killed and left its address
		return c.stoppedBackup(ctx, alone)
	}
	return stream, err
}

// stoppedBackup copies a node that doesn't run.
func (c *cli) stoppedBackup(ctx context.Context, alone string) (io.ReadCloser, error) {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return nil, failWith(exitUsage, "name the node's home with --home", err)
	}
	if !h.hasVault() {
		return nil, failWith(exitUsage, "start the node once; what init made is keys and configuration, of which you keep copies", fmt.Errorf("there is nothing to back up in %s yet", h.dir))
	}
	founding, err := node.ReadFounding(h.founding())
	if err != nil {
		return nil, err
	}
	s, err := h.secrets()
	if err != nil {
		return nil, err
	}
	id, consensusKey, err := s.engineIdentity()
	if err != nil {
		return nil, err
	}
	v, err := h.openVaultWith(ctx, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := h.permitted(ctx, auth.NewAccess(v, time.Now), own.Member.ID, auth.PermitTake, alone); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	db, err := kv.Open(h.ledger(), kv.Options{})
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	source := h.source(founding.ChainID, own.Member.ID, id, consensusKey)
	source.Vault, source.Checkpoint = v.Backup, db.Checkpoint
	if source.Hosted, err = h.stoppedSources(s); err != nil {
		return nil, errors.Join(err, v.Close(), db.Close())
	}
	r, w := io.Pipe()
	var done sync.WaitGroup
	done.Go(func() {
		m, err := care.Take(ctx, w, source)
		if err == nil {
			err = h.noteBackup(m)
		}
		w.CloseWithError(errors.Join(err, v.Close(), db.Close()))
	})
	return pipe{r, &done}, nil
}

// sealedFiles are the files of a protected home's keys, by their names in a backup.
func (s secrets) sealedFiles() (map[string]string, error) {
	const advice = "run pedigree keys protect first, or keep copies of the keys in another safe place"
	if !s.Protected() {
		return nil, failWith(exitRefused, advice, errors.New("the keys of this home are plain: whoever found the backup could read everything"))
	}
	files := map[string]string{filepath.Base(unlockFile): filepath.Join(s.Dir(), unlockFile)}
	for _, st := range s.Status() {
		if !slices.Contains(keys.Kept(), st.Name) {
			continue
		}
		switch st.State {
		case keys.Protected:
			files[filepath.Base(st.Name.SealedFile())] = filepath.Join(s.Dir(), st.File)
		case keys.Plain, keys.Both:
			return nil, failWith(exitRefused, advice, fmt.Errorf("the %s secret stands in plain: protecting was cut short", st.Name))
		}
	}
	return files, nil
}

// addKeys adds encrypted keys to a backup on its way.
func addKeys(stream io.ReadCloser, sealed map[string]string) io.ReadCloser {
	r, w := io.Pipe()
	var done sync.WaitGroup
	done.Go(func() {
		err := care.AddKeys(w, stream, sealed)
		w.CloseWithError(errors.Join(err, stream.Close()))
	})
	return pipe{r, &done}
}

// pipe is a stream whose writer has ended when it is closed.
type pipe struct {
	*io.PipeReader
	writer *sync.WaitGroup
}

// Close implements io.Closer.
func (p pipe) Close() error {
	err := p.PipeReader.Close()
	p.writer.Wait()
	return err
}

// unpacker reads a backup's stream to its end.
type unpacker func(r io.Reader, dir string, place care.Place) (care.Manifest, error)

// saveBackup checks a stream while it writes it, under another name until it is
// whole.
func saveBackup(stream io.Reader, target string, unpacked bool, read unpacker) (care.Manifest, error) {
	partial := target + ".partial"
	if err := canWriteNew(partial); err != nil {
		return care.Manifest{}, err
	}
	var m care.Manifest
	var err error
	if unpacked {
		m, err = read(stream, partial, nil)
	} else {
		m, err = saveTar(stream, partial, read)
	}
	if err == nil {
		err = os.Rename(partial, target)
	}
	if err == nil {
		err = syncNames(filepath.Dir(target))
	}
	if err != nil {
		return m, errors.Join(err, os.RemoveAll(partial))
	}
	return m, nil
}

func saveTar(stream io.Reader, path string, read unpacker) (care.Manifest, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return care.Manifest{}, fmt.Errorf("couldn't write the backup: %w", err)
	}
	m, err := read(io.TeeReader(stream, f), "", nil)
	if err == nil { // the padding after the tar's end
		_, err = io.Copy(f, stream)
	}
	return m, errors.Join(err, f.Sync(), f.Close())
}

// syncNames makes the names in a folder durable.
func syncNames(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
