package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/tiview"
	"pedigree/format/pdg"
)

const casesPath = "/api/v1/cases"

// casesOf are the exception cases of the organisation that a request is for.
func casesOf(ctx context.Context) *caseview.Cases { return officeOf(ctx).desk.cases }

// openCases opens an organisation's exception cases on its desk, book and documents.
func openCases(p *deskParts, org string, log *slog.Logger) *caseview.Cases {
	return caseview.NewCases(caseview.Config{Vault: p.vault, Org: org, Book: p.book, Goods: p.desk, Data: takenData{p.documents}, Hands: p.desk, Routes: caseRoutes{p}, Log: log})
}

// takenData is the transaction data that was taken in, as cases ask for it.
type takenData struct{ documents *tiview.Documents }

// Accepted implements caseview.Data.
func (d takenData) Accepted(ctx context.Context, q caseview.DataQuery) (int64, error) {
	list, err := d.documents.List(ctx, tiview.Search{Item: q.Path, GTIN: q.GTIN, Lot: q.Lot, PO: q.PO})
	if err != nil {
		return 0, err
	}
	good := []tiview.State{tiview.Checked, tiview.Matched, tiview.Waiting}
	for _, e := range list {
		if e.Came.After(q.Since) && e.Faults == 0 && slices.Contains(good, e.State) && (q.Partner == "" || e.Partner == "" || e.Partner == q.Partner) {
			return e.Number, nil
		}
	}
	return 0, nil
}

func caseCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "case", Short: "Exception cases: what doesn't match between goods and their data",
		Long: `A case is about goods or data that don't match. The side that found it asks, the
other answers, and each sees whose turn it is, by when, and what to do next.`,
		Example: "  pedigree case list\n  pedigree case open 2.1A --partner 1 --item '(01)00399991123455(21)1001'\n  pedigree case message 1",
	}
	cmd.AddCommand(caseListCommand(c), caseShowCommand(c), caseOpenCommand(c), caseTakeCommand(c), caseNoteCommand(c), caseMessageCommand(c), caseSentCommand(c),
		caseReadCommand(c), caseAnswerCommand(c), caseSettleCommand(c), caseEscalateCommand(c), caseClearCommand(c), casePaceCommand(c))
	return cmd
}

func caseListCommand(c *cli) *cobra.Command {
	var all, overdue bool
	var state, org string
	var partner, before int64
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "List the open cases, the newest first", Args: cobra.NoArgs,
		Example: "  pedigree case list --overdue\n  pedigree case list --all --partner 1",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}, "partner": {strconv.FormatInt(partner, 10)}}
			for name, on := range map[string]bool{"all": all, "overdue": overdue} {
				if on {
					q.Set(name, "true")
				}
			}
			for name, word := range map[string]string{"state": state, "org": org} {
				if word != "" {
					q.Set(name, word)
				}
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []caseview.Case{}
			if err := n.Get(cmd.Context(), casesPath+"?"+q.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, k := range list {
					fmt.Fprintf(w, "%4d  %-10s %-6s %-4s %s with %s%s\n", k.Number, k.State, k.Turn, k.Scenario, k.What, caseWith(k), caseDue(k))
				}
			})
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&all, "all", false, "those that are closed too")
	fl.BoolVar(&overdue, "overdue", false, "only those whose next step is late")
	fl.StringVar(&state, "state", "", "only those in this state: open, sent, answered, agreed, settled, withdrawn, escalated")
	fl.StringVar(&org, "org", "", "only those with this member of the network")
	fl.Int64Var(&partner, "partner", 0, "only those with this partner, by its number in the address book")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", caseview.ListDefault, "rows of a page, 1 to 1000")
	return cmd
}

func caseWith(k caseview.Case) string {
	switch {
	case k.Org != "":
		return k.Org
	case k.Partner > 0:
		return fmt.Sprintf("partner %d", k.Partner)
	}
	return "nobody yet"
}

func caseDue(k caseview.Case) string {
	switch {
	case k.Due.At.IsZero():
		return ""
	case k.Overdue:
		return "; LATE since " + shortTime(k.Due.At)
	}
	return "; due " + shortTime(k.Due.At)
}

func caseShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show CASE", Short: "Show a case with its items, evidence and messages", Args: cobra.ExactArgs(1), Example: "  pedigree case show 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var d caseview.Detail
			if err := n.Get(cmd.Context(), casePath(args[0]), &d); err != nil {
				return err
			}
			return c.out.result(d, func(w io.Writer) { printCaseDetail(w, d) })
		},
	}
}

func casePath(name string) string { return casesPath + "/" + url.PathEscape(name) }

// postCase changes a case and shows what it is then.
func (c *cli) postCase(cmd *cobra.Command, path string, in any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var k caseview.Case
	if err := n.Post(cmd.Context(), path, in, &k); err != nil {
		return err
	}
	return c.out.result(k, func(w io.Writer) { printCase(w, k) })
}

func printCase(w io.Writer, k caseview.Case) {
	fmt.Fprintf(w, "case %d, %s: %s (%s) with %s%s\n  id %s, owner %s\n", k.Number, k.State, k.What, k.Scenario, caseWith(k), caseDue(k), k.ID, k.Owner)
	if k.Next != "" {
		fmt.Fprintf(w, "  next (%s): %s%s\n", k.Turn, k.Next, byCommands(k.Commands()...))
	}
	if k.Note != "" {
		fmt.Fprintf(w, "  %s\n", k.Note)
	}
}

func printCaseDetail(w io.Writer, d caseview.Detail) {
	printCase(w, d.Case)
	for _, e := range d.Due.All {
		fmt.Fprintf(w, "  limit %s  %s (%s)\n", shortTime(e.At), e.Rule.Text, e.Rule.Source)
	}
	for _, i := range d.Things {
		about := strings.Join(nonEmpty(i.Path, i.Wrong, i.Claim), ", ")
		if i.Path == "" {
			about = strings.Join(nonEmpty(i.GTIN, i.Wrong, i.Claim), ", ")
		}
		fmt.Fprintf(w, "  item %s  %s: %s, %s\n", i.UUID, about, i.Resolution, i.State)
		if said := i.Said(); said != i.Claim {
			fmt.Fprintf(w, "    %s\n", strings.Join(nonEmpty(lotText(i.Lot, i.Expiry), said), "; "))
		}
		if text := strings.Join(nonEmpty(i.Offered, i.FollowUp, i.Comment, i.Doubt), "; "); text != "" {
			fmt.Fprintf(w, "    %s\n", text)
		}
	}
	for _, e := range d.Evidence {
		fmt.Fprintf(w, "  evidence %d  %s  %s: %s\n", e.N, shortTime(e.At), e.Kind, e.Text)
	}
	for _, m := range d.Messages {
		way := "from the partner"
		if m.Out {
			way = "to the partner"
		}
		fmt.Fprintf(w, "  message %s  %s  %s %s, %s %s\n", m.UUID, shortTime(m.At), m.Sort, way, m.State, m.Note)
	}
	for _, t := range d.Tasks {
		fmt.Fprintf(w, "  to do: %s\n", t)
	}
}

func caseOpenCommand(c *cli) *cobra.Command {
	in := map[string]any{}
	words := map[string]*string{}
	var partner int64
	var items []string
	var item caseview.Item
	cmd := &cobra.Command{
		Use: "open SCENARIO", Short: "Open a case", Args: cobra.ExactArgs(1),
		Long: `SCENARIO is a number such as 2.1A, or a category: data-issue, product-no-data,
data-no-product, packaging-labeling, unavailable. Name the packages with --item, or a
quantity with --gtin, --ordered and --received, or a wrong identifier with --wrong.`,
		Example: "  pedigree case open 2.1A --partner 1 --po PO-1 --item '(01)00399991123455(21)1001'\n  pedigree case open 1.1A --partner 1 --gtin 00399991123455 --ordered 100 --received 110",
		RunE: func(cmd *cobra.Command, args []string) error {
			in["scenario"], in["partner"] = args[0], partner
			if !strings.Contains(args[0], ".") {
				in["category"] = args[0]
				delete(in, "scenario")
			}
			for name, word := range words {
				if *word != "" {
					in[name] = *word
				}
			}
			list := []caseview.Item{}
			for _, text := range items {
				path, err := itemPath(text)
				if err != nil {
					return err
				}
				one := item
				one.Path = path
				list = append(list, one)
			}
			if len(list) == 0 {
				list = append(list, item)
			}
			in["items"] = list
			return c.postCase(cmd, casesPath, in)
		},
	}
	fl := cmd.Flags()
	fl.Int64Var(&partner, "partner", 0, "the partner, by its number in the address book")
	for _, f := range [][2]string{
		{"org", "the partner, by its id on the ledger"},
		{"site", "GLN of the own place; its days count"},
		{"po", "order number"},
		{"shipment", "id of the shipment on the ledger"},
		{"document", "number that the data's sender gave it"},
		{"key", "the same key opens the same case"},
	} {
		words[f[0]] = fl.String(f[0], "", f[1])
	}
	fl.StringArrayVar(&items, "item", nil, "a package, case or logistic unit, as scanned or typed; may be repeated")
	fl.StringVar(&item.GTIN, "gtin", "", "product")
	fl.StringVar(&item.Lot, "lot", "", "lot number on the product")
	fl.StringVar(&item.Expiry, "expiry", "", "expiry on the product, such as 2028-06-30")
	fl.StringVar(&item.Says.Lot, "data-lot", "", "lot number in the data")
	fl.StringVar(&item.Says.Expiry, "data-expiry", "", "expiry in the data")
	fl.StringVar(&item.Says.Serial, "data-serial", "", "serial number in the data")
	fl.IntVar(&item.Ordered, "ordered", 0, "how many were ordered, or the data has")
	fl.IntVar(&item.Received, "received", 0, "how many came")
	fl.StringVar(&item.Wrong, "wrong", "", "a wrong GLN or GTIN")
	fl.StringVar(&item.Right, "right", "", "what it should be")
	fl.StringVar(&item.Claim, "text", "", "what is wrong, in words")
	fl.StringVar(&item.Resolution, "request", "", "what is asked for (default: the scenario's): "+strings.Join(pdg.Resolutions, ", "))
	return cmd
}
