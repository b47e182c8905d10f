package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func traceCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "trace ID",
		Short: "The chain of a package, each step with how it is known",
		Long: `ID is a scanned element string, a Digital Link, an EPC URN or typed text. Each step
is proved (by the ledger), signed (by a partner), own, or reported (in a file).
Exit code 3: not known here; 4: STOP; 5: could not tell.`,
		Example: "  pedigree trace '(01)00399991123455(21)100000000001'\n  pedigree trace urn:epc:id:sgtin:0399991.012345.100000000001 --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var t traceview.Trace
			if err := n.Get(cmd.Context(), "/api/v1/trace?"+url.Values{"id": {args[0]}}.Encode(), &t); err != nil {
				return err
			}
			if err := c.out.result(t, func(w io.Writer) { printTrace(w, t) }); err != nil {
				return err
			}
			if !t.Found {
				return &quietExit{exitNotFound}
			}
			return verdictExit(t.Verdict)
		},
	}
}

func printTrace(w io.Writer, t traceview.Trace) {
	fmt.Fprintf(w, "%s: %s", t.Verdict.Label(), t.Text)
	if t.Next != "" {
		fmt.Fprintf(w, " Next: %s%s", strings.TrimSuffix(t.Next, "."), byCommands(t.Command))
	}
	fmt.Fprintf(w, "\n%s %s", traceview.KindName(t.Kind), t.Path)
	for _, part := range [][2]string{{"", t.Product}, {"lot ", t.Lot}, {"expires ", t.Expiry}, {"made by ", t.Maker}, {"", t.Standing}, {"known by its grade: ", t.Grade}} {
		if part[1] != "" {
			fmt.Fprintf(w, ", %s%s", part[0], part[1])
		}
	}
	fmt.Fprintln(w)
	for _, f := range t.Findings {
		fmt.Fprintf(w, "  ! %s\n", f)
	}
	for _, s := range t.Steps {
		fmt.Fprintf(w, "  %s  %-13s %-9s %s", s.Time.Format("2006-01-02 15:04"), s.Kind, traceview.KnownName(s.Known), s.Text)
		if s.Place != "" {
			fmt.Fprintf(w, " (%s)", s.Place)
		}
		if s.Height > 0 {
			fmt.Fprintf(w, " [block %d]", s.Height)
		}
		fmt.Fprintln(w)
	}
	if t.Ledger.AsOf > 0 {
		fmt.Fprintf(w, "as of block %d\n", t.Ledger.AsOf)
	}
}

func exportCommand(c *cli) *cobra.Command {
	var out, nonce string
	var place bool
	cmd := &cobra.Command{
		Use:   "export ID",
		Short: "Write a package's provenance as one file, which anybody can verify offline",
		Example: `  pedigree export '(01)00399991123455(21)100000000001' --out pack.bundle.pedigree
  pedigree verify pack.bundle.pedigree --trust trust.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"id": {args[0]}, "nonce": {nonce}, "place": {strconv.FormatBool(place)}}
			raw, err := n.File(cmd.Context(), "/api/v1/provenance?"+q.Encode())
			if err != nil {
				return err
			}
			if err := writeNew(out, raw); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": out, "bytes": len(raw)}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, len(raw)) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "provenance.bundle.pedigree", "file to write")
	cmd.Flags().StringVar(&nonce, "nonce", "", "a verifier's nonce in hexadecimal, to be signed by the holder's key")
	cmd.Flags().BoolVar(&place, "place", false, "also show where it stands now")
	return cmd
}
