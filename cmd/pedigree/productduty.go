package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/catalogview"
)

func productDutyCommand(c *cli) *cobra.Command {
	var in catalogview.Claim
	cmd := &cobra.Command{
		Use: "duty PRODUCT", Short: "Enter by what ground nobody has to trace a product", Args: cobra.ExactArgs(1),
		Long: `The ground is your claim, with its days and what shows it; it is never told from a
name. Then packs of it are OK without transaction data, unless something speaks against
them. An empty ground takes back what was entered, from the day on that --since names.`,
		Example: "  pedigree product duty 00399991123455 --ground medical-gas --why 'the label says so' --since 2026-03-05 --until 2027-03-04\n  pedigree product duty 99991-123-45 --ground '' --why 'entered for another product'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var f catalogview.Facts
			body := map[string]string{"product": args[0], "ground": in.Ground, "since": in.Since, "until": in.Until, "why": in.Why}
			if err := n.Post(cmd.Context(), productsPath+"/duty", body, &f); err != nil {
				return err
			}
			return c.product(f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&in.Ground, "ground", "", "code of the ground; "+groundCodes(catalogview.OfProduct)+" (required)")
	fl.StringVar(&in.Since, "since", "", "day from which it holds, such as 2026-03-05 (default: today)")
	fl.StringVar(&in.Until, "until", "", "last day on which it holds")
	fl.StringVar(&in.Why, "why", "", "what shows it: the label, a letter of the maker (required)")
	_ = cmd.MarkFlagRequired("ground")
	_ = cmd.MarkFlagRequired("why")
	return cmd
}

// groundCodes are the codes of the grounds of a kind.
func groundCodes(of string) string {
	var codes []string
	for _, g := range catalogview.Grounds {
		if g.Of == of {
			codes = append(codes, g.Code)
		}
	}
	slices.Sort(codes)
	return strings.Join(codes, ", ")
}

func exemptCommand(c *cli) *cobra.Command {
	var ground, why string
	cmd := &cobra.Command{
		Use: "exempt ITEM...", Short: "Note that goods came in a transaction for which nobody has to trace them", Args: cobra.MinimumNArgs(1),
		Long: `ITEM is a pack, a case or a logistic unit, as scanned or typed. The ground is your
claim and is kept with your name. Name no patient. An empty ground takes the claim back.`,
		Example: "  pedigree exempt '(01)00399991123455(21)100000000001' --ground specific-patient --why 'invoice 17 of Corner Pharmacy'\n  pedigree exempt '(01)00399991123455(21)100000000001' --ground '' --why 'wrong pack'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []catalogview.Exempt
			if err := n.Post(cmd.Context(), productsPath+"/exempt", map[string]any{"items": args, "ground": ground, "why": why}, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, e := range list {
					if e.Ground == "" {
						fmt.Fprintf(w, "%s  taken back: %s\n", e.Path, e.Why)
						continue
					}
					fmt.Fprintf(w, "%s  %s (FD&C Act %s): %s\n", e.Path, e.Text, e.Clause, e.Why)
				}
			})
		},
	}
	cmd.Flags().StringVar(&ground, "ground", "", "code of a ground of a transaction, such as specific-patient; docs/reference/duty.md lists them (required)")
	cmd.Flags().StringVar(&why, "why", "", "what shows it, such as the number of an invoice (required)")
	_ = cmd.MarkFlagRequired("ground")
	_ = cmd.MarkFlagRequired("why")
	return cmd
}
