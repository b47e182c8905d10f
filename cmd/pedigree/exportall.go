package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/export"
)

// exportTellEvery is how often a person is told how far an export has come.
const exportTellEvery = 5 * time.Second

func exportAllCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export-all", Short: "Take everything of the organisation out in the clear: documents, receipts, stock with proofs, cases, catalogue, people, audit trail", Args: cobra.NoArgs,
		Long: `Writes a tar that any program opens, signed with the organisation's key, and checks
it before it has its name. No key is in it; what it holds is in the clear, so keep it
as you keep the documents. docs/reference/export.md says what is in it, and
pedigree verify checks it, as does a program in JavaScript in e2e/reader.`,
		Example: "  pedigree export-all --out corner.tar --home ./corner\n  pedigree verify corner.tar --trust founding.json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.exportAll(cmd.Context(), out) },
	}
	cmd.Flags().StringVar(&out, "out", "", "new file to write; compressed when it ends with .gz or .tgz (required)")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func hostedExportCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export ORG", Short: "Take everything of a hosted organisation out in the clear, as pedigree export-all does", Args: cobra.ExactArgs(1),
		Long:    "The running node writes it, and the organisation's audit trail has a line of it.",
		Example: "  pedigree hosted export corner --out corner.tar --home ./host",
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := c.hostedHome(args[0])
			if err != nil {
				return err
			}
			own := *c
			own.home = h.dir
			return own.exportAll(cmd.Context(), out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new file to write; compressed when it ends with .gz or .tgz (required)")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *cli) exportAll(ctx context.Context, out string) error {
	began, partial := time.Now(), out+".partial"
	for _, path := range []string{out, partial} {
		if err := canWriteNew(path); err != nil {
			return err
		}
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	stream, err := n.Export(ctx)
	if err != nil {
		return err
	}
	r, err := c.saveExport(ctx, stream, partial, out)
	if err = errors.Join(err, stream.Close()); err != nil {
		return errors.Join(err, removeIfThere(partial), removeIfThere(partial+".gz"))
	}
	type answer struct {
		File     string  `json:"file"`
		Org      string  `json:"org"`
		Height   uint64  `json:"height"`
		Files    int64   `json:"files"`
		Receipts int64   `json:"receipts"`
		Proved   int     `json:"proved"`
		Bytes    int64   `json:"bytes"`
		Seconds  float64 `json:"seconds"`
	}
	a := answer{out, r.Manifest.Org, r.Manifest.Height, r.Files, r.Receipts, r.Proved, r.Bytes, time.Since(began).Seconds()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds all of %s at height %d, in the clear: %d files, %d receipts, %d things in stock with proof, %d bytes, %.1f s\n", a.File, a.Org, a.Height, a.Files, a.Receipts, a.Proved, a.Bytes, a.Seconds)
		fmt.Fprintf(w, "next: pedigree verify %s --trust founding.json\n", a.File)
	})
}

// saveExport writes a stream, checks it, and gives it its name.
func (c *cli) saveExport(ctx context.Context, stream io.Reader, partial, out string) (export.Report, error) {
	f, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return export.Report{}, fmt.Errorf("couldn't write the export: %w", err)
	}
	size, err := io.Copy(f, &telling{stream, c, 0, time.Now()})
	var r export.Report
	if err == nil {
		r, err = export.Check(ctx, f, size, exportTrust(nil))
	}
	if err == nil && !r.OK() {
		err = failWith(exitFailed, "the node's log says why; call this again", fmt.Errorf("the export did not come whole: %s: %s", r.Faults[0].Where, r.Faults[0].What))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return r, err
	}
	if strings.HasSuffix(out, ".gz") || strings.HasSuffix(out, ".tgz") {
		if err := compress(partial, partial+".gz"); err != nil {
			return r, err
		}
		if err := os.Remove(partial); err != nil {
			return r, err
		}
		partial += ".gz"
	}
	return r, errors.Join(os.Rename(partial, out), syncNames(filepath.Dir(out)))
}

func compress(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("couldn't compress the export: %w", err)
	}
	z := gzip.NewWriter(f)
	_, err = io.Copy(z, in)
	return errors.Join(err, z.Close(), f.Sync(), f.Close())
}

// telling tells a person how much has come.
type telling struct {
	r    io.Reader
	c    *cli
	n    int64
	last time.Time
}

// Read implements io.Reader.
func (t *telling) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if t.n += int64(n); time.Since(t.last) > exportTellEvery {
		t.last = time.Now()
		t.c.out.say("%d MB have come", t.n>>20)
	}
	return n, err
}
