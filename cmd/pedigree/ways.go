package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/internal/courier"
)

func waysCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ways", Short: "Ways by which files of partners without a node come in: folders, SFTP servers, an address of the node",
		Long:    "The ways stand in pedigree.yaml, under ways; docs/operate/ways.md shows each.",
		Example: "  pedigree ways list\n  pedigree ways files from-wholesaler --state failed\n  pedigree ways run from-wholesaler\n  pedigree ways test --partner 3",
	}
	cmd.AddCommand(waysListCommand(c), waysFilesCommand(c), waysRunCommand(c), waysTestCommand(c), waysGiveCommand(c))
	return cmd
}

func waysListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the inlets, and whether they work", Args: cobra.NoArgs, Example: "  pedigree ways list",
		Long: "Exit code 4: an inlet fails, or has files that can't be taken.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []courier.InletState{}
			if err := n.Get(cmd.Context(), "/api/v1/inlets", &list); err != nil {
				return err
			}
			return c.inlets(list, list)
		},
	}
}

// inlets prints inlets, and ends with 4 where one needs a person.
func (c *cli) inlets(answer any, list []courier.InletState) error {
	bad := false
	err := c.out.result(answer, func(w io.Writer) {
		for _, s := range list {
			printInlet(w, s)
		}
	})
	for _, s := range list {
		bad = bad || s.Failing != "" || s.Failed > 0
	}
	if err == nil && bad {
		return &quietExit{exitNo}
	}
	return err
}

func printInlet(w io.Writer, s courier.InletState) {
	looked := "not looked at yet"
	if !s.Looked.IsZero() {
		looked = "looked at " + shortTime(s.Looked)
	}
	fmt.Fprintf(w, "%-20s %-7s %s, %d taken, %d waiting, %d failed\n", s.Name, s.Way, looked, s.Taken, s.Waiting, s.Failed)
	if s.Place != "" {
		fmt.Fprintf(w, "    %s\n", s.Place)
	}
	if s.Failing != "" {
		fmt.Fprintf(w, "    fails: %s\n", s.Failing)
	}
	for _, p := range s.Passed {
		fmt.Fprintf(w, "    passed over %s\n", p)
	}
}

func waysFilesCommand(c *cli) *cobra.Command {
	var state string
	var before int64
	var limit int
	cmd := &cobra.Command{
		Use: "files INLET", Short: "List the files of an inlet, and what came of each", Args: cobra.ExactArgs(1), Example: "  pedigree ways files from-wholesaler --state failed",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
			if state != "" {
				q.Set("state", state)
			}
			list := []courier.Arrival{}
			if err := n.Get(cmd.Context(), "/api/v1/inlets/"+url.PathEscape(args[0])+"/files?"+q.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, a := range list {
					printArrival(w, a)
				}
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&state, "state", "", "only those in this state: waiting, taken, failed")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", 100, "rows of a page, 1 to 1000")
	return cmd
}

func printArrival(w io.Writer, a courier.Arrival) {
	fmt.Fprintf(w, "%6d  %s  %-7s %10d bytes  %q\n", a.Number, shortTime(a.At), a.State, a.Size, a.Name)
	if a.Reason != "" {
		fmt.Fprintf(w, "    %s\n", a.Reason)
	}
	if a.State == "waiting" {
		fmt.Fprintf(w, "    tried again at %s\n", shortTime(a.Next))
	}
	for _, e := range a.Entries {
		fmt.Fprintf(w, "    %s\n", receiptLine(e.Name, e.Taken))
	}
	if a.More > 0 {
		fmt.Fprintf(w, "    and %s that were taken\n", counted(a.More, "document", "documents"))
	}
}

// receiptLine says what came of one document of a file.
func receiptLine(name string, t courier.Taken) string {
	line := fmt.Sprintf("%q: %s", name, t.State)
	if t.Case > 0 {
		line = fmt.Sprintf("%q: a message of case %d, which is %s", name, t.Case, t.State)
	}
	if t.Document > 0 {
		line += fmt.Sprintf(", document %d, %s", t.Document, counted(t.Findings, "finding", "findings"))
	}
	if t.Reason != "" {
		line += ": " + t.Reason
	}
	if t.Holds {
		line += "; holds up the goods"
	}
	return line
}

func waysRunCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "run INLET", Short: "Look at an inlet now, rather than at its time", Args: cobra.ExactArgs(1), Example: "  pedigree ways run from-wholesaler",
		Long: "Exit code 4: it fails, or has files that can't be taken.",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var s courier.InletState
			if err := n.Post(cmd.Context(), "/api/v1/inlets/"+url.PathEscape(args[0])+"/run", nil, &s); err != nil {
				return err
			}
			return c.inlets(s, []courier.InletState{s})
		},
	}
}

func waysGiveCommand(c *cli) *cobra.Command {
	var partner string
	cmd := &cobra.Command{
		Use: "give INLET/NUMBER --partner PARTNER", Short: "Take the documents of a file again as the partner's whose they are", Args: cobra.ExactArgs(1),
		Long: `For a file that came by the wrong inlet, or whose sender nobody knew; its number is
the one that pedigree ways files shows. Each document is looked at anew, under a
number of its own; done again it has no second effect. Exit code 4: one of them can't be used; 6: goods
were received with one, or nothing of the file was kept.`,
		Example: "  pedigree ways files from-wholesaler --state failed\n  pedigree ways give from-wholesaler/17 --partner 0614141000012",
		RunE: func(cmd *cobra.Command, args []string) error {
			inlet, number, ok := strings.Cut(args[0], "/")
			if _, err := strconv.ParseInt(number, 10, 64); !ok || inlet == "" || err != nil {
				return failWith(exitUsage, "pedigree ways files shows the numbers", fmt.Errorf("%q is no file of an inlet, such as from-wholesaler/17", args[0]))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var a courier.Arrival
			if err := n.Post(cmd.Context(), "/api/v1/inlets/"+url.PathEscape(inlet)+"/files/"+number+"/give", map[string]string{"partner": partner}, &a); err != nil {
				return err
			}
			if err := c.out.result(a, func(w io.Writer) { printArrival(w, a) }); err != nil || a.State != "failed" {
				return err
			}
			return &quietExit{exitNo}
		},
	}
	cmd.Flags().StringVar(&partner, "partner", "", "organisation or GLN that it is from (required)")
	_ = cmd.MarkFlagRequired("partner")
	return cmd
}
