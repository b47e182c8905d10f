package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis"
)

func captureCommand(c *cli) *cobra.Command {
	var onError string
	var dryRun, async bool
	cmd := &cobra.Command{
		Use:   "capture FILE",
		Short: "Capture an EPCIS document: check it, store it, and do on the ledger what its events say",
		Long: `Reads EPCIS 1.2 XML (with the US header) or EPCIS 2.0 XML and JSON-LD. The same
file again completes what was interrupted. Exit code 4: the file has errors and,
with --on-error=rollback, nothing of it was done.`,
		Example: "  pedigree capture lot-4711.xml\n  pedigree capture --on-error=proceed --json shipment.xml\n  cat events.jsonld | pedigree capture -",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := c.capture(cmd, args[0], onError, dryRun, async)
			if err != nil {
				return err
			}
			later := async && report.Stage != traceview.CaptureDone
			err = c.out.result(report, func(w io.Writer) {
				if later {
					fmt.Fprintf(w, "document %d is stored; next: pedigree job show %d\n", report.Document, report.Job)
					return
				}
				printCapture(w, report)
			})
			switch {
			case err != nil || later:
				return err
			case report.Faults > 0 && (dryRun || report.Stage == traceview.CaptureRefused):
				return &quietExit{exitNo}
			case len(report.Refused) > 0:
				return &quietExit{exitRefused}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&onError, "on-error", "rollback", "rollback: one error and nothing is done; proceed: the rest is done")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only check")
	cmd.Flags().BoolVar(&async, "async", false, "don't wait: store it, and do the rest as a job")
	return cmd
}

func (c *cli) capture(cmd *cobra.Command, path, onError string, dryRun, async bool) (traceview.CaptureReport, error) {
	var report traceview.CaptureReport
	if onError != "rollback" && onError != "proceed" {
		return report, failWith(exitUsage, "", fmt.Errorf("--on-error is rollback or proceed, not %q", onError))
	}
	body, name, err := openInput(path)
	if err != nil {
		return report, err
	}
	defer body.Close()
	n, err := c.node()
	if err != nil {
		return report, err
	}
	q := url.Values{"name": {name}, "on_error": {onError}, "dry_run": {strconv.FormatBool(dryRun)}, "async": {strconv.FormatBool(async)}}
	err = n.Upload(cmd.Context(), "/api/v1/captures?"+q.Encode(), "application/octet-stream", body, &report)
	return report, err
}

// openInput opens a file, or standard input for "-".
func openInput(path string) (io.ReadCloser, string, error) {
	if path == "-" {
		return io.NopCloser(os.Stdin), "standard-input", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, "", failWith(exitUsage, "name one file", errors.Join(fmt.Errorf("couldn't read the file: %s is a folder", path), f.Close()))
	}
	return f, filepath.Base(path), nil
}

func printCapture(w io.Writer, r traceview.CaptureReport) {
	if r.Known {
		fmt.Fprintln(w, "this document was captured before; this is what came of it")
	}
	fmt.Fprintf(w, "%s: %d events, %d of them ours; %d faults, %d warnings\n", r.Stage, r.Events, r.Own, r.Faults, r.Warnings)
	for _, f := range r.Findings {
		if f.Severity != epcis.Info {
			fmt.Fprintf(w, "  %s\n", f)
		}
	}
	if r.Operations > 0 {
		fmt.Fprintf(w, "%s in stock, %s, %s on the ledger in %s\n", counted(r.Things, "thing", "things"), counted(r.Commissions, "commission", "commissions"), counted(r.Operations, "act", "acts"), counted(r.Envelopes, "entry", "entries"))
	}
	for _, s := range r.Shipments {
		fmt.Fprintf(w, "%s offered to %s; next: pedigree shipments %s --out FILE, and send it the file\n", counted(s.Items, "item", "items"), s.To, s.ID)
	}
	for _, f := range r.Refused {
		fmt.Fprintf(w, "  refused by the ledger: %v\n", f)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  note: %s [%s]\n", n.Text, n.Rule)
	}
	for _, t := range r.Timings {
		fmt.Fprintf(w, "  %-16s %v\n", t.Stage, t.Took.Round(1e6))
	}
}

// counted says how many of something there are.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
