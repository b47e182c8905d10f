package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func returnCommand(c *cli) *cobra.Command {
	var r traceview.ReturnRequest
	var out string
	var within time.Duration
	cmd := &cobra.Command{
		Use:   "return ITEM...",
		Short: "Send goods back to whom they came from",
		Long: `The seller is from whom the goods came, or the one named with --to. A member
reads the reason and its authorisation's number in the shipment's document, receives
the goods as any shipment, and has them on hold until they are verified. It is the
only way for goods under recall, suspect, illegitimate or stolen; what is on hold has
to be released first. A pack is taken out of its case for it. What goes back to a
seller outside the network is reserved and its data sent as by pedigree depart --to;
confirm it when it has left. Exit code 6: the ledger refused a part, or the data is
not on its way.`,
		Example: "  pedigree return '(01)00399991123455(21)100000000001' --reason damaged --rma RMA-7\n  pedigree return 003999910000000015 --reason other --text 'label is torn' --to wholesaler",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Items = args
			if within != 0 {
				r.Deadline = time.Now().Add(within)
			}
			return c.giveBack(cmd, r, out)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&r.Reason, "reason", "", strings.Join(traceview.ReturnReasons, ", ")+" (required)")
	fl.StringVar(&r.Text, "text", "", "why, in words; the seller reads it; required with other")
	fl.StringVar(&r.RMA, "rma", "", "number of the seller's return authorisation")
	fl.StringVar(&r.To, "to", "", "seller: a member, or of one outside the network its number in the address book or a GLN (default: from whom the goods came)")
	fl.StringVar(&r.ToGLN, "to-gln", "", "GLN of the place that takes returns (default: the seller's own)")
	fl.DurationVar(&within, "within", 0, "how long it can be received, 1h to 1080h (default 336h)")
	fl.StringVar(&out, "out", "", "file to write (default: named after the shipment)")
	reservedFlags(cmd, &r.Reserved)
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

// giveBack ships goods back, and writes the sealed file where no node carries it.
func (c *cli) giveBack(cmd *cobra.Command, r traceview.ReturnRequest, out string) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	if out != "" {
		if err := canWriteNew(out); err != nil {
			return err
		}
	}
	var report traceview.ReturnReport
	if err := n.Post(cmd.Context(), "/api/v1/returns", r, &report); err != nil {
		return err
	}
	if report.Departure != nil {
		return c.departing(*report.Departure, false)
	}
	ship := report.Shipment
	if ship.Delivery == nil || out != "" {
		out = cmp.Or(out, ship.Name)
		if _, err := writeShipment(cmd.Context(), n, ship.ID.String(), out); err != nil {
			code, _ := exitOf(err)
			return failWith(code, "the goods are offered; write the file with pedigree shipments "+ship.ID.String()+" --out FILE", err)
		}
	}
	type answer struct {
		File string `json:"file,omitempty"`
		traceview.ReturnReport
	}
	err = c.out.result(answer{out, report}, func(w io.Writer) {
		fmt.Fprintf(w, "return, %s\n", returnText(report.ReturnNote))
		printShipment(w, out, ship)
	})
	for _, item := range ship.Items {
		if err == nil && item.Refused != "" {
			return &quietExit{exitRefused}
		}
	}
	return err
}

// returnText is why goods go back, on one line.
func returnText(n traceview.ReturnNote) string {
	text := n.Reason
	if n.Text != "" {
		text += " (" + n.Text + ")"
	}
	if n.RMA != "" {
		text += ", authorisation " + n.RMA
	}
	return text
}

func returnsCommand(c *cli) *cobra.Command {
	var way string
	var waiting bool
	var limit int
	cmd := &cobra.Command{
		Use:   "returns",
		Short: "List goods that went back to their sellers, and goods that came back here",
		Long: `What came back here is on hold until somebody looked at it and released it (pedigree
release), or by itself where the configuration says returns: verify and the ledger or
its maker vouches for it. Exit code 4: with --waiting, there are such things.`,
		Example: "  pedigree returns --way in --waiting",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"limit": {strconv.Itoa(limit)}}
			if way != "" {
				q.Set("way", way)
			}
			if waiting {
				q.Set("waiting", "true")
			}
			list := []traceview.ReturnSummary{}
			if err := n.Get(cmd.Context(), "/api/v1/returns?"+q.Encode(), &list); err != nil {
				return err
			}
			if err := c.out.result(list, func(w io.Writer) { printReturns(w, list) }); err != nil {
				return err
			}
			if waiting && len(list) > 0 {
				return &quietExit{exitNo}
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&way, "way", "", "out: those that went to their seller; in: those that came back here")
	fl.BoolVar(&waiting, "waiting", false, "only those of which things wait on hold")
	fl.IntVar(&limit, "limit", 100, "returns listed, 1 to 1000")
	return cmd
}

func printReturns(w io.Writer, list []traceview.ReturnSummary) {
	for _, r := range list {
		way := "from"
		if r.Outgoing {
			way = "to"
		}
		fmt.Fprintf(w, "%s  %-12s %4s %-16s %s  %s\n", r.Created.Format("2006-01-02 15:04"), r.State, way, r.Partner, returnText(r.ReturnNote), r.Shipment)
		for _, p := range r.Waiting {
			fmt.Fprintf(w, "  on hold     %s\n", p)
		}
	}
}
