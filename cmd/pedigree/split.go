package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func splitCommand(c *cli) *cobra.Command {
	var alone []string
	var of traceview.Reserved
	cmd := &cobra.Command{
		Use:   "split FROM [BOX=ITEM...]",
		Short: "Divide the content of a tote, case or pallet among other boxes",
		Long: `Each ITEM goes out of FROM into its BOX, in one step; a new SSCC or GRAI makes a new
box. With --out a thing stands by itself. The rest stays where it is. Exit code 6: it
can't be split so, or the ledger refused a part.`,
		Example: "  pedigree split 003999910000000015 '006141410000000012=(01)00399991123455(21)100000000001' --out '(01)00399991123455(21)100000000002'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := splitRequest(args, alone)
			if err != nil {
				return err
			}
			r.Reserved = of
			n, err := c.node()
			if err != nil {
				return err
			}
			var report traceview.SplitReport
			if err := n.Post(cmd.Context(), "/api/v1/totes/split", r, &report); err != nil {
				return err
			}
			err = c.out.result(report, func(w io.Writer) { printSplit(w, report) })
			return orRefused(err, report.Refused)
		},
	}
	reservedFlags(cmd, &of)
	cmd.Flags().StringArrayVar(&alone, "out", nil, "thing that stands by itself then; may be repeated")
	return cmd
}

// splitRequest reads BOX=ITEM, one group for each box in the order in which they appear.
func splitRequest(args, alone []string) (traceview.SplitRequest, error) {
	r := traceview.SplitRequest{From: args[0]}
	place := map[string]int{}
	for _, text := range args[1:] {
		box, item, ok := strings.Cut(text, "=")
		if !ok || box == "" || item == "" {
			return r, failWith(exitUsage, "for example '006141410000000012=(01)00399991123455(21)100000000001'", fmt.Errorf("%q is no box with a thing", text))
		}
		i, known := place[box]
		if !known {
			i = len(r.Groups)
			place[box] = i
			r.Groups = append(r.Groups, traceview.SplitGroup{Box: box})
		}
		r.Groups[i].Items = append(r.Groups[i].Items, item)
	}
	if len(alone) > 0 {
		r.Groups = append(r.Groups, traceview.SplitGroup{Items: alone})
	}
	if len(r.Groups) == 0 {
		return r, failWith(exitUsage, "pedigree split --help has examples", errors.New("name what goes into which box, or what stands by itself with --out"))
	}
	return r, nil
}

func printSplit(w io.Writer, r traceview.SplitReport) {
	for _, g := range r.Groups {
		where := "standing alone"
		if g.Box != "" {
			where = "in " + g.Box
		}
		if g.New {
			where += ", a new box"
		}
		fmt.Fprintf(w, "%s %s\n", counted(len(g.Items), "item", "items"), where)
		for _, p := range g.Items {
			fmt.Fprintf(w, "  %s\n", p)
		}
	}
	fmt.Fprintf(w, "%s still in %s\n", counted(r.Stays, "item", "items"), r.From)
	printRefusals(w, r.Refused)
}
