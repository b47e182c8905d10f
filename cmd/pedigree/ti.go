package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
	"pedigree/domain/trace/tiview"
	"pedigree/format/dscsa"
	"pedigree/ledger"
	"pedigree/proof"
)

// documentsOf are the transaction data of the organisation that a request is for.
func documentsOf(ctx context.Context) *tiview.Documents { return officeOf(ctx).desk.documents }

// ownGLNs reads an organisation's locations from the members' registry.
func ownGLNs(read func(func(ledger.State) error) error, id string) func(context.Context) ([]string, error) {
	return func(context.Context) ([]string, error) {
		var list []string
		err := read(func(s ledger.State) error {
			m, _ := org.Get(s, id)
			for _, i := range m.IDs {
				if i.Kind == proof.IdentGLN {
					list = append(list, i.Value)
				}
			}
			return nil
		})
		return list, err
	}
}

func tiCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ti", Short: "Transaction information and statements: take in, search, check and print partners' documents",
		Example: "  pedigree ti take asn.xml --partner wholesaler\n  pedigree ti list --lot LOT-7A\n  pedigree ti find --lot LOT-7A --print answer.pdf\n  pedigree ti print 17 --out answer.pdf",
	}
	cmd.AddCommand(tiListCommand(c), tiFindCommand(c), tiShowCommand(c), tiTakeCommand(c), tiCheckCommand(c), tiPrintCommand(c), tiSendCommand(c), tiGiveCommand(c))
	return cmd
}

func tiListCommand(c *cli) *cobra.Command {
	var before int64
	var limit int
	var sent bool
	words := map[string]*string{}
	cmd := &cobra.Command{
		Use: "list", Short: "Search documents, the newest first", Args: cobra.NoArgs,
		Long:    `All conditions must hold. A document that came twice is listed twice, as what it is.`,
		Example: "  pedigree ti list --state waiting-for-goods\n  pedigree ti list --ndc 99991-123-45 --from 2026-01-01 --to 2026-03-31\n  pedigree ti list --item '(01)00399991123455(21)1001'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
			if sent {
				return c.tiSent(cmd, q, words)
			}
			for name, word := range words {
				if *word != "" {
					q.Set(name, *word)
				}
			}
			return c.tiList(cmd, q)
		},
	}
	fl := cmd.Flags()
	for _, f := range [][2]string{
		{"partner", "organisation or GLN it is from, or a GLN of seller or buyer"},
		{"state", "arrived, checked, matched, waiting-for-goods, superseded, duplicate, refused or given"},
		{"gtin", "14 digits"},
		{"ndc", "National Drug Code, with hyphens or eleven digits"},
		{"lot", "lot number"},
		{"serial", "serial number, or the 18 digits of an SSCC"},
		{"item", "a package, case or logistic unit, as scanned or typed"},
		{"po", "order number"},
		{"from", "first day of shipment, such as 2026-01-31"},
		{"to", "last day of shipment"},
	} {
		words[f[0]] = fl.String(f[0], "", f[1])
	}
	fl.BoolVar(&sent, "sent", false, "those that were sent by partners' routes instead; of the conditions --partner counts alone")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", tiview.ListDefault, "rows of a page, 1 to 1000")
	return cmd
}

func (c *cli) tiList(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	list := []tiview.Entry{}
	if err := n.Get(cmd.Context(), "/api/v1/documents?"+q.Encode(), &list); err != nil {
		return err
	}
	return c.out.result(list, func(w io.Writer) {
		for _, e := range list {
			fmt.Fprintf(w, "%6d  %s  %-17s %12s from %s%s\n", e.Number, shortTime(e.Came), e.State, counted(e.Packages, "package", "packages"), from(e), linked(e))
		}
	})
}

// from is whom a document is from, as far as that is known.
func from(e tiview.Entry) string {
	switch {
	case e.Partner != "":
		return e.Partner
	case e.Seller != "":
		return e.Seller
	}
	return "somebody unnamed"
}

// linked says to which other documents one belongs.
func linked(e tiview.Entry) string {
	text := ""
	for _, l := range []struct {
		n    int64
		text string
	}{{e.SameAs, "the same as"}, {e.Replaces, "corrects"}, {e.ReplacedBy, "corrected by"}} {
		if l.n > 0 && e.State == tiview.Given && l.n == e.SameAs {
			text += fmt.Sprintf("; it is document %d now", l.n)
		} else if l.n > 0 {
			text += fmt.Sprintf("; %s %d", l.text, l.n)
		}
	}
	return text
}

func tiShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: "Show what a document says, and what was found in it", Args: cobra.ExactArgs(1), Example: "  pedigree ti show 17",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := documentNumber(args[0])
			if err != nil {
				return err
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var d tiview.Detail
			if err := n.Get(cmd.Context(), "/api/v1/documents/"+number, &d); err != nil {
				return err
			}
			return c.out.result(d, func(w io.Writer) { printDetail(w, d) })
		},
	}
}

func documentNumber(text string) (string, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err != nil || n < 1 {
		return "", failWith(exitUsage, "pedigree ti list shows the numbers", fmt.Errorf("%q is no number of a document", text))
	}
	return text, nil
}

func (c *cli) uploadDocument(cmd *cobra.Command, file, path string, q url.Values, into any) error {
	body, name, err := openInput(file)
	if err != nil {
		return err
	}
	defer body.Close()
	n, err := c.node()
	if err != nil {
		return err
	}
	q.Set("name", name)
	return n.Upload(cmd.Context(), path+"?"+q.Encode(), "application/octet-stream", body, into)
}

func tiCheckCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Check a document as its receiver will, with a remedy for each finding", Args: cobra.ExactArgs(1),
		Long: `Needs no node, and keeps nothing. Exit code 4: something holds up the goods or the
data; pedigree epcis check has the rules alone.`,
		Example: "  pedigree ti check asn.xml",
		RunE: func(cmd *cobra.Command, args []string) error {
			body, name, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer body.Close()
			check, err := dscsa.Check(body, dscsa.ReadOptions{File: name, Now: time.Now()})
			if err != nil {
				return err
			}
			if err := c.out.result(check, func(w io.Writer) { printTICheck(w, name, check) }); err != nil {
				return err
			}
			if check.Blocks != dscsa.BlocksNothing {
				return &quietExit{exitNo}
			}
			return nil
		},
	}
}

func printTICheck(w io.Writer, name string, check dscsa.Checked) {
	fmt.Fprintf(w, "%s: %s, %s, %s; holds up: %s\n", name, counted(check.Events, "event", "events"), counted(check.Shipments, "shipment", "shipments"),
		counted(check.Packages, "package", "packages"), check.Blocks)
	printFound(w, check.Found)
	if check.More > 0 {
		fmt.Fprintf(w, "  and %d more findings\n", check.More)
	}
}

func printFound(w io.Writer, list []dscsa.Found) {
	for _, f := range list {
		fmt.Fprintf(w, "  %s\n", f.Finding)
		fmt.Fprintf(w, "    %s: %s (holds up: %s)\n", f.Fix.Who, f.Fix.Do, f.Fix.Blocks)
	}
}

func tiPrintCommand(c *cli) *cobra.Command {
	var out, form string
	cmd := &cobra.Command{
		Use: "print NUMBER --out FILE", Short: "Write transaction information and statement of a document as a page or PDF", Args: cobra.ExactArgs(1),
		Long:    "Names every package, and marks those that are known by inference. The form is taken from the file's ending, unless --form says it.",
		Example: "  pedigree ti print 17 --out answer.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := documentNumber(args[0])
			if err != nil {
				return err
			}
			if form == "" {
				form = strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
			}
			return c.tiPrint(cmd, number, form, out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write (required)")
	cmd.Flags().StringVar(&form, "form", "", "html or pdf")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *cli) tiPrint(cmd *cobra.Command, number, form, out string) error {
	if form != "html" && form != "pdf" {
		return failWith(exitUsage, "", fmt.Errorf("a document is printed as html or pdf, not as %q; name the file so, or use --form", form))
	}
	if err := canWriteNew(out); err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	raw, err := n.File(cmd.Context(), "/api/v1/documents/"+number+"/print?form="+form)
	if err == nil {
		err = writeNew(out, raw)
	}
	if err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": len(raw)}, func(w io.Writer) { fmt.Fprintf(w, "%s: %d bytes\n", out, len(raw)) })
}

func printDetail(w io.Writer, d tiview.Detail) {
	fmt.Fprintf(w, "document %d: %s, %s, came %s from %s%s\n", d.Number, d.Name, d.State, shortTime(d.Came), from(d.Entry), linked(d.Entry))
	if d.Reason != "" {
		fmt.Fprintf(w, "  %s\n", d.Reason)
	}
	fmt.Fprintf(w, "  number %s, %s, %s, SHA-256 %s\n", d.Instance, d.Version, counted(d.Packages, "package", "packages"), d.SHA256)
	for _, s := range d.Shipments {
		fmt.Fprintf(w, "  %s sold by %s to %s, shipped %s, order %s\n", s.DESADV, s.Seller.Name, s.Buyer.Name, s.Shipped.Format(time.DateOnly), s.PO)
		if !s.Statement.Affirmed() {
			fmt.Fprintln(w, "    without an affirmed transaction statement")
		}
	}
	for _, l := range d.Lots {
		if l.Packages == 0 { // cases, whose packages are listed
			continue
		}
		fmt.Fprintf(w, "  %s lot %s, expiry %s: %s%s\n", l.GTIN, l.Lot, l.Expiry, counted(l.Packages, "package", "packages"), productName(l.Product))
	}
	printFound(w, d.Found)
	if d.Differences != nil {
		printComparison(w, d.Differences)
	}
}
