package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/migrateview"
)

const migrationsPath = "/api/v1/migrations"

// How often a list of stock is asked how far it is, and how many lines to work on are
// shown with a report.
const (
	migrationAsked  = 500 * time.Millisecond
	migrationsShown = 20
)

// stocksOf brings stock over for the organisation that a request is for.
func stocksOf(ctx context.Context) *migrateview.Migrations { return officeOf(ctx).desk.stocks }

func migrateStockCommand(c *cli) *cobra.Command {
	var check, whole, async bool
	cmd := &cobra.Command{
		Use: "stock FILE", Short: "Bring over a list of present stock, each thing with the proof that there is", Args: cobra.ExactArgs(1),
		Long: `The list is CSV with a line for each pack, case or logistic unit. What contradicts
the ledger, the stock or the archive is named with its line and stays out; the rest
goes in. The same list again changes nothing; one that was cut off goes on. The node
works on when this command ends. Exit code 4: some lines stay out, or may not be sold.`,
		Example: "  pedigree migrate stock stock.csv --check\n  pedigree migrate stock stock.csv --whole",
		RunE: func(cmd *cobra.Command, args []string) error {
			file, name, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"name": {name}, "check": {strconv.FormatBool(check)}, "whole": {strconv.FormatBool(whole)}}
			var run migrateview.Run
			if err := n.Upload(cmd.Context(), migrationsPath+"/stock?"+q.Encode(), "application/octet-stream", file, &run); err != nil {
				return err
			}
			if async {
				return c.out.result(run, func(w io.Writer) {
					fmt.Fprintf(w, "run %d is under way; next: pedigree migrate report %d\n", run.Number, run.Number)
				})
			}
			if run, err = c.migrationEnded(cmd.Context(), n, run); err != nil {
				return err
			}
			return c.migration(cmd.Context(), n, run, migrationsShown)
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&check, "check", false, "change nothing, and say what the list would change")
	fl.BoolVar(&whole, "whole", false, "the list is all that there is: what earlier lists brought and it lacks leaves the stock")
	fl.BoolVar(&async, "async", false, "don't wait until it is done")
	return cmd
}

// migrationEnded waits until a run is done, paused or failed.
func (c *cli) migrationEnded(ctx context.Context, n *client.Client, run migrateview.Run) (migrateview.Run, error) {
	told := time.Now()
	for run.State == "running" {
		select {
		case <-ctx.Done():
			return run, fmt.Errorf("run %d goes on without this command (pedigree migrate report %d; to stop it: pedigree migrate pause %d): %w", run.Number, run.Number, run.Number, ctx.Err())
		case <-time.After(migrationAsked):
		}
		if err := n.Get(ctx, runPath(run.Number), &run); err != nil {
			return run, err
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			c.out.say("%d of %d lines", run.Read, run.Lines)
		}
	}
	return run, nil
}

func runPath(n int64) string { return migrationsPath + "/" + strconv.FormatInt(n, 10) }

// migration reports on a run, with the first lines to work on.
func (c *cli) migration(ctx context.Context, n *client.Client, run migrateview.Run, shown int) error {
	var page migrateview.WorkPage
	if shown > 0 {
		var err error
		if page, err = firstLines(ctx, n, run.Number, shown); err != nil {
			return err
		}
	}
	answer := struct {
		migrateview.Run
		Work []migrateview.WorkLine `json:"work" doc:"The first lines to work on"`
	}{run, page.Lines}
	err := c.out.result(answer, func(w io.Writer) {
		printRun(w, run)
		printWork(w, page)
	})
	switch {
	case err != nil:
		return err
	case run.State == "failed":
		return failWith(exitFailed, "give the list again: it goes on where it stopped", errors.New(run.Error))
	}
	for _, f := range append(run.Findings, run.Answers...) {
		if f.Work == migrateview.LeftOut || f.Work == migrateview.Stop {
			return &quietExit{exitNo}
		}
	}
	return nil
}

// firstLines reads the first lines to work on, over the pages.
func firstLines(ctx context.Context, n *client.Client, run int64, most int) (all migrateview.WorkPage, err error) {
	for {
		q := url.Values{"cursor": {all.Next}, "limit": {strconv.Itoa(min(most-len(all.Lines), migrateview.LinesMax))}}
		var page migrateview.WorkPage
		if err := n.Get(ctx, runPath(run)+"/lines?"+q.Encode(), &page); err != nil {
			return all, err
		}
		all.Lines, all.Next = append(all.Lines, page.Lines...), page.Next
		if all.Next == "" || len(all.Lines) >= most {
			return all, nil
		}
	}
}

func printRun(w io.Writer, r migrateview.Run) {
	what := ""
	if r.Check {
		what = ", checked only: nothing was changed"
	}
	fmt.Fprintf(w, "run %d: %s, %s; %d of %s%s\n", r.Number, r.Name, r.State, r.Read, counted(r.Lines, "line", "lines"), what)
	fmt.Fprintf(w, "saleable now: %d of %d (%d%%)\n", r.Saleable, r.Claimed, r.Percent)
	for _, g := range r.Grades {
		fmt.Fprintf(w, "  %7d %s\n", g.Count, g.Grade)
	}
	for _, ch := range r.Changes {
		if ch.Count > 0 {
			fmt.Fprintf(w, "  %7d %s\n", ch.Count, ch.Change)
		}
	}
	if r.Missing > 0 {
		fmt.Fprintf(w, "%s earlier lists brought and this one lacks\n", counted(r.Missing, "thing that", "things that"))
	}
	for _, name := range r.Unread {
		fmt.Fprintf(w, "not read: the column %q\n", name)
	}
	for _, list := range [][]migrateview.FindingCount{r.Findings, r.Answers} {
		for _, f := range list {
			if f.Work != migrateview.Done {
				fmt.Fprintf(w, "%7d %-11s %s: %s\n        next: %s\n", f.Count, f.Work, f.Rule, f.Text, f.Next)
			}
		}
	}
}

func printWork(w io.Writer, page migrateview.WorkPage) {
	for i, l := range page.Lines {
		if i == 0 {
			fmt.Fprintln(w, "to work on first:")
		}
		where := "      "
		if l.Line > 0 {
			where = fmt.Sprintf("%6d", l.Line)
		}
		fmt.Fprintf(w, "  %s %-11s %s %s %s\n", where, l.Work, l.Rule, l.Path, l.Text)
	}
}

func migrateReportCommand(c *cli) *cobra.Command {
	var file string
	var lines int
	cmd := &cobra.Command{
		Use: "report [RUN]", Short: "What came of a list of stock: by grade, by finding, and what would make the rest saleable", Args: cobra.MaximumNArgs(1),
		Long: `Without a number, of the newest list. --csv writes every line to work on, first what
stays out and what may not be sold; no cell of it is a formula. Exit code 3: no such
run. Exit code 4: some lines stay out, or may not be sold.`,
		Example: "  pedigree migrate report\n  pedigree migrate report 3 --csv work.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			run, err := runOf(cmd.Context(), n, args)
			if err != nil {
				return err
			}
			if file != "" {
				return c.migrationFile(cmd.Context(), n, run.Number, file)
			}
			return c.migration(cmd.Context(), n, run, lines)
		},
	}
	cmd.Flags().StringVar(&file, "csv", "", "write the lines to work on to this file; - is the standard output")
	cmd.Flags().IntVar(&lines, "lines", migrationsShown, "lines to work on that are shown")
	return cmd
}

// runOf is the run that is named, or the newest.
func runOf(ctx context.Context, n *client.Client, args []string) (run migrateview.Run, err error) {
	if len(args) == 0 {
		var list []migrateview.Run
		if err := n.Get(ctx, migrationsPath+"?limit=1", &list); err != nil || len(list) == 1 {
			return append(list, run)[0], err
		}
		return run, failWith(exitNotFound, "bring one over: pedigree migrate stock", errors.New("no list of stock was brought over"))
	}
	number, err := runNumber(args[0])
	if err == nil {
		err = n.Get(ctx, runPath(number), &run)
	}
	return run, err
}

func runNumber(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, failWith(exitUsage, "pedigree migrate report without a number shows the newest", fmt.Errorf("%q is no number of a run", text))
	}
	return n, nil
}

// migrationFile writes the lines to work on to a file.
func (c *cli) migrationFile(ctx context.Context, n *client.Client, run int64, name string) error {
	raw, err := n.File(ctx, runPath(run)+"/lines.csv")
	if err != nil {
		return err
	}
	if name == "-" {
		_, err := c.out.data.Write(raw)
		return err
	}
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		return fmt.Errorf("couldn't write the lines to work on: %w", err)
	}
	c.out.say("written to %s", name)
	return nil
}

func migratePauseCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "pause RUN", Short: "Pause a list of stock at its last durable step", Args: cobra.ExactArgs(1), Example: "  pedigree migrate pause 3",
		Long: "What it has brought stays. The same list again goes on where it stopped.",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := runNumber(args[0])
			if err != nil {
				return err
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), runPath(number)); err != nil {
				return err
			}
			run, err := runOf(cmd.Context(), n, args)
			if err != nil {
				return err
			}
			return c.out.result(run, func(w io.Writer) { printRun(w, run) })
		},
	}
}
