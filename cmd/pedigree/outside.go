package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
)

// departFlags say what leaves, and in which step.
type departFlags struct {
	one     traceview.LeaveRequest // in one step
	two     traceview.PrepareRequest
	confirm string
}

func departCommand(c *cli) *cobra.Command {
	var f departFlags
	cmd := &cobra.Command{
		Use:   "depart [ITEM...]",
		Short: "Goods leave for somebody who is not on the ledger: make and send their data, then confirm that they have left",
		Long: `With --to it makes the buyer's transaction data, checks it as the buyer will, sends
it by the buyer's route for ti, and reserves the goods; nothing has left yet. Once the
truck is gone, --confirm with the number of the departure ends them on the ledger as
left; pedigree void calls it off before. pedigree shipments shows what isn't
confirmed. With --check-only it says what the buyer would find, and changes nothing.

Without --to the goods have left already, in one step, and their data went along on
paper: call it when they are gone, not when their papers are made. A thing with a record of its own can come back alone, once (pedigree
reenter); what is sealed in a container comes back only with it. So containers are
opened first: with --surface packs down to the packs where a container holds at most
256 of them, else down to the cases. Exit code 4: with --check-only, something in the
data would hold up the goods or the data; 6: the ledger refused a part, or the data is
not on its way.`,
		Example: "  pedigree depart 003999910000000015 --to 4 --po PO-7\n  pedigree depart --confirm 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978\n" +
			"  pedigree depart 003999910000000015 --surface none --reason exported",
		RunE: func(cmd *cobra.Command, args []string) error { return c.depart(cmd, args, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.two.To, "to", "", "buyer outside the network: its number in the address book, or a GLN of it")
	fl.StringVar(&f.confirm, "confirm", "", "number of the departure whose goods have left")
	fl.BoolVar(&f.two.CheckOnly, "check-only", false, "with --to: say what the buyer would find in the data, and change nothing")
	fl.StringVar(&f.two.PO, "po", "", "with --to: number of the buyer's order")
	fl.StringVar(&f.two.DESADV, "desadv", "", "with --to: number of the despatch advice")
	fl.StringVar(&f.two.FromGLN, "from-gln", "", "with --to: GLN of the place that it leaves (default: your own)")
	fl.BoolVar(&f.two.DropShipment, "drop-shipment", false, "with --to: it goes straight from, or to, a place of a company that neither sells nor buys")
	fl.StringVar(&f.two.ToGLN, "to-gln", "", "with --to: GLN of the place that it goes to (default: the buyer's first)")
	fl.BoolVar(&f.two.Strict, "strict", false, "with --to: refuse also what would only hold up the data at the buyer, such as a missing address")
	fl.BoolVar(&f.two.Anyway, "anyway", false, "with --to: send the data also with findings that hold up the goods or the data at the buyer")
	fl.StringVar(&f.one.Surface, "surface", traceview.SurfacePacks, "what can come back alone: packs, cases or none")
	fl.Int64Var(&f.one.Buyer, "buyer", 0, "in one step: the buyer's number in the address book")
	fl.Int64Var(&f.one.Document, "document", 0, "in one step: number of the document that went with the goods")
	reservedFlags(cmd, &f.one.Reserved)
	fl.StringVar(&f.one.Reason, "reason", "", "why; kept here, the ledger gets a commitment to it (default: sold outside the network)")
	return cmd
}

// mistake says what a call of depart has too much or too little of; "" when nothing.
func (f *departFlags) mistake(cmd *cobra.Command, items []string) string {
	set := cmd.Flags().Changed
	switch {
	case f.confirm != "" && (len(items) > 0 || f.two.To != ""):
		return "--confirm takes the number of a departure, and no goods or buyer"
	case f.confirm == "" && len(items) == 0:
		return "name the goods, or a departure with --confirm"
	case f.two.To != "" && (f.one.Buyer != 0 || f.one.Document != 0):
		return "--buyer and --document are of goods that left in one step; --to names the buyer and makes the document"
	case f.two.To == "" && (set("po") || set("desadv") || set("to-gln") || set("from-gln") || f.two.DropShipment || f.two.Strict || f.two.Anyway || f.two.CheckOnly):
		return "name the buyer with --to: without it no data is made"
	}
	return ""
}

func (c *cli) depart(cmd *cobra.Command, items []string, f departFlags) error {
	if wrong := f.mistake(cmd, items); wrong != "" {
		return failWith(exitUsage, "pedigree depart --help has examples", errors.New(wrong))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	if f.two.To != "" {
		f.two.Items, f.two.Surface, f.two.Reason, f.two.Reserved = items, f.one.Surface, f.one.Reason, f.one.Reserved
		var d traceview.Departure
		if err := n.Post(cmd.Context(), "/api/v1/departures/prepare", f.two, &d); err != nil {
			return err
		}
		return c.departing(d, f.two.CheckOnly)
	}
	f.one.Items = items
	path, body := "/api/v1/departures", any(f.one)
	if f.confirm != "" {
		path, body = path+"/"+url.PathEscape(f.confirm)+"/confirm", nil
	}
	var report traceview.LeaveReport
	if err := n.Post(cmd.Context(), path, body, &report); err != nil {
		return err
	}
	err = c.out.result(report, func(w io.Writer) {
		fmt.Fprintf(w, "%s left the network: %d can come back alone, %d only with what they are sealed in\n", counted(len(report.Items), "item", "items"), report.Records, report.Sealed)
		printRefusals(w, report.Refused)
		if report.Note != "" {
			fmt.Fprintf(w, "note: %s\n", report.Note)
		}
	})
	return orRefused(err, report.Refused)
}

// departing prints goods on their way out, with what became of their data.
func (c *cli) departing(d traceview.Departure, checkOnly bool) error {
	err := c.out.result(d, func(w io.Writer) {
		if d.Checked != nil {
			printTICheck(w, "data for "+d.Name, *d.Checked)
			return
		}
		printDeparture(w, d)
	})
	switch {
	case err != nil:
		return err
	case checkOnly && d.Blocks != dscsa.BlocksNothing:
		return &quietExit{exitNo}
	case !checkOnly && d.Posted != nil && d.Posted.Unsent != "":
		return &quietExit{exitRefused}
	}
	return nil
}

func printDeparture(w io.Writer, d traceview.Departure) {
	before := ""
	if d.Resumed {
		before = ", as before"
	}
	fmt.Fprintf(w, "%s reserved for %s (partner %s), not confirmed%s\n  departure %s\n", counted(len(d.Items), "item", "items"), d.Name, d.To, before, d.ID)
	if d.Buyer != nil && d.Buyer.Word != traceview.SellerAuthorised {
		fmt.Fprintf(w, "whether %s is an authorised trading partner: %s (pedigree partner check shows why)\n", d.Name, d.Buyer.Word)
	}
	if len(d.Findings) > 0 {
		fmt.Fprintf(w, "%s will find in the data:\n", d.Name)
		printFound(w, d.Findings)
	}
	switch {
	case d.Posted == nil:
	case d.Posted.Unsent != "":
		fmt.Fprintf(w, "its data is not on its way: %s\n", d.Posted.Unsent)
	default:
		fmt.Fprintf(w, "its data goes by %s: parcel %d, %s\n", d.Posted.Way, d.Posted.Parcel, d.Posted.State)
	}
	if d.Next != "" {
		fmt.Fprintf(w, "next: %s\n", d.Next)
	}
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
