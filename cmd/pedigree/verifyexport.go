package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"pedigree/domain/anchor"
	"pedigree/internal/export"
	"pedigree/internal/node"
	"pedigree/proof"
)

// foundingTrust reads a founding file: its first validators and its fingerprint.
func foundingTrust(raw []byte) (proof.Trust, proof.Hash, error) {
	f, err := node.ParseFounding(raw)
	if err != nil {
		return proof.Trust{}, proof.Hash{}, err
	}
	t, err := trustOf(f)
	if err != nil {
		return t, proof.Hash{}, err
	}
	print, err := fingerprint(f)
	return t, print, err
}

// exportTrust is what a check of an export believes; nil: the export's own founding
// file.
func exportTrust(founding []byte) export.CheckConfig {
	return export.CheckConfig{Founding: founding, Trust: foundingTrust, Anchor: func(org string) ([]byte, func([]byte) (string, error)) {
		return anchor.Key(org, anchorPurpose), rootOf
	}}
}

// gzipMark begins every file of gzip.
var gzipMark = []byte{0x1f, 0x8b}

// isExport tells whether a file is a tar, perhaps compressed, and no proof.
func isExport(f io.ReaderAt) bool {
	head := make([]byte, 512)
	n, _ := f.ReadAt(head, 0)
	return n >= 2 && bytes.HasPrefix(head, gzipMark) || n == 512 && bytes.HasPrefix(head[257:], []byte("ustar"))
}

// verifyExport checks an export. Done says that the file is one.
func (c *cli) verifyExport(ctx context.Context, path, trust string) (done bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return true, failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
	}
	defer f.Close()
	if !isExport(f) {
		return false, nil
	}
	founding, err := c.believedFounding(trust)
	if err != nil {
		return true, err
	}
	plain, err := uncompressed(f)
	if err != nil {
		return true, failWith(exitNo, "the file is damaged", err)
	}
	if plain != f {
		defer func() { err = errors.Join(err, plain.Close(), os.Remove(plain.Name())) }()
	}
	info, err := plain.Stat()
	if err != nil {
		return true, err
	}
	r, err := export.Check(ctx, plain, info.Size(), exportTrust(founding))
	if err != nil {
		return true, err
	}
	return true, c.tellExport(r)
}

// believedFounding is the founding file that is named, or the home's; nil when there
// is none.
func (c *cli) believedFounding(path string) ([]byte, error) {
	named := path != ""
	if !named {
		path = c.homeDir().network()
	}
	raw, err := os.ReadFile(path)
	if !named && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failWith(exitUnchecked, "name the network's founding file with --trust", err)
	}
	if _, _, err := foundingTrust(raw); err != nil {
		return nil, failWith(exitUsage, "an export is checked against the network's founding file: name it with --trust", fmt.Errorf("%s is no founding file: %w", path, err))
	}
	return raw, nil
}

// uncompressed is the file itself, or an unpacked copy of it on the disk.
func uncompressed(f *os.File) (*os.File, error) {
	mark := make([]byte, 2)
	if _, err := f.ReadAt(mark, 0); err != nil || !bytes.Equal(mark, gzipMark) {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	out, err := os.CreateTemp("", "pedigree-export-*.tar")
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(out, z); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't unpack the export: %w", err), out.Close(), os.Remove(out.Name()))
	}
	return out, nil
}

func (c *cli) tellExport(r export.Report) error {
	err := c.out.result(r, func(w io.Writer) {
		if !r.OK() {
			fmt.Fprintln(w, "STOP: something is not as it was written")
			for _, f := range r.Faults {
				fmt.Fprintf(w, "  %s: %s\n", f.Where, f.What)
			}
			return
		}
		m := r.Manifest
		fmt.Fprintf(w, "OK: all of %s (%s) on %s at height %d, signed with its key %d\n", m.Org, m.Name, m.Chain, m.Height, m.KeyID)
		fmt.Fprintf(w, "  %d files, %d documents, %d receipts of entries since block %d\n", r.Files, r.Lines[export.DocumentsFile], r.Receipts, m.FromHeight)
		fmt.Fprintf(w, "  %d things in stock: %d with proof, %d held without\n", r.Lines[export.StockFile], r.Proved, r.Unproved)
		fmt.Fprintf(w, "  %d lines of the audit trail; the ledger vouches for the first %d\n", r.Lines[export.AuditFile], r.Anchored)
		tables, lines := 0, 0
		for name, n := range r.Lines {
			if strings.HasPrefix(name, "tables/") {
				tables, lines = tables+1, lines+n
			}
		}
		fmt.Fprintf(w, "  %d lines in %d tables; they name %d things that were erased\n", lines, tables, r.Gone)
		for _, note := range r.Notes {
			fmt.Fprintf(w, "  not checked: %s\n", note)
		}
		if !r.Believed {
			fmt.Fprintf(w, "founding file %s: compare this fingerprint with the network's, or name the founding file with --trust\n", m.Founding)
		}
	})
	if err == nil && !r.OK() {
		return &quietExit{exitNo}
	}
	return err
}
