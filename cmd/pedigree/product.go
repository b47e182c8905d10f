package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/catalogview"
)

const productsPath = "/api/v1/products"

func productCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "product", Short: "Catalogue of products: names, codes, whose label, and where sources differ",
		Long: `What is known of a product has a source and a day. Sources that differ are shown
side by side, never mixed, and never stop goods. A product is named by its GTIN, its
National Drug Code, or the code on a package.`,
		Example: "  pedigree product load ndc-directory ndctext.zip --as-of 2026-03-05\n  pedigree product show 99991-123-45\n  pedigree product conflicts",
	}
	cmd.AddCommand(productListCommand(c), productShowCommand(c), productSetCommand(c), productDutyCommand(c), productRightCommand(c), productLoadCommand(c), productFilesCommand(c), productConflictsCommand(c), productSettleCommand(c))
	return cmd
}

func productListCommand(c *cli) *cobra.Command {
	var gtin, after string
	cmd := &cobra.Command{
		Use: "list [TEXT]", Short: "List products by GTIN; TEXT: those with it in a name, a manufacturer, an owner or an NDC", Args: cobra.MaximumNArgs(1),
		Example: "  pedigree product list example --gtin 003",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{"gtin": {gtin}, "after": {after}, "text": {strings.Join(args, "")}}
			n, err := c.node()
			if err != nil {
				return err
			}
			var page catalogview.Page
			if err := n.Get(cmd.Context(), productsPath+"?"+q.Encode(), &page); err != nil {
				return err
			}
			return c.out.result(page, func(w io.Writer) {
				for _, p := range page.Products {
					fmt.Fprintf(w, "%s  %-13s %s%s\n", p.GTIN, p.NDC, strings.Join(nonEmpty(p.Name, p.Strength, p.Form, p.Manufacturer, p.Owner), ", "), openConflicts(p.Open))
				}
				if page.Next != "" {
					fmt.Fprintf(w, "more: --after %s\n", page.Next)
				}
			})
		},
	}
	cmd.Flags().StringVar(&gtin, "gtin", "", "only those whose GTIN begins so")
	cmd.Flags().StringVar(&after, "after", "", "only those behind this GTIN")
	return cmd
}

func openConflicts(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + counted(n, "open conflict", "open conflicts") + ")"
}

func productShowCommand(c *cli) *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use: "show PRODUCT", Short: "Show what is known of a product, by whom, and who differs", Args: cobra.ExactArgs(1),
		Example: "  pedigree product show 00399991123455 --on 2026-03-05",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var f catalogview.Facts
			if err := n.Get(cmd.Context(), productsPath+"/"+url.PathEscape(args[0])+"?"+url.Values{"on": {on}}.Encode(), &f); err != nil {
				return err
			}
			return c.product(f)
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "as it was on that day, such as 2026-03-05 (default: today)")
	return cmd
}

func (c *cli) product(f catalogview.Facts) error {
	return c.out.result(f, func(w io.Writer) { printProduct(w, f) })
}

func printProduct(w io.Writer, f catalogview.Facts) {
	fmt.Fprintf(w, "%s on %s\n", f.GTIN, f.On)
	for _, v := range f.Values {
		fmt.Fprintf(w, "  %-13s %s%s\n", v.Field, v.Value, by(v.Said))
		for _, o := range v.Others {
			fmt.Fprintf(w, "    but %s%s\n", o.Value, by(o))
		}
	}
	for _, r := range f.Rights {
		fmt.Fprintf(w, "  %s of %s: %s, from %s%s: %s\n", r.Kind, r.Number, r.Who, r.From, until(r.To), r.Ground)
	}
	for _, r := range f.Ledger {
		fmt.Fprintf(w, "  on the ledger, %s of %s: %s (%s), from height %d%s\n", r.Kind, r.Number, r.Name, r.Org, r.FromHeight, unlessZero(" to ", r.ToHeight))
	}
	for _, k := range f.Conflicts {
		printConflict(w, k)
	}
}

// by says who says something, and of when that is.
func by(s catalogview.Said) string {
	text := "  (" + strings.Join(nonEmpty(s.Source.Kind, s.Source.Who), " ")
	if !s.Source.AsOf.IsZero() {
		text += ", as of " + s.Source.AsOf.Format("2006-01-02")
	}
	if s.Ended {
		text += ", until " + s.To
	}
	if s.Why != "" {
		text += ": " + s.Why
	}
	return text + ")"
}

func until(day string) string {
	if day == "" {
		return ""
	}
	return " to " + day
}

func printConflict(w io.Writer, k catalogview.Conflict) {
	fmt.Fprintf(w, "  conflict %d, %s, since %s: %s of %s\n", k.N, k.State, shortTime(k.Since), k.Field, k.GTIN)
	for _, side := range []struct {
		name string
		told catalogview.Told
	}{{"a", k.A}, {"b", k.B}} {
		fmt.Fprintf(w, "    %s: %s (%s)\n", side.name, side.told.Value, strings.Join(nonEmpty(side.told.Kind, side.told.Who), " "))
	}
	if k.Chosen != "" {
		fmt.Fprintf(w, "    settled on %s by %s: %s\n", k.Chosen, k.By, k.Why)
	}
}

func productSetCommand(c *cli) *cobra.Command {
	var from string
	words := map[string]*string{}
	cmd := &cobra.Command{
		Use: "set PRODUCT", Short: "Enter what the organisation itself knows of a product", Args: cobra.ExactArgs(1),
		Long:    "What is entered here comes before every other source. An empty value takes it back.",
		Example: "  pedigree product set 00399991123455 --name 'Example tablets' --strength '10 mg' --form TABLET --manufacturer 'Maker (test)'",
		RunE: func(cmd *cobra.Command, args []string) error {
			values := map[string]string{}
			for field, text := range words {
				if cmd.Flags().Changed(field) {
					values[field] = *text
				}
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var f catalogview.Facts
			if err := n.Post(cmd.Context(), productsPath+"/"+url.PathEscape(args[0]), map[string]any{"values": values, "from": from}, &f); err != nil {
				return err
			}
			return c.product(f)
		},
	}
	for _, f := range [][2]string{
		{catalogview.FieldNDC, "National Drug Code"},
		{catalogview.FieldName, "name"},
		{catalogview.FieldStrength, "strength"},
		{catalogview.FieldForm, "dosage form"},
		{catalogview.FieldNetContent, "what is in a package, such as 100"},
		{catalogview.FieldPackage, "the package in words"},
		{catalogview.FieldManufacturer, "manufacturer's name"},
		{catalogview.FieldOwner, "name of whose label it is"},
		{catalogview.FieldPackager, "name of who packs it, where that is another"},
		{catalogview.FieldDuty, "code of a ground for which the law's duties don't hold; docs/reference/duty.md lists them"},
	} {
		words[f[0]] = cmd.Flags().String(f[0], "", f[1])
	}
	cmd.Flags().StringVar(&from, "from", "", "day from which it holds, such as 2026-03-05 (default: today)")
	return cmd
}

func productRightCommand(c *cli) *cobra.Command {
	in := map[string]*string{}
	cmd := &cobra.Command{
		Use: "right NUMBER owner|packager NAME", Short: "Enter whose a number is from a day on: a sale, or a contract packager", Args: cobra.ExactArgs(3),
		Long:    "NUMBER is a GTIN of 14 digits, or the digits of a company prefix.",
		Example: "  pedigree product right 039999 owner 'Buyer (test)' --from 2026-04-01 --ground 'announcement of the sale'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var r catalogview.Right
			body := map[string]string{"number": args[0], "kind": args[1], "who": args[2], "from": *in["from"], "to": *in["to"], "ground": *in["ground"]}
			if err := n.Post(cmd.Context(), productsPath+"/rights", body, &r); err != nil {
				return err
			}
			return c.out.result(r, func(w io.Writer) {
				fmt.Fprintf(w, "%s of %s: %s, from %s%s: %s\n", r.Kind, r.Number, r.Who, r.From, until(r.To), r.Ground)
			})
		},
	}
	in["from"] = cmd.Flags().String("from", "", "day from which it holds, such as 2026-03-05 (default: today)")
	in["to"] = cmd.Flags().String("to", "", "last day on which it holds")
	in["ground"] = cmd.Flags().String("ground", "", "what shows it: a contract, a letter, an announcement (required)")
	_ = cmd.MarkFlagRequired("ground")
	return cmd
}

func productConflictsCommand(c *cli) *cobra.Command {
	var state string
	cmd := &cobra.Command{
		Use: "conflicts", Short: "List where sources differ, the newest first", Args: cobra.NoArgs,
		Example: "  pedigree product conflicts --state settled",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			if state != "all" {
				q.Set("state", state)
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []catalogview.Conflict{}
			if err := n.Get(cmd.Context(), productsPath+"/conflicts?"+q.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, k := range list {
					printConflict(w, k)
				}
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", catalogview.Open, "open, settled, over or all")
	return cmd
}

func productSettleCommand(c *cli) *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use: "settle CONFLICT a|b|both", Short: "Say which source of a conflict holds, or that they may differ", Args: cobra.ExactArgs(2),
		Long:    "Nothing is overwritten. When either source says something new, the conflict is open again.",
		Example: "  pedigree product settle 3 a --why 'the label says so'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var k catalogview.Conflict
			if err := n.Post(cmd.Context(), productsPath+"/conflicts/"+url.PathEscape(args[0]), map[string]string{"choose": args[1], "why": why}, &k); err != nil {
				return err
			}
			return c.out.result(k, func(w io.Writer) { printConflict(w, k) })
		},
	}
	cmd.Flags().StringVar(&why, "why", "", "why, for those who look at it later (required)")
	_ = cmd.MarkFlagRequired("why")
	return cmd
}
