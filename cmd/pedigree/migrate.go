package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/migrateview"
	"pedigree/internal/courier"
)

const archivesPath = "/api/v1/archives"

// archivesShown is how many archives are listed.
const archivesShown = 100

func migrateCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring over what another system has kept",
		Example: "  pedigree migrate archive 2021.zip 2022.zip --partner wholesaler\n  pedigree migrate stock stock.csv --check\n  pedigree migrate report",
	}
	cmd.AddCommand(migrateArchiveCommand(c), migrateArchivesCommand(c), migrateStockCommand(c), migrateReportCommand(c), migratePauseCommand(c))
	return cmd
}

// archiveUnpacker opens archives for those who bring them over.
func archiveUnpacker() migrateview.Unpacker {
	return migrateview.Unpacker{
		Packed: courier.Packed, HeadBytes: courier.MagicBytes, Refused: courier.ErrRefused,
		Each: func(name string, file io.ReaderAt, size int64) iter.Seq2[migrateview.Packed, error] {
			return func(yield func(migrateview.Packed, error) bool) {
				for e, err := range courier.Unpack(name, file, size) {
					if !yield(migrateview.Packed{Name: e.Name, Number: e.Number, Content: e.Content}, err) {
						return
					}
				}
			}
		},
	}
}

// archiving is an archive being brought over, in one or more parts.
type archiving struct {
	c       *cli
	n       *client.Client
	partner string
	async   bool
	parts   []part
	out     archived
}

// part is what was given at once.
type part struct {
	bundle
	job migrateview.Archived
}

// archived says what came of it.
type archived struct {
	Documents int                    `json:"documents"`
	States    map[string]int         `json:"states"`
	Refused   []migrateview.NotTaken `json:"refused"`
	Unusable  int                    `json:"unusable"`
	Jobs      []int64                `json:"jobs"`
}

func migrateArchiveCommand(c *cli) *cobra.Command {
	a := &archiving{c: c, out: archived{States: map[string]int{}, Refused: []migrateview.NotTaken{}}}
	cmd := &cobra.Command{
		Use: "archive FILE|DIR...", Short: "Bring over partners' documents: files, folders and zip archives", Args: cobra.MinimumNArgs(1),
		Long: `Each document is kept, checked and searchable like one that a partner sends now.
Nothing happens to goods. The node works on when this command ends. The same
command again goes on where it was cut off: what is in is the same entry. Exit
code 4: some can't be used; each is named.`,
		Example: "  pedigree migrate archive archive/ --partner wholesaler\n  pedigree migrate archive 2021.zip --partner wholesaler --async",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := filesBelow(args)
			if err != nil {
				return err
			}
			if a.n, err = c.node(); err != nil {
				return err
			}
			for b, err := range bundles(files) {
				if err == nil {
					err = a.give(cmd.Context(), b)
				}
				if err != nil {
					return err
				}
			}
			if a.async {
				return a.underWay()
			}
			return a.report()
		},
	}
	cmd.Flags().StringVar(&a.partner, "partner", "", "organisation or GLN that all of them are from")
	cmd.Flags().BoolVar(&a.async, "async", false, "don't wait until it is done")
	return cmd
}

// give gives the node one part, and waits until it is done where somebody waits. Where
// the node's line is full it waits for a part of its own.
func (a *archiving) give(ctx context.Context, b bundle) error {
	q := url.Values{"partner": {a.partner}, "name": {b.name}}
	for waited := 0; ; waited++ {
		var job migrateview.Archived
		err := b.open(func(content io.Reader) error {
			return a.n.Upload(ctx, archivesPath+"?"+q.Encode(), "application/octet-stream", content, &job)
		})
		var p *client.Problem
		if errors.As(err, &p) && p.Code == "migrate/limit" && waited < len(a.parts) {
			if a.parts[waited].job, err = a.ended(ctx, a.parts[waited].job); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("couldn't bring over %s: %w", b.what(), err)
		}
		if !a.async {
			if job, err = a.ended(ctx, job); err != nil {
				return err
			}
		}
		a.parts = append(a.parts, part{b, job})
		return nil
	}
}

// ended waits until a part is done, paused or failed.
func (a *archiving) ended(ctx context.Context, job migrateview.Archived) (migrateview.Archived, error) {
	told := time.Now()
	for job.State == "running" {
		select {
		case <-ctx.Done():
			return job, fmt.Errorf("job %d goes on without this command (pedigree migrate archives %d; to stop it: pedigree job cancel %d): %w", job.Job, job.Job, job.Job, ctx.Err())
		case <-time.After(migrationAsked):
		}
		if err := a.n.Get(ctx, archivePath(job.Job), &job); err != nil {
			return job, err
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			a.c.out.say("%s: %d of %s", job.Name, job.Read, counted(job.Files, "file", "files"))
		}
	}
	switch job.State {
	case "failed":
		return job, failWith(exitFailed, "give it again: it goes on where it stopped", fmt.Errorf("couldn't bring over %s: %s", job.Name, job.Error))
	case "paused":
		return job, failWith(exitFailed, "give it again: it goes on where it stopped", fmt.Errorf("job %d, which brings over %s, was paused after %d of %s", job.Job, job.Name, job.Read, counted(job.Files, "file", "files")))
	}
	return job, nil
}

// underWay tells which jobs bring it over.
func (a *archiving) underWay() error {
	list := make([]migrateview.Archived, len(a.parts))
	for i, p := range a.parts {
		list[i] = p.job
	}
	return a.c.out.result(list, func(w io.Writer) {
		for _, j := range list {
			fmt.Fprintf(w, "job %d brings over %s; next: pedigree migrate archives %d\n", j.Job, j.Name, j.Job)
		}
	})
}

// report sums up what came of all parts.
func (a *archiving) report() error {
	for _, p := range a.parts {
		j := p.job
		a.out.Jobs = append(a.out.Jobs, j.Job)
		a.out.Documents += j.Documents
		a.out.Unusable += j.Unusable
		for state, n := range j.States {
			a.out.States[state] += n
		}
		for _, r := range j.Refused {
			r.Name = p.nameOf(r)
			a.out.Refused = append(a.out.Refused, r)
		}
	}
	err := a.c.out.result(a.out, a.out.print)
	if err == nil && a.out.Unusable > 0 {
		err = &quietExit{exitNo}
	}
	return err
}

func (a archived) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", counted(a.Documents, "document", "documents"), statesLine(a.States))
	printNotTaken(w, a.Refused, a.Unusable)
}

func statesLine(count map[string]int) string {
	var states []string
	for _, state := range slices.Sorted(maps.Keys(count)) {
		states = append(states, fmt.Sprintf("%d %s", count[state], state))
	}
	return strings.Join(states, ", ")
}

func printNotTaken(w io.Writer, list []migrateview.NotTaken, all int) {
	for _, r := range list {
		fmt.Fprintf(w, "  %s: %s\n", r.Name, r.Text)
	}
	if more := all - len(list); more > 0 {
		fmt.Fprintf(w, "  and %d more: pedigree ti list --state refused\n", more)
	}
}

func archivePath(job int64) string { return archivesPath + "/" + strconv.FormatInt(job, 10) }

func migrateArchivesCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "archives [JOB]", Short: "List the archives that were brought over, or show what came of one", Args: cobra.MaximumNArgs(1),
		Long: `To stop one that is under way between two documents: pedigree job cancel. The same
archive again goes on. Exit code 3: no such job; 4: some documents can't be used.`,
		Example: "  pedigree migrate archives\n  pedigree migrate archives 12",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				list := []migrateview.Archived{}
				if err := n.Get(cmd.Context(), archivesPath+"?limit="+strconv.Itoa(archivesShown), &list); err != nil {
					return err
				}
				return c.out.result(list, func(w io.Writer) {
					for _, a := range list {
						printArchive(w, a)
					}
				})
			}
			job, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || job < 1 {
				return failWith(exitUsage, "pedigree migrate archives shows the numbers", fmt.Errorf("%q is no number of a job", args[0]))
			}
			var a migrateview.Archived
			if err := n.Get(cmd.Context(), archivePath(job), &a); err != nil {
				return err
			}
			err = c.out.result(a, func(w io.Writer) {
				printArchive(w, a)
				printNotTaken(w, a.Refused, a.Unusable)
			})
			if err == nil && a.Unusable > 0 {
				err = &quietExit{exitNo}
			}
			return err
		},
	}
}

func printArchive(w io.Writer, a migrateview.Archived) {
	fmt.Fprintf(w, "%-5d %-8s %s: %d of %s; %s", a.Job, a.State, a.Name, a.Read, counted(a.Files, "file", "files"), counted(a.Documents, "document", "documents"))
	if line := statesLine(a.States); line != "" {
		fmt.Fprintf(w, ": %s", line)
	}
	if a.Error != "" {
		fmt.Fprintf(w, "; %s", a.Error)
	}
	fmt.Fprintln(w)
}
