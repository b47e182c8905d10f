package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func packCommand(c *cli) *cobra.Command {
	var of traceview.Reserved
	cmd := &cobra.Command{
		Use:   "pack BOX ITEM...",
		Short: "Put things into a tote, case or pallet of our own",
		Long: `BOX is its number: a new SSCC or GRAI makes a new box. What is sealed in a case is
taken out of it; what is packed in another box has to be unpacked first. From then on
the things go where the box goes. A box says nothing of who made what is in it: each
thing keeps its own maker. Exit code 6: the ledger refused a part.`,
		Example: "  pedigree pack 006141410000000012 '(01)00399991123455(21)100000000001' '(01)00399991123455(21)100000000002'",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.packing(cmd, "/api/v1/totes", map[string]any{"box": args[0], "items": args[1:], "pick": of.Pick, "release_reservation": of.ReleaseReservation})
		},
	}
	reservedFlags(cmd, &of)
	return cmd
}

func unpackCommand(c *cli) *cobra.Command {
	var from string
	var of traceview.Reserved
	cmd := &cobra.Command{
		Use:   "unpack [ITEM...]",
		Short: "Take things out of what they are sealed or packed in",
		Long: `Each ITEM stands by itself then, however deep it lay. With --from everything that is
packed in that box comes out. Exit code 6: the ledger refused a part.`,
		Example: "  pedigree unpack '(01)00399991123455(21)100000000001'\n  pedigree unpack --from 006141410000000012",
		RunE: func(cmd *cobra.Command, args []string) error {
			if (from == "") == (len(args) == 0) {
				return failWith(exitUsage, "pedigree unpack --help has examples", errors.New("name the things, or a box with --from"))
			}
			return c.packing(cmd, "/api/v1/totes/unpack", map[string]any{"from": from, "items": args, "pick": of.Pick, "release_reservation": of.ReleaseReservation})
		},
	}
	reservedFlags(cmd, &of)
	cmd.Flags().StringVar(&from, "from", "", "box from which everything is taken out")
	return cmd
}

// packing packs or unpacks, and says what lies where then.
func (c *cli) packing(cmd *cobra.Command, path string, in map[string]any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.PackReport
	if err := n.Post(cmd.Context(), path, in, &r); err != nil {
		return err
	}
	err = c.out.result(r, func(w io.Writer) {
		if path == "/api/v1/totes" {
			fmt.Fprintf(w, "%s in %s\n", counted(len(r.Items), "item", "items"), r.Box)
		} else {
			fmt.Fprintf(w, "%s taken out\n", counted(len(r.Items), "item", "items"))
		}
		for _, p := range r.Items {
			fmt.Fprintf(w, "  %s\n", p)
		}
		printRefusals(w, r.Refused)
	})
	return orRefused(err, r.Refused)
}

func voidCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "void SHIPMENT",
		Short: "Take a shipment back, as far as it can be",
		Long: `Goods on their way out of the network that nobody confirmed are free again, and
their data is no longer sent. Of a shipment on the network, a file that was not
delivered yet is no longer sent. Until the deadline only the
receiver can give the goods back, by rejecting them; run it again after that, and what
was not received comes back. What was received is the receiver's: ask it for a return.
Exit code 4: goods are still on offer.`,
		Example: "  pedigree shipments --way out\n  pedigree void 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return c.takeBack(cmd, args[0], "void") },
	}
}

func reclaimCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "reclaim SHIPMENT",
		Short: "Take back what nobody received in time",
		Long: `Goods on offer are the receiver's to take until the deadline of their shipment; after
it they are ours again by this. With reclaim: auto in pedigree.yaml the node does it by
itself. Exit code 4: goods are still on offer; 6: the deadline has not passed, or all
of it was received.`,
		Example: "  pedigree shipments --overdue\n  pedigree reclaim 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return c.takeBack(cmd, args[0], "reclaim") },
	}
}

// takeBack voids or reclaims a shipment, and says where its goods are then.
func (c *cli) takeBack(cmd *cobra.Command, shipment, how string) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.VoidReport
	if err := n.Post(cmd.Context(), "/api/v1/shipments/"+url.PathEscape(shipment)+"/"+how, nil, &r); err != nil {
		return err
	}
	err = c.out.result(r, func(w io.Writer) {
		if r.Withdrawn {
			fmt.Fprintf(w, "its data is not sent to %s\n", r.To)
		}
		for _, p := range r.Back {
			fmt.Fprintf(w, "back        %s\n", p)
		}
		for _, p := range r.Open {
			fmt.Fprintf(w, "on offer    %s\n", p)
		}
		printRefusals(w, r.Refused)
		if r.Next != "" {
			fmt.Fprintf(w, "next: %s\n", r.Next)
		}
	})
	if err == nil && len(r.Open) > 0 {
		return &quietExit{exitNo}
	}
	return orRefused(err, r.Refused)
}
