package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/tiview"
)

const findPath = "/api/v1/documents/find"

func tiFindCommand(c *cli) *cobra.Command {
	var out string
	words := map[string]*string{}
	cmd := &cobra.Command{
		Use: "find", Short: "Answer an inspector: search what came and what left, and print all of it at once", Args: cobra.NoArgs,
		Long: `All conditions must hold. What came, what left by partners' routes, and what came or
left with shipments on the ledger is searched alike. --print writes the answer: who
asked, what was searched and as of when, what it can't speak of, a table, and the
transaction information and statement of each document; as .csv the table alone.
Exit code 6: it finds more than one answer holds; the text says what to narrow.`,
		Example: "  pedigree ti find --ndc 99991-123-45 --lot LOT-7A --asked-by 'request 17' --print answer.pdf\n  pedigree ti find --number PO-2 --way out\n  pedigree ti find --from 2026-01-01 --to 2026-03-31 --print answer.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			for name, word := range words {
				if *word != "" {
					q.Set(strings.ReplaceAll(name, "-", "_"), *word)
				}
			}
			if out != "" {
				return c.tiAnswer(cmd.Context(), q, out)
			}
			return c.tiFind(cmd.Context(), q)
		},
	}
	for _, f := range [][2]string{
		{"partner", "organisation or GLN that it is from or to, or a GLN of seller or buyer"},
		{"state", "as with pedigree ti list"},
		{"gtin", "14 digits"},
		{"ndc", "National Drug Code, with hyphens or eleven digits"},
		{"lot", "lot number"},
		{"serial", "serial number, or the 18 digits of an SSCC"},
		{"item", "a package, case or logistic unit, as scanned or typed"},
		{"po", "order number"},
		{"number", "any number of the document: order, despatch advice, return, or its own"},
		{"from", "first day of shipment, such as 2026-01-31"},
		{"to", "last day of shipment"},
		{"way", "in, out or both (default: both)"},
		{"asked-by", "who asks, in words; it stands on the cover"},
	} {
		words[f[0]] = cmd.Flags().String(f[0], "", f[1])
	}
	cmd.Flags().StringVar(&out, "print", "", "file to write: .pdf, .html or .csv")
	return cmd
}

// tiAnswer writes the whole answer into a new file.
func (c *cli) tiAnswer(ctx context.Context, q url.Values, out string) error {
	form := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	if !slices.Contains([]string{"pdf", "html", "csv"}, form) {
		return failWith(exitUsage, "name the file .pdf, .html or .csv", fmt.Errorf("%s doesn't say in which form the answer is to be written", out))
	}
	if err := canWriteNew(out); err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	q.Set("form", form)
	in, err := n.Download(ctx, findPath+"/print?"+q.Encode())
	if err != nil {
		return err
	}
	size, sum, err := writeNewFrom(out, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": size, "sha256": sum}, func(w io.Writer) { fmt.Fprintf(w, "%s: %d bytes\n", out, size) })
}

// tiFind shows the table of an answer.
func (c *cli) tiFind(ctx context.Context, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var a tiview.Answer
	if err := n.Get(ctx, findPath+"?"+q.Encode(), &a); err != nil {
		return err
	}
	return c.out.result(a, func(w io.Writer) { printAnswer(w, a) })
}

func printAnswer(w io.Writer, a tiview.Answer) {
	for i := range a.Rows {
		r := &a.Rows[i]
		way := "from"
		if r.Sent {
			way = "to"
		}
		fmt.Fprintf(w, "%6d  %s  %-17s %12s %s %s%s\n", r.Number, shippedOn(r), strings.Join(nonEmpty(r.State.String(), r.Outcome), ", "), counted(r.Packages, "package", "packages"), way, from(r.Entry), linked(r.Entry))
		for _, t := range r.Transactions {
			fmt.Fprintf(w, "        %s to %s%s\n", partyName(t.Seller, t.SellerGLN), partyName(t.Buyer, t.BuyerGLN), orderAndAdvice(t))
		}
	}
	fmt.Fprintf(w, "%s, %d of them sent; as of %s\nnot covered:\n", counted(a.Documents, "document", "documents"), a.Sent, shortTime(a.At))
	for _, text := range a.NotCovered {
		fmt.Fprintf(w, "  %s\n", text)
	}
}

func shippedOn(r *tiview.AnswerRow) string {
	if r.Shipped.IsZero() {
		return "no shipment"
	}
	return r.Shipped.Format(time.DateOnly)
}

// partyName is a party by its name, or else by its GLN.
func partyName(name, gln string) string {
	if name != "" {
		return name
	}
	return gln
}

// orderAndAdvice are the numbers of a transaction.
func orderAndAdvice(t tiview.Transaction) string {
	text := ""
	if t.PO != "" {
		text += ", order " + t.PO
	}
	if t.DESADV != "" {
		text += ", despatch advice " + t.DESADV
	}
	return text
}
