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

func inventoryCommand(c *cli) *cobra.Command {
	q := url.Values{}
	var gtin, lot, status, kind, cursor string
	var limit int
	var summary bool
	cmd := &cobra.Command{
		Use: "inventory", Short: "What is in stock", Args: cobra.NoArgs,
		Example: "  pedigree inventory --status on-hand --lot LOT-7A\n  pedigree inventory --summary",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for name, value := range map[string]string{"gtin": gtin, "lot": lot, "status": status, "kind": kind, "cursor": cursor, "limit": strconv.Itoa(limit)} {
				if value != "" {
					q.Set(name, value)
				}
			}
			if summary {
				return c.inventorySummary(cmd, q)
			}
			return c.inventory(cmd, q)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&gtin, "gtin", "", "14 digits")
	fl.StringVar(&lot, "lot", "", "lot number")
	fl.StringVar(&status, "status", "", "on-hand, offered, away, expected, ended, dispensed, reported, refused, outside, in-care, kept or left")
	fl.StringVar(&kind, "kind", "", "pack, case, pallet or box")
	fl.StringVar(&cursor, "cursor", "", "where the page before ended")
	fl.IntVar(&limit, "limit", 100, "rows of a page, 1 to 1000")
	fl.BoolVar(&summary, "summary", false, "counts per lot, kind and status")
	return cmd
}

func (c *cli) inventory(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var page traceview.Inventory
	if err := n.Get(cmd.Context(), "/api/v1/inventory?"+q.Encode(), &page); err != nil {
		return err
	}
	return c.out.result(page, func(w io.Writer) {
		for _, r := range page.Rows {
			fmt.Fprintf(w, "%-10s %-7s %-40s %-12s %s\n", traceview.StatusName(r.Status), traceview.KindName(r.Kind), r.Path, r.Lot, strings.TrimSpace(r.Grade+" "+r.Inside))
		}
		if page.Next != "" {
			c.out.say("more: --cursor %s", page.Next)
		}
	})
}

func (c *cli) inventorySummary(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var lots []traceview.LotCount
	if err := n.Get(cmd.Context(), "/api/v1/inventory/lots?"+q.Encode(), &lots); err != nil {
		return err
	}
	return c.out.result(lots, func(w io.Writer) {
		for _, l := range lots {
			fmt.Fprintf(w, "%6d %-7s %-10s %s lot %s expires %s\n", l.Count, traceview.KindName(l.Kind), traceview.StatusName(l.Status), l.GTIN, l.Lot, l.Expiry)
		}
	})
}
