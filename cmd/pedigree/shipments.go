package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
)

func shipmentsCommand(c *cli) *cobra.Command {
	var way, partner, out string
	var before int64
	var limit int
	var undelivered, overdue bool
	cmd := &cobra.Command{
		Use:   "shipments [ID]",
		Short: "List the shipments sent and received; with ID, write the sealed file of one that was sent",
		Long: `A document that was captured with a shipping event offers the goods; the sealed
file for the receiver is written here. A file that was lost is written again.
Exit code 4: with --undelivered, a partner lacks the data of goods on offer, or
on their way out of the network; with --overdue, goods wait to be taken back.`,
		Example: "  pedigree shipments --undelivered\n  pedigree shipments --way out --partner wholesaler\n  pedigree shipments 7c1f... --out pallet.shipment",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return c.shipmentFile(cmd, args[0], out)
			}
			if undelivered && overdue {
				return failWith(exitUsage, "", errors.New("ask for --undelivered or for --overdue, not for both"))
			}
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
			for name, value := range map[string]string{"way": way, "partner": partner} {
				if value != "" {
					q.Set(name, value)
				}
			}
			if undelivered {
				q.Set("undelivered", "true")
			}
			if overdue {
				q.Set("overdue", "true")
			}
			return c.shipments(cmd, q, undelivered || overdue)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&way, "way", "", "out: those that were sent; in: those that came")
	fl.StringVar(&partner, "partner", "", "organisation that received or sent them; of goods that leave the network the buyer's number in the address book")
	fl.BoolVar(&undelivered, "undelivered", false, "only those on offer or on their way out whose data the partner doesn't have: look before the truck leaves")
	fl.BoolVar(&overdue, "overdue", false, "only those that nobody received in time: take them back with pedigree reclaim")
	fl.StringVar(&out, "out", "", "file to write (default: named after the shipment)")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", 100, "rows of a page, 1 to 1000")
	return cmd
}

// shipments lists. With failing set, a list that isn't empty is an answer of no.
func (c *cli) shipments(cmd *cobra.Command, q url.Values, failing bool) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	list := []traceview.ShipmentSummary{}
	if err := n.Get(cmd.Context(), "/api/v1/shipments?"+q.Encode(), &list); err != nil {
		return err
	}
	err = c.out.result(list, func(w io.Writer) {
		for _, s := range list {
			way := "from"
			if s.Outgoing {
				way = "to"
			}
			until := "outside the network"
			if !s.Deadline.IsZero() {
				until = "until " + s.Deadline.Format("2006-01-02 15:04")
			}
			fmt.Fprintf(w, "%4d  %s  %-13s %11s %-4s %-16s %-22s  %-10s  %s\n", s.Number, s.Created.Format("2006-01-02 15:04"), s.State,
				counted(s.Items, "item", "items"), way, s.Partner, until, s.Data, s.ID)
			if len(s.Lots) > 0 {
				fmt.Fprintf(w, "      lot %s\n", strings.Join(s.Lots, ", "))
			}
			if s.State == traceview.NotConfirmed {
				fmt.Fprintf(w, "      on their way out, not confirmed: pedigree depart --confirm %s once they have left\n", s.ID)
			}
			if s.Overdue {
				fmt.Fprintf(w, "      nobody received it in time, so it waits for you: pedigree reclaim %s\n", s.ID)
			}
		}
	})
	if err == nil && failing && len(list) > 0 {
		return &quietExit{exitNo}
	}
	return err
}

func (c *cli) shipmentFile(cmd *cobra.Command, id, out string) error {
	if out == "" {
		out = id[:min(16, len(id))] + traceview.ShipmentSuffix
	}
	if err := canWriteNew(out); err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	size, err := writeShipment(cmd.Context(), n, id, out)
	if err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": size}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, size) })
}

// writeShipment writes the sealed file of a shipment and returns its size.
func writeShipment(ctx context.Context, n *client.Client, id, path string) (int, error) {
	sealed, err := n.File(ctx, "/api/v1/shipments/"+url.PathEscape(id)+"/file")
	if err != nil {
		return 0, err
	}
	return len(sealed), writeNew(path, sealed)
}
