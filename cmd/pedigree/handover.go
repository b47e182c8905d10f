package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

const handOversPath = "/api/v1/hand-overs"

func handoverCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "handover", Short: "Order who keeps goods of yours to hand them on, and answer such orders",
		Example: "  pedigree handover order 003999910000000015 --to pharmacy --po PO-7\n  pedigree handover list",
	}
	cmd.AddCommand(handoverOrderCommand(c), handoverListCommand(c), handoverAcceptCommand(c), handoverRefuseCommand(c), handoverWithdrawCommand(c), handoverShipCommand(c))
	return cmd
}

func handoverOrderCommand(c *cli) *cobra.Command {
	var r traceview.HandOverOrder
	var by string
	cmd := &cobra.Command{
		Use:   "order ITEM...",
		Short: "Order the organisation that keeps goods of yours to hand them on",
		Long: `The order goes to the keeper's node, where a person accepts or refuses it. Nothing
leaves by it, and it sells nothing: offer the title with pedigree ship --title-only.
With --to your own organisation you have the goods back.`,
		Example: "  pedigree handover order 003999910000000015 --to pharmacy --po PO-7 --by 2026-12-01",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Items = args
			if by != "" {
				day, err := time.Parse(time.DateOnly, by)
				if err != nil {
					return failWith(exitUsage, "give a day such as 2026-12-01", fmt.Errorf("%q is no day", by))
				}
				r.By = day.Add(24*time.Hour - time.Second)
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var h traceview.HandOver
			if err := n.Post(cmd.Context(), handOversPath, r, &h); err != nil {
				return err
			}
			return c.out.result(h, func(w io.Writer) { printHandOver(w, h) })
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&r.To, "to", "", "organisation that is to have them (required)")
	fl.StringVar(&r.PO, "po", "", "number of the order")
	fl.StringVar(&r.Text, "text", "", "in words, for the keeper")
	fl.StringVar(&by, "by", "", "last day, such as 2026-12-01")
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

func handoverListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List orders to hand goods over, yours and those to you", Args: cobra.NoArgs, Example: "  pedigree handover list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []traceview.HandOver{}
			if err := n.Get(cmd.Context(), handOversPath, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, h := range list {
					printHandOver(w, h)
				}
			})
		},
	}
}

func printHandOver(w io.Writer, h traceview.HandOver) {
	what := "you ordered " + h.Partner
	if !h.Ours {
		what = h.Partner + " ordered you"
	}
	fmt.Fprintf(w, "%s  %-8s %s to hand %s over to %s", h.Created.Format("2006-01-02 15:04"), h.State, what, counted(len(h.Items), "item", "items"), h.To)
	if h.PO != "" {
		fmt.Fprintf(w, ", order %s", h.PO)
	}
	if !h.By.IsZero() {
		fmt.Fprintf(w, ", until %s", h.By.Format("2006-01-02 15:04 MST"))
	}
	fmt.Fprintf(w, "  %s\n", h.ID)
	for _, text := range []struct{ what, text string }{{"says", h.Text}, {h.State + " because", h.Reason}} {
		if text.text != "" {
			fmt.Fprintf(w, "  %s: %s\n", text.what, text.text)
		}
	}
	for _, p := range h.Items {
		fmt.Fprintf(w, "  %s\n", p)
	}
	if h.Shipment != nil {
		fmt.Fprintf(w, "  handed on by shipment %s\n", h.Shipment)
	}
}

func handoverAcceptCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "accept ORDER", Short: "Promise the owner to hand its goods on", Args: cobra.ExactArgs(1),
		Long:    "The owner is told. Nothing leaves by it: pedigree handover ship does that. Exit code 6:\nit was refused or shipped before, or the goods aren't kept here for its owner.",
		Example: "  pedigree handover accept 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.handoverAnswer(cmd, args[0], "accept", nil)
		},
	}
}

func handoverRefuseCommand(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "refuse ORDER", Short: "Tell the owner that its goods aren't handed on, and why", Args: cobra.ExactArgs(1),
		Example: "  pedigree handover refuse 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978 --reason 'on hold for an audit'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.handoverAnswer(cmd, args[0], "refuse", map[string]string{"reason": reason})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; the owner is told (required)")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func handoverWithdrawCommand(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "withdraw ORDER", Short: "Take an order of yours back of which nothing has gone", Args: cobra.ExactArgs(1),
		Long: `The keeper is told, and can't accept or ship it from then on. If it had handed the
goods on before it knew, the order is shipped for both of you. Exit code 6: the goods
have gone, or the keeper refused the order.`,
		Example: "  pedigree handover withdraw 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978 --reason 'the buyer cancelled'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.handoverAnswer(cmd, args[0], "withdraw", map[string]string{"reason": reason})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; the keeper is told (required)")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func (c *cli) handoverAnswer(cmd *cobra.Command, order, answer string, in any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var h traceview.HandOver
	if err := n.Post(cmd.Context(), handOversPath+"/"+url.PathEscape(order)+"/"+answer, in, &h); err != nil {
		return err
	}
	return c.out.result(h, func(w io.Writer) { printHandOver(w, h) })
}

func handoverShipCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "ship ORDER",
		Short: "Hand accepted goods on: offer custody to whom their owner named",
		Long: `Custody alone is offered; title is the owner's to sell. The document says whose the
goods are and where they come from. To a receiver without a mailbox the sealed file is
written. Exit code 6: it isn't accepted, or the ledger refused a part.`,
		Example: "  pedigree handover ship 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if out != "" {
				if err := canWriteNew(out); err != nil {
					return err
				}
			}
			var r traceview.HandedOver
			if err := n.Post(cmd.Context(), handOversPath+"/"+url.PathEscape(args[0])+"/ship", nil, &r); err != nil {
				return err
			}
			if r.Shipped.Delivery == nil || out != "" {
				out = cmp.Or(out, r.Shipped.Name)
				if _, err := writeShipment(cmd.Context(), n, r.Shipped.ID.String(), out); err != nil {
					return err
				}
			}
			err = c.out.result(r, func(w io.Writer) { printShipment(w, out, r.Shipped) })
			for _, item := range r.Shipped.Items {
				if err == nil && item.Refused != "" {
					return &quietExit{exitRefused}
				}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: named after the shipment)")
	return cmd
}
