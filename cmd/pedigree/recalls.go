package main

import (
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func recallsCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "recalls",
		Short:   "Recall notices that came outside the ledger",
		Example: "  pedigree recalls load notices.csv --source 'Sample Wholesale' --as-of 2026-01-31\n  pedigree recalls list",
	}
	cmd.AddCommand(recallsLoadCommand(c), recallsListCommand(c))
	return cmd
}

func recallsLoadCommand(c *cli) *cobra.Command {
	var source, asOf string
	var async bool
	cmd := &cobra.Command{
		Use:   "load FILE",
		Short: "Take in a source's list of recall notices, in place of the one before",
		Long: `FILE is comma-separated values; its first line names the columns gtin, lot,
reference, class, from and to. An empty lot means each lot. One bad line refuses the
whole list, with its line and column. Interrupted, the list of before counts on, and
the same file again begins anew.`,
		Example: "  pedigree recalls load notices.csv --source 'Sample Wholesale'\n  pedigree recalls load - --source 'Sample Wholesale' --as-of 2026-01-31 < notices.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, _, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer body.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			if asOf == "" {
				asOf = time.Now().UTC().Format(time.DateOnly)
			}
			const loads = "/api/v1/recall-notices/loads"
			var l traceview.NoticesLoading
			q := url.Values{"source": {source}, "as_of": {asOf}}
			if err := n.Upload(cmd.Context(), loads+"?"+q.Encode(), "text/csv", body, &l); err != nil {
				return err
			}
			if async && l.State == "running" {
				return c.listBegun(l, l.Job)
			}
			l, err = listLoaded(cmd.Context(), c, n, loads, l, func(l traceview.NoticesLoading) listState {
				return listState{l.Job, l.State, l.Error, l.Done, l.Of}
			})
			if err != nil {
				return err
			}
			r := l.Report
			return c.out.result(r, func(w io.Writer) {
				fmt.Fprintf(w, "%d recall notices of %s as of %s; %d before\n", r.Notices, r.Source, r.AsOf.Format(time.DateOnly), r.Before)
			})
		},
	}
	cmd.Flags().BoolVar(&async, "async", false, "don't wait until it is done")
	cmd.Flags().StringVar(&source, "source", "", "whose list it is; it replaces that source's list")
	cmd.Flags().StringVar(&asOf, "as-of", "", "day on which the list was made (default: today)")
	_ = cmd.MarkFlagRequired("source")
	return cmd
}

func recallsListCommand(c *cli) *cobra.Command {
	var gtin string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "The recall notices that are loaded",
		Example: "  pedigree recalls list\n  pedigree recalls list --gtin 00399991123455 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []traceview.Notice
			if err := n.Get(cmd.Context(), "/api/v1/recall-notices?"+url.Values{"gtin": {gtin}}.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) { printNotices(w, list) })
		},
	}
	cmd.Flags().StringVar(&gtin, "gtin", "", "only of this product")
	return cmd
}

func printNotices(w io.Writer, list []traceview.Notice) {
	for _, n := range list {
		lot, class := n.Lot, ""
		if lot == "" {
			lot = "each lot"
		}
		if n.Class > 0 {
			class = fmt.Sprintf("class %d", n.Class)
		}
		fmt.Fprintf(w, "%s  %-20s %-8s %s (%s, as of %s)\n", n.GTIN, lot, class, n.Reference, n.Source, n.AsOf.Format(time.DateOnly))
	}
}
