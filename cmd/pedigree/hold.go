package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func holdCommand(c *cli) *cobra.Command {
	var marks []string
	var of traceview.Reserved
	cmd := &cobra.Command{
		Use:   "hold ITEM...",
		Short: "Put goods on hold, or mark them as suspect, illegitimate or stolen",
		Long: `What is on hold can't be shipped or packed until it is released, and every scan of
it says STOP. A mark is the thing's own: a pack is taken out of its case for it. It
stands on the ledger, so that whoever holds the goods next sees it too. Exit code 6:
the ledger refused it.`,
		Example: "  pedigree hold '(01)00399991123455(21)100000000001'\n  pedigree hold 003999910000000015 --as held,suspect",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.mark(cmd, map[string]any{"items": args, "set": marks, "pick": of.Pick, "release_reservation": of.ReleaseReservation})
		},
	}
	reservedFlags(cmd, &of)
	cmd.Flags().StringSliceVar(&marks, "as", []string{"held"}, "held, suspect, illegitimate, stolen; several with commas")
	return cmd
}

func releaseCommand(c *cli) *cobra.Command {
	var marks []string
	var reason string
	cmd := &cobra.Command{
		Use:   "release ITEM...",
		Short: "Take marks off goods: they may be sold again",
		Long: `Takes off what stands of these marks, and says which ones still do. The reason is
kept here and shown by pedigree trace. It is needed for what came back as a return,
what an open case names, and what is suspect, illegitimate or stolen. Exit code 6:
it has no such reason, or the ledger refused it.`,
		Example: "  pedigree release '(01)00399991123455(21)100000000001'\n  pedigree release '(01)00399991123455(21)100000000001' --marks illegitimate --reason 'its maker confirmed it'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.mark(cmd, map[string]any{"items": args, "clear": marks, "reason": reason})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; kept here")
	cmd.Flags().StringSliceVar(&marks, "marks", []string{"held", "suspect"}, "marks to take off: held, suspect, illegitimate, stolen")
	return cmd
}

// mark changes marks and says which ones stand then.
func (c *cli) mark(cmd *cobra.Command, in map[string]any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var r traceview.MarkReport
	if err := n.Post(cmd.Context(), "/api/v1/marks", in, &r); err != nil {
		return err
	}
	err = c.out.result(r, func(w io.Writer) {
		for _, it := range r.Items {
			marks := strings.Join(it.Marks, ", ")
			if marks == "" {
				marks = "no mark"
			}
			fmt.Fprintf(w, "%-24s %s\n", marks, it.Path)
		}
		printRefusals(w, r.Refused)
	})
	return orRefused(err, r.Refused)
}

// printRefusals says what the ledger refused.
func printRefusals(w io.Writer, list []traceview.Refusal) {
	for _, r := range list {
		fmt.Fprintf(w, "  refused by the ledger: %s: %s\n", strings.Join(r.Items, ", "), r.Text)
	}
}
