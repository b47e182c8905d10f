package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

const jobsPath = "/api/v1/jobs"

func jobCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "job", Short: "Long work: how far it is, what came of it, and how to pause it",
		Example: "  pedigree job list --state running\n  pedigree job show 12\n  pedigree job cancel 12",
	}
	cmd.AddCommand(jobListCommand(c), jobShowCommand(c), jobCancelCommand(c))
	return cmd
}

func jobListCommand(c *cli) *cobra.Command {
	var kind, state string
	var before int64
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "List long work, the newest first", Args: cobra.NoArgs, Example: "  pedigree job list --state running",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
			for name, word := range map[string]string{"kind": kind, "state": state} {
				if word != "" {
					q.Set(name, word)
				}
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []traceview.JobView{}
			if err := n.Get(cmd.Context(), jobsPath+"?"+q.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, j := range list {
					printJob(w, j)
				}
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&kind, "kind", "", "only this kind: capture, ship, receive, settle-dispenses, act, migrate-stock, migrate-archive, load-products, load-licence-list, load-recall-notices")
	fl.StringVar(&state, "state", "", "only those in this state: running, paused, done, failed")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", 100, "rows of a page, 1 to 1000")
	return cmd
}

func jobShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: "Show how far one is, and what came of it", Args: cobra.ExactArgs(1), Example: "  pedigree job show 12",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.job(cmd, args[0], false)
		},
	}
}

func jobCancelCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "cancel NUMBER", Short: "Pause a capture, or what is brought over or loaded, at its last durable step", Args: cobra.ExactArgs(1), Example: "  pedigree job cancel 12",
		Long: `What is on the ledger or in stock stays there. The same file again goes on where
this one stopped. Other work can't be paused: it carries out what was promised to a partner.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.job(cmd, args[0], true)
		},
	}
}

// job shows a job, when it has been paused if that is asked for.
func (c *cli) job(cmd *cobra.Command, number string, pause bool) error {
	if n, err := strconv.ParseInt(number, 10, 64); err != nil || n < 1 {
		return failWith(exitUsage, "pedigree job list shows the numbers", fmt.Errorf("%q is no number of a job", number))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	if pause {
		if err := n.Delete(cmd.Context(), jobsPath+"/"+number); err != nil {
			return err
		}
	}
	var j traceview.JobDetail
	if err := n.Get(cmd.Context(), jobsPath+"/"+number, &j); err != nil {
		return err
	}
	return c.out.result(j, func(w io.Writer) {
		printJob(w, j.JobView)
		if j.Capture != nil {
			printCapture(w, *j.Capture)
		}
	})
}

func printJob(w io.Writer, j traceview.JobView) {
	fmt.Fprintf(w, "%-5d %-19s %-8s started %s, last step %s", j.ID, j.Kind, j.State, j.Started.Format(time.RFC3339), j.Updated.Format(time.RFC3339))
	p := j.Progress
	if p.Run != 0 {
		fmt.Fprintf(w, "; run %d: %d of %d %s", p.Run, p.Done, p.Of, p.Unit)
	} else if p.Unit != "" {
		fmt.Fprintf(w, "; %d of %d %s", p.Done, p.Of, p.Unit)
	}
	if p.Document != 0 {
		fmt.Fprintf(w, "; document %d: %s", p.Document, p.Stage)
	}
	if p.Shipment != "" {
		fmt.Fprintf(w, "; shipment %s", p.Shipment)
	}
	if p.Act != "" {
		fmt.Fprintf(w, "; %s", p.Act)
	}
	if j.Waiting > 0 {
		fmt.Fprintf(w, "; %s to go", counted(j.Waiting, "entry", "entries"))
	}
	if p.Error != "" {
		fmt.Fprintf(w, "; %s", p.Error)
	}
	fmt.Fprintln(w)
}
