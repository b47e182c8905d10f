package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/dockview"
)

const correctionsPath = "/api/v1/corrections"

func dockCorrectionsCommand(c *cli) *cobra.Command {
	var state string
	cmd := &cobra.Command{
		Use: "corrections [DOCUMENT]", Short: "List documents that say something else of goods than what they were received with, or show one", Args: cobra.MaximumNArgs(1),
		Example: "  pedigree dock corrections --state open\n  pedigree dock corrections 19",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				list := []dockview.Correction{}
				if err := n.Get(cmd.Context(), correctionsPath+"?"+url.Values{"state": {state}}.Encode(), &list); err != nil {
					return err
				}
				return c.out.result(list, func(w io.Writer) {
					for _, one := range list {
						printCorrection(w, one)
					}
				})
			}
			if _, err := documentNumber(args[0]); err != nil {
				return err
			}
			var one dockview.Correction
			if err := n.Get(cmd.Context(), correctionsPath+"/"+args[0], &one); err != nil {
				return err
			}
			return c.out.result(one, func(w io.Writer) { printCorrection(w, one) })
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "open, settled or overtaken")
	return cmd
}

func dockSettleCommand(c *cli) *cobra.Command {
	var items []string
	cmd := &cobra.Command{
		Use: "settle DOCUMENT ours|theirs", Short: "Note what the labels of goods say that a corrected document contradicts", Args: cobra.ExactArgs(2),
		Long: `ours: they are as they were received; theirs: they are as the document says now. Goods
from outside the network have the document's lot and date from then on; what the ledger
proves no document changes.`,
		Example: "  pedigree dock settle 19 ours\n  pedigree dock settle 19 theirs --item '(01)00399991123455(21)100000000001'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := documentNumber(args[0]); err != nil {
				return err
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var one dockview.Correction
			in := map[string]any{"right": args[1]}
			if len(items) > 0 {
				in["items"] = items
			}
			if err := n.Post(cmd.Context(), correctionsPath+"/"+args[0]+"/settle", in, &one); err != nil {
				return err
			}
			return c.out.result(one, func(w io.Writer) { printCorrection(w, one) })
		},
	}
	cmd.Flags().StringArrayVar(&items, "item", nil, "only this thing, as scanned or typed; may be repeated")
	return cmd
}

func printCorrection(w io.Writer, c dockview.Correction) {
	about := "goods received on the ledger"
	if c.Corrects != 0 {
		about = fmt.Sprintf("document %d", c.Corrects)
	}
	if c.Session != 0 {
		about += fmt.Sprintf(", received in session %d", c.Session)
	}
	fmt.Fprintf(w, "document %d corrects %s: %s, %s\n", c.Document, about, counted(c.Count, "difference", "differences"), c.State)
	for _, one := range c.Differences {
		fmt.Fprintf(w, "  %-5s %s  %s\n", one.What, one.Path, differenceText(one))
	}
	if len(c.Cases) > 0 {
		fmt.Fprintf(w, "  cases %s\n", strings.Join(c.Cases, ", "))
	}
}

// differenceText says what differs, and whether the thing is held back for it.
func differenceText(d dockview.Difference) string {
	is, says := lotText(d.Lot, d.Expiry), lotText(d.SaysLot, d.SaysExpiry)
	text := ""
	switch d.What {
	case dockview.DiffersLot:
		text = "received with " + is + "; the document says " + says
	case dockview.DiffersGone:
		return strings.Join(nonEmpty("the document doesn't name it any more", heldText(d)), "; ")
	case dockview.DiffersNew:
		return "the document names it now, with " + says
	}
	return strings.Join(nonEmpty(text, heldText(d)), "; ")
}

func lotText(lot, expiry string) string {
	list := []string{}
	if lot != "" {
		list = append(list, "lot "+lot)
	}
	if expiry != "" {
		list = append(list, "expiry "+expiry)
	}
	return strings.Join(list, ", ")
}

func heldText(d dockview.Difference) string {
	switch {
	case !d.InHand:
		return "it isn't here any more"
	case d.Proved:
		return "held back; the ledger proves what its maker said"
	}
	return "held back"
}
