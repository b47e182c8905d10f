package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func dispenseCommand(c *cli) *cobra.Command {
	var reason string
	var settle bool
	var of traceview.Reserved
	cmd := &cobra.Command{
		Use:   "dispense ITEM...",
		Short: "Dispense packs: green or red, why, and what to do next",
		Long: `Counts here and at once. The ledger learns of it with --settle, in one batch, at
no telling time. Exit code 4: a STOP among the packs; 5: something could not be told.`,
		Example: "  pedigree dispense '(01)00399991123455(21)100000000001'\n  pedigree dispense --settle",
		RunE: func(cmd *cobra.Command, args []string) error {
			if settle {
				return c.settle(cmd, args)
			}
			return c.dispense(cmd, args, reason, of)
		},
	}
	reservedFlags(cmd, &of)
	cmd.Flags().StringVar(&reason, "reason", "dispensing", "why; kept here, the ledger gets a commitment to it")
	cmd.Flags().BoolVar(&settle, "settle", false, "put what was dispensed before on the ledger")
	return cmd
}

func (c *cli) dispense(cmd *cobra.Command, items []string, reason string, of traceview.Reserved) error {
	if len(items) == 0 {
		return failWith(exitUsage, "pedigree dispense --help has examples", errors.New("requires at least one pack"))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	var answers []traceview.DispensedItem
	if err := n.Post(cmd.Context(), "/api/v1/dispenses", map[string]any{"items": items, "reason": reason, "pick": of.Pick, "release_reservation": of.ReleaseReservation}, &answers); err != nil {
		return err
	}
	if err := c.out.result(answers, func(w io.Writer) { printDispensed(w, answers) }); err != nil {
		return err
	}
	worst := traceview.OK
	for _, a := range answers {
		if a.Verdict == traceview.Stop || worst == traceview.OK {
			worst = a.Verdict
		}
	}
	return verdictExit(worst)
}

func printDispensed(w io.Writer, answers []traceview.DispensedItem) {
	for _, a := range answers {
		fmt.Fprintf(w, "%-11s %s%s\n            %s", a.Verdict.Label(), a.Path, productName(a.Product), a.Text)
		if a.Next != "" {
			fmt.Fprintf(w, " Next: %s%s", strings.TrimSuffix(a.Next, "."), byCommands(a.Command))
		}
		if a.Case != "" {
			fmt.Fprintf(w, " Case %s: pedigree case show %s", a.Case, a.Case)
		}
		fmt.Fprintln(w)
	}
}

func (c *cli) settle(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return failWith(exitUsage, "", errors.New("--settle takes no packs: it puts on the ledger what was dispensed before"))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.SettleReport
	if err := n.Post(cmd.Context(), "/api/v1/dispenses/settle", nil, &r); err != nil {
		return err
	}
	err = c.out.result(r, func(w io.Writer) {
		fmt.Fprintf(w, "%d packs ended on the ledger, %d still wait\n", r.Ended, r.Left)
		for _, refused := range r.Refused {
			fmt.Fprintf(w, "  refused by the ledger: %v\n", refused)
		}
	})
	if err == nil && len(r.Refused) > 0 {
		return &quietExit{exitRefused}
	}
	return err
}
