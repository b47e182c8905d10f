package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

const picksPath = "/api/v1/picks"

func pickCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "pick", Short: "Choose goods for orders, reserve them, and free them again",
		Example: "  pedigree pick new 00399991123455=120 --order SO-7\n  pedigree pick list",
	}
	cmd.AddCommand(pickNewCommand(c), pickListCommand(c), pickShowCommand(c), pickDropCommand(c))
	return cmd
}

func pickNewCommand(c *cli) *cobra.Command {
	var r traceview.PickRequest
	cmd := &cobra.Command{
		Use:   "new [GTIN[/LOT]=COUNT...]",
		Short: "Choose goods for an order and reserve them for 48 hours",
		Long: `Of each product what expires first is taken first; of one lot whole cases and pallets
first, then loose packs, then packs of boxes that are open already, and only then of
sealed ones. Only what pedigree scan calls OK now is taken. What is reserved no other
pick takes, until it is shipped, dropped, or its time is over; nothing is moved by it.
With --item, packs, cases, pallets or totes are reserved by name instead. Exit code 4:
something is missing; what was there is reserved, unless --whole says otherwise.`,
		Example: "  pedigree pick new 00399991123455=120 --order SO-7 --shelf-days 180\n  pedigree pick new 00399991123455/LOT-7A=10",
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 0) == (len(r.Items) == 0) {
				return failWith(exitUsage, "pedigree pick new --help has examples", errors.New("name products with their counts, or things with --item"))
			}
			for _, text := range args {
				l, err := pickLine(text)
				if err != nil {
					return err
				}
				r.Lines = append(r.Lines, l)
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var report traceview.PickReport
			if err := n.Post(cmd.Context(), picksPath, r, &report); err != nil {
				return err
			}
			return c.picked(report)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&r.Order, "order", "", "number of the order; the same call for it again answers with the same pick")
	fl.StringArrayVar(&r.Items, "item", nil, "reserve this pack, case, pallet or tote; can be repeated")
	fl.IntVar(&r.ShelfDays, "shelf-days", 0, "days for which packs have to be good still")
	fl.BoolVar(&r.Whole, "whole", false, "reserve nothing when something is missing")
	return cmd
}

// pickLine reads GTIN=COUNT or GTIN/LOT=COUNT.
func pickLine(text string) (traceview.PickLine, error) {
	at := strings.LastIndexByte(text, '=')
	count, err := strconv.Atoi(text[at+1:])
	if at < 0 || err != nil || count < 1 {
		return traceview.PickLine{}, failWith(exitUsage, "for example 00399991123455=120, or 00399991123455/LOT-7A=120", fmt.Errorf("%q is no product with a count", text))
	}
	gtin, lot, _ := strings.Cut(text[:at], "/")
	return traceview.PickLine{GTIN: gtin, Lot: lot, Count: count}, nil
}

// picked prints a pick: what to take from where, and what is missing.
func (c *cli) picked(r traceview.PickReport) error {
	err := c.out.result(r, func(w io.Writer) {
		if r.ID != nil {
			packs := 0
			for _, it := range r.Items {
				packs += it.Packs
			}
			before := ""
			if r.Resumed {
				before = ", as before"
			}
			fmt.Fprintf(w, "pick %s: %s reserved until %s%s\n", r.ID, counted(packs, "pack", "packs"), r.Until.Format("2006-01-02 15:04 MST"), before)
		} else {
			fmt.Fprintln(w, "nothing is reserved")
		}
		for _, it := range r.Items {
			fmt.Fprintf(w, "  %s", it.Path)
			if it.Lot != "" {
				fmt.Fprintf(w, "  lot %s", it.Lot)
			}
			if it.Kind != 1 {
				fmt.Fprintf(w, "  (%s)", counted(it.Packs, "pack", "packs"))
			}
			if it.In != "" {
				fmt.Fprintf(w, "  out of %s", it.In)
			}
			fmt.Fprintln(w)
		}
		for _, m := range r.Missing {
			fmt.Fprintf(w, "missing: %d of %d of %s %s\n", m.Asked-m.Found, m.Asked, m.GTIN, m.Lot)
			for _, l := range m.LeftOut {
				fmt.Fprintf(w, "  lot %s left out, %s: %s [%s]\n", l.Lot, counted(l.Count, "pack", "packs"), l.Text, l.Rule)
			}
		}
	})
	if err == nil && len(r.Missing) > 0 {
		return &quietExit{exitNo}
	}
	return err
}

func pickListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the picks that are open, the newest first", Args: cobra.NoArgs, Example: "  pedigree pick list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []traceview.PickSummary
			if err := n.Get(cmd.Context(), picksPath, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, p := range list {
					fmt.Fprintf(w, "%s  %s  until %s  %s\n", p.ID, counted(p.Packs, "pack", "packs"), p.Until.Format("2006-01-02 15:04 MST"), p.Order)
				}
			})
		},
	}
}

func pickShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show PICK", Short: "Show what a pick reserves still", Args: cobra.ExactArgs(1),
		Example: "  pedigree pick show 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var r traceview.PickReport
			if err := n.Get(cmd.Context(), picksPath+"/"+url.PathEscape(args[0]), &r); err != nil {
				return err
			}
			return c.picked(r)
		},
	}
}

func pickDropCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "drop PICK", Short: "Drop a pick: what it reserved is free again", Args: cobra.ExactArgs(1),
		Example: "  pedigree pick drop 6f1c40b3a5f1d7f0c6b0b0a4c3b95a2e8d7c6b5a493827160f1e2d3c4b5a6978",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), picksPath+"/"+url.PathEscape(args[0])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"dropped": args[0]}, func(w io.Writer) { fmt.Fprintln(w, "dropped") })
		},
	}
}
