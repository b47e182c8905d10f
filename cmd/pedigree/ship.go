package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
)

// shipFlags describe a shipment.
type shipFlags struct {
	req     traceview.ShipRequest
	prekeys string
	out     string
	within  time.Duration
	check   bool
}

func shipCommand(c *cli) *cobra.Command {
	var f shipFlags
	cmd := &cobra.Command{
		Use:   "ship ITEM... --to ORG",
		Short: "Ship goods: offer them on the ledger and write the sealed file for the receiver",
		Long: `An item is a pack, case, pallet or tote in any form: scanned element string,
Digital Link, EPC URN or typed. What is sealed above it is opened. The receiver's
one-time keys come from the prekey file it sent. To a partner that has published a
mailbox the sealed file goes by itself, and its keys are asked for when they run out;
with --out the file is written all the same. Nothing is offered when a fault in its
document would hold up the goods at the receiver, or when the receiver is known as no
authorised trading partner. Exit code 4: with --check-only, something in the document
would hold up the goods or their data.`,
		Example: `  pedigree ship 003512340000000015 --to wholesaler --prekeys wholesaler.prekeys --po PO-1001 --out pallet.shipment`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.req.Items = args
			if f.check {
				return c.checkShipment(cmd, f.req)
			}
			return c.ship(cmd, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.req.To, "to", "", "receiving organisation (required)")
	fl.StringVar(&f.prekeys, "prekeys", "", "the receiver's prekey file, taken in first")
	fl.StringVar(&f.out, "out", "", "file to write (default: named after the shipment)")
	fl.StringVar(&f.req.PO, "po", "", "purchase order number")
	fl.StringVar(&f.req.DESADV, "desadv", "", "despatch advice number")
	fl.DurationVar(&f.within, "within", 0, "how long it can be received, 1h to 1080h (default 336h)")
	fl.BoolVar(&f.req.Return, "return", false, "goods on their way back: the only way for recalled ones")
	fl.BoolVar(&f.req.CustodyOnly, "custody-only", false, "to a carrier or warehouse that does not buy")
	fl.BoolVar(&f.req.TitleOnly, "title-only", false, "sell goods that stay where they are")
	fl.StringVar(&f.req.FromGLN, "from-gln", "", "GLN of the place that the goods leave (default: your own)")
	fl.StringVar(&f.req.ToGLN, "to-gln", "", "GLN of the place that they go to (default: the receiver's own)")
	fl.BoolVar(&f.req.DropShipment, "drop-shipment", false, "they go straight from, or to, a place of a company that neither sells nor buys")
	fl.BoolVar(&f.req.Strict, "strict", false, "refuse also what would only hold up the data at the receiver, such as a missing address")
	fl.BoolVar(&f.req.Force, "force", false, "leave out the checks of stock, document and buyer, for drills; the ledger refuses what may not be shipped all the same")
	fl.BoolVar(&f.check, "check-only", false, "say what the receiver would find in the document, and change nothing")
	reservedFlags(cmd, &f.req.Reserved)
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

// checkShipment says what the receiver would find.
func (c *cli) checkShipment(cmd *cobra.Command, r traceview.ShipRequest) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var check dscsa.Checked
	if err := n.Post(cmd.Context(), "/api/v1/shipments/check", r, &check); err != nil {
		return err
	}
	if err := c.out.result(check, func(w io.Writer) { printTICheck(w, "shipment to "+r.To, check) }); err != nil {
		return err
	}
	if check.Blocks != dscsa.BlocksNothing {
		return &quietExit{exitNo}
	}
	return nil
}

func (c *cli) ship(cmd *cobra.Command, f shipFlags) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	if f.out != "" { // before anything is offered that the file is needed for
		if err := canWriteNew(f.out); err != nil {
			return err
		}
	}
	if f.prekeys != "" {
		file, err := os.Open(f.prekeys)
		if err != nil {
			return failWith(exitNotFound, "ask the receiver for one: pedigree prekeys issue", fmt.Errorf("couldn't read the prekey file: %w", err))
		}
		defer file.Close()
		if err := n.Upload(cmd.Context(), "/api/v1/prekeys/import", "application/octet-stream", file, nil); err != nil {
			return err
		}
	}
	if f.within != 0 {
		f.req.Deadline = time.Now().Add(f.within)
	}
	var report traceview.ShipReport
	if err := n.Post(cmd.Context(), "/api/v1/shipments", f.req, &report); err != nil {
		return err
	}
	size := 0
	if report.Delivery == nil || f.out != "" { // else it goes to the partner's node, and nobody carries a file
		f.out = cmp.Or(f.out, report.Name)
		size, err = writeShipment(cmd.Context(), n, report.ID.String(), f.out)
	}
	if err != nil {
		code, _ := exitOf(err)
		return failWith(code, "the goods are offered; write the file with pedigree shipments "+report.ID.String()+" --out FILE", err)
	}
	type answer struct {
		File  string `json:"file,omitempty"`
		Bytes int    `json:"bytes,omitempty"`
		traceview.ShipReport
	}
	refused := 0
	for _, item := range report.Items {
		if item.Refused != "" {
			refused++
		}
	}
	err = c.out.result(answer{f.out, size, report}, func(w io.Writer) { printShipment(w, f.out, report) })
	if err == nil && refused > 0 {
		return &quietExit{exitRefused}
	}
	return err
}

func printShipment(w io.Writer, file string, r traceview.ShipReport) {
	inside, before := "", ""
	if r.Resumed {
		before = ", as before"
	}
	if r.Things > 0 {
		inside = fmt.Sprintf(" (%d packs, cases and pallets)", r.Things)
	}
	fmt.Fprintf(w, "%s%s offered to %s until %s%s\n", counted(len(r.Items), "item", "items"), inside, r.To, r.Deadline.Format("2006-01-02 15:04 MST"), before)
	for _, item := range r.Items {
		if item.Refused != "" {
			fmt.Fprintf(w, "  refused by the ledger: %s: %s\n", item.Path, item.Refused)
		} else {
			fmt.Fprintf(w, "  %s\n", item.Path)
		}
	}
	for _, path := range r.Introduced {
		fmt.Fprintf(w, "  came onto the ledger as introduced, without a maker's statement: %s\n", path)
	}
	if r.Buyer != nil && r.Buyer.Word != traceview.SellerAuthorised {
		fmt.Fprintf(w, "whether %s is an authorised trading partner: %s (pedigree partner check shows why)\n", r.To, r.Buyer.Word)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintf(w, "%s will find in the document:\n", r.To)
		printFound(w, r.Findings)
	}
	if r.Delivery != nil {
		fmt.Fprintf(w, "it goes to %s's node; pedigree outbox show %s\n", r.To, r.Delivery)
	}
	if file != "" {
		fmt.Fprintf(w, "next: send %s to %s, who runs pedigree receive\n", file, r.To)
	}
}

func verdictExit(v traceview.Verdict) error {
	switch v {
	case traceview.Stop:
		return &quietExit{exitNo}
	case traceview.CannotTell:
		return &quietExit{exitUnchecked}
	}
	return nil
}

func printReceipt(w io.Writer, r traceview.ReceiveReport) {
	fmt.Fprintf(w, "%s: shipment from %s\n", r.Verdict.Label(), r.FromName)
	if r.Why != nil {
		fmt.Fprintf(w, "  a return, %s\n", returnText(*r.Why))
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "  %s\n", p)
	}
	for _, item := range r.Items {
		fmt.Fprintf(w, "  %-11s %-12s %s (%d packs, cases and pallets)\n", item.Verdict.Label(), item.Outcome, item.Path, item.Things)
		for _, p := range item.Problems {
			fmt.Fprintf(w, "    %s\n", p)
		}
		for _, path := range item.Refused {
			fmt.Fprintf(w, "    sent back: %s\n", path)
		}
		if item.OnHold {
			fmt.Fprintln(w, "    it came back, so it is on hold: look at it, and release it or send it on (pedigree release)")
		}
	}
}
