package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/tiview"
	"pedigree/internal/courier"
)

// archiveFilesMax is how many files one command brings over.
const archiveFilesMax = 100_000

func migrateCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring over what another system has kept",
		Example: "  pedigree migrate archive 2021.zip 2022.zip --partner wholesaler\n  pedigree migrate stock stock.csv --check\n  pedigree migrate report",
	}
	cmd.AddCommand(migrateArchiveCommand(c), migrateStockCommand(c), migrateReportCommand(c), migratePauseCommand(c))
	return cmd
}

// archiving is an archive being brought over.
type archiving struct {
	n       *client.Client
	partner string
	out     archived
}

// archived says what came of it.
type archived struct {
	Documents int            `json:"documents"`
	States    map[string]int `json:"states"`
	Refused   []notTaken     `json:"refused"`
}

// notTaken is a document that can't be used, or a file that can't be read.
type notTaken struct {
	Name   string `json:"name"`
	Number int64  `json:"number,omitempty"`
	Text   string `json:"text"`
}

func migrateArchiveCommand(c *cli) *cobra.Command {
	a := &archiving{out: archived{States: map[string]int{}, Refused: []notTaken{}}}
	cmd := &cobra.Command{
		Use: "archive FILE|DIR...", Short: "Bring over partners' documents: files, folders and zip archives", Args: cobra.MinimumNArgs(1),
		Long: `Each document is kept, checked and searchable like one that a partner sends now.
Nothing happens to goods. The same command again goes on where it was cut off: what
is in is the same entry. Exit code 4: some can't be used; each is named.`,
		Example: "  pedigree migrate archive archive/ --partner wholesaler",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := filesBelow(args)
			if err != nil {
				return err
			}
			if a.n, err = c.node(); err != nil {
				return err
			}
			for _, name := range files {
				if err := a.file(cmd.Context(), name); err != nil {
					return err
				}
			}
			if err := c.out.result(a.out, a.out.print); err != nil || len(a.out.Refused) == 0 {
				return err
			}
			return &quietExit{exitNo}
		},
	}
	cmd.Flags().StringVar(&a.partner, "partner", "", "organisation or GLN that all of them are from")
	return cmd
}

func (a archived) print(w io.Writer) {
	var states []string
	for _, state := range slices.Sorted(maps.Keys(a.States)) {
		states = append(states, fmt.Sprintf("%d %s", a.States[state], state))
	}
	fmt.Fprintf(w, "%s: %s\n", counted(a.Documents, "document", "documents"), strings.Join(states, ", "))
	for _, r := range a.Refused {
		fmt.Fprintf(w, "  %s: %s\n", r.Name, r.Text)
	}
}

// filesBelow lists files, and those of folders, in the order of their names.
func filesBelow(args []string) (files []string, err error) {
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				files = append(files, name)
			}
			if len(files) > archiveFilesMax {
				return failWith(exitUsage, "bring it over in parts", fmt.Errorf("there are more than %d files", archiveFilesMax))
			}
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			err = failWith(exitNotFound, "", err)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't list the archive: %w", err)
		}
	}
	return files, nil
}

// file brings over the documents of a file.
func (a *archiving) file(ctx context.Context, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return failWith(exitNotFound, "", fmt.Errorf("couldn't read the archive: %w", err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("couldn't read the archive: %w", err)
	}
	for entry, err := range courier.Unpack(filepath.Base(name), f, info.Size()) {
		if err == nil {
			err = a.document(ctx, name, entry)
		}
		switch {
		case errors.Is(err, courier.ErrRefused):
			a.out.Refused = append(a.out.Refused, notTaken{Name: archiveName(name, entry), Text: err.Error()})
		case err != nil:
			return fmt.Errorf("couldn't bring over %s: %w", archiveName(name, entry), err)
		}
	}
	return nil
}

// archiveName is what a document is called: its file, and its name in it.
func archiveName(file string, e courier.Entry) string {
	if e.Number == 0 {
		return file
	}
	return file + ": " + e.Name
}

func (a *archiving) document(ctx context.Context, file string, e courier.Entry) error {
	q := url.Values{"partner": {a.partner}, "name": {e.Name}, "archive": {"true"}}
	var d tiview.Detail
	if err := a.n.Upload(ctx, "/api/v1/documents?"+q.Encode(), "application/octet-stream", e.Content, &d); err != nil {
		return err
	}
	a.out.Documents++
	a.out.States[d.State.String()]++
	if d.State == tiview.Refused {
		a.out.Refused = append(a.out.Refused, notTaken{archiveName(file, e), d.Number, fmt.Sprintf("document %d: %s", d.Number, d.Reason)})
	}
	return nil
}
