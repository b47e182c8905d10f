package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func departCommand(c *cli) *cobra.Command {
	var r traceview.LeaveRequest
	cmd := &cobra.Command{
		Use:   "depart ITEM...",
		Short: "Goods have left for somebody who is not on the ledger",
		Long: `Call it when the goods are gone, not when their papers are made. On the ledger they
end as left. A thing with a record of its own can come back alone, once (pedigree
reenter); what is sealed in a container comes back only with it. So containers are
opened first: with --surface packs down to the packs where a container holds at most
256 of them, else down to the cases. Exit code 6: the ledger refused a part.`,
		Example: "  pedigree depart 003999910000000015 --buyer 4 --document 17\n  pedigree depart 003999910000000015 --surface none --reason exported",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Items = args
			n, err := c.node()
			if err != nil {
				return err
			}
			var report traceview.LeaveReport
			if err := n.Post(cmd.Context(), "/api/v1/departures", r, &report); err != nil {
				return err
			}
			err = c.out.result(report, func(w io.Writer) {
				fmt.Fprintf(w, "%s left the network: %d can come back alone, %d only with what they are sealed in\n", counted(len(report.Items), "item", "items"), report.Records, report.Sealed)
				printRefusals(w, report.Refused)
			})
			return orRefused(err, report.Refused)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&r.Surface, "surface", traceview.SurfacePacks, "what can come back alone: packs, cases or none")
	fl.Int64Var(&r.Buyer, "buyer", 0, "the buyer's number in the address book")
	fl.Int64Var(&r.Document, "document", 0, "number of the document that went with the goods")
	reservedFlags(cmd, &r.Reserved)
	fl.StringVar(&r.Reason, "reason", "", "why; kept here, the ledger gets a commitment to it (default: sold outside the network)")
	return cmd
}

func reenterCommand(c *cli) *cobra.Command {
	var r traceview.ReenterRequest
	cmd := &cobra.Command{
		Use:   "reenter ITEM...",
		Short: "Bring goods back that left the network from here",
		Long: `They come back as the same goods of the same maker, with the mark that they were
out, which every later answer shows. Each comes back once, within 400 days after the
last of its commission ended. They come back on hold, until somebody has verified
them: release them then, or say --verified. Exit code 6: the ledger refused it.`,
		Example: "  pedigree reenter '(01)00399991123455(21)100000000001' --reason 'not needed'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Items = args
			n, err := c.node()
			if err != nil {
				return err
			}
			var report traceview.ReenterReport
			if err := n.Post(cmd.Context(), "/api/v1/reentries", r, &report); err != nil {
				return err
			}
			err = c.out.result(report, func(w io.Writer) { printReentry(w, report) })
			return orRefused(err, report.Refused)
		},
	}
	cmd.Flags().StringVar(&r.Reason, "reason", "", "why they come back; kept here")
	cmd.Flags().BoolVar(&r.Verified, "verified", false, "somebody has verified them: don't put them on hold")
	return cmd
}

func printReentry(w io.Writer, r traceview.ReenterReport) {
	for _, it := range r.Items {
		marks := ""
		if len(it.Marks) > 0 {
			marks = ", " + strings.Join(it.Marks, ", ")
		}
		left := ""
		if !it.Left.IsZero() {
			left = fmt.Sprintf(" (left on %s)", it.Left.Format("2006-01-02"))
		}
		fmt.Fprintf(w, "back%s  %s%s\n", marks, it.Path, left)
	}
	printRefusals(w, r.Refused)
}

// orRefused is the exit of an act of which the ledger refused a part.
func orRefused(err error, refused []traceview.Refusal) error {
	if err == nil && len(refused) > 0 {
		return &quietExit{exitRefused}
	}
	return err
}
