package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/format/dscsa"
	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

const parcelsPath = "/api/v1/parcels"

func tiSendCommand(c *cli) *cobra.Command {
	var to string
	var how Sending
	cmd := &cobra.Command{
		Use: "send SHIPMENT|FILE", Short: "Send a shipment's document, or a file, to a partner by its route", Args: cobra.ExactArgs(1),
		Long: `The route for ti of the address book says how: to the partner's node, an HTTPS
address, a capture interface, an SFTP server, a folder, or by hand; and in which
format. A document in another one is converted, and what that loses is named.
SHIPMENT is the id that pedigree shipments shows. The document is checked as its
receiver will check it; --check-only shows what it would find and sends nothing.
The same document to the same partner by the same route is sent once.`,
		Example: "  pedigree ti send asn.xml --to 0614141000012 --check-only\n  pedigree ti send asn.xml --to 0614141000012\n  pedigree ti list --sent",
		RunE: func(cmd *cobra.Command, args []string) error {
			var out posted
			if id, err := proof.ParseHash(args[0]); err == nil {
				n, err := c.node()
				if err != nil {
					return err
				}
				if err := n.Post(cmd.Context(), "/api/v1/shipments/"+id.String()+"/document", map[string]any{"partner": to, "anyway": how.Anyway, "check_only": how.CheckOnly}, &out); err != nil {
					return err
				}
			} else {
				if to == "" {
					return failWith(exitUsage, "name the partner with --to", errors.New("a file says not to whom it goes"))
				}
				if err := c.uploadDocument(cmd, args[0], parcelsPath, url.Values{
					"partner": {to}, "anyway": {strconv.FormatBool(how.Anyway)}, "check_only": {strconv.FormatBool(how.CheckOnly)},
				}, &out); err != nil {
					return err
				}
			}
			return c.sent(out, how)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "organisation, GLN, or number in the address book; of a shipment, whom it is shipped to")
	cmd.Flags().BoolVar(&how.CheckOnly, "check-only", false, "show what its receiver would find in the format of the route, and what that format can't hold; send nothing")
	cmd.Flags().BoolVar(&how.Anyway, "anyway", false, "send it with findings that hold up the goods or the data at the receiver")
	return cmd
}

// sent prints what became of a document, and what its receiver would find in it.
func (c *cli) sent(out posted, how Sending) error {
	err := c.out.result(out, func(w io.Writer) {
		if out.Known {
			fmt.Fprintln(w, "this document was sent there before; this is what became of it")
		}
		if !how.CheckOnly {
			printParcel(w, out.Parcel)
		}
		printOutgoing(w, out.Check, how.CheckOnly)
	})
	if err == nil && how.CheckOnly && out.Check.Blocks != dscsa.BlocksNothing {
		return &quietExit{exitNo}
	}
	return err
}

// printOutgoing shows a document as it leaves: losses always, findings where all are
// asked for.
func printOutgoing(w io.Writer, o outgoing, all bool) {
	check := o.Checked
	if o.Converted != nil {
		check = o.Converted.Checked
		fmt.Fprintf(w, "  written as %s, from %s: %s\n", o.Format, o.Checked.Version, counted(o.Converted.Losses, "loss", "losses"))
		for _, l := range o.Converted.Lost {
			fmt.Fprintf(w, "  loss: %s (holds up: %s)\n", l.Loss, l.Blocks)
		}
	}
	if !all {
		return
	}
	fmt.Fprintf(w, "to %d by %s as %s: %s, %s, %s; holds up: %s\n", o.Partner, o.Way, o.Format, counted(check.Events, "event", "events"),
		counted(check.Shipments, "shipment", "shipments"), counted(check.Packages, "package", "packages"), o.Blocks)
	printFound(w, check.Found)
}

// tiSent lists what was sent.
func (c *cli) tiSent(cmd *cobra.Command, q url.Values, words map[string]*string) error {
	for name, word := range words {
		if *word == "" {
			continue
		}
		if name != "partner" {
			return failWith(exitUsage, "leave it out, or use pedigree parcels list --state", fmt.Errorf("--%s doesn't count with --sent", name))
		}
		q.Set(name, *word)
	}
	return c.parcels(cmd, q)
}

func parcelsCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "parcels", Short: "Documents on their way to partners by their routes: what waits, what arrived, what failed",
		Example: "  pedigree parcels list --state failed\n  pedigree parcels retry 7\n  pedigree parcels drop 7 --reason 'sent on paper'",
	}
	var state, partner string
	var before int64
	var limit int
	list := &cobra.Command{
		Use: "list", Short: "List parcels, the newest first", Args: cobra.NoArgs, Example: "  pedigree parcels list --state failed",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {strconv.FormatInt(before, 10)}}
			for name, word := range map[string]string{"state": state, "partner": partner} {
				if word != "" {
					q.Set(name, word)
				}
			}
			return c.parcels(cmd, q)
		},
	}
	fl := list.Flags()
	fl.StringVar(&state, "state", "", "only those in this state: queued, sent, acknowledged, failed, dropped")
	fl.StringVar(&partner, "partner", "", "only those to this organisation, or number in the address book")
	fl.Int64Var(&before, "before", 0, "number of the last one of the page before")
	fl.IntVar(&limit, "limit", courier.ListDefault, "rows of a page, 1 to 1000")
	show := &cobra.Command{
		Use: "show NUMBER", Short: "Show one parcel", Args: cobra.ExactArgs(1), Example: "  pedigree parcels show 7",
		RunE: func(cmd *cobra.Command, args []string) error { return c.parcel(cmd, args[0], "", nil) },
	}
	retry := &cobra.Command{
		Use: "retry NUMBER", Short: "Send a parcel again, now", Args: cobra.ExactArgs(1), Example: "  pedigree parcels retry 7",
		RunE: func(cmd *cobra.Command, args []string) error { return c.parcel(cmd, args[0], "/retry", nil) },
	}
	cmd.AddCommand(list, show, retry, c.parcelWithReason("drop", "Give a parcel up; its row stays with the reason", "  pedigree parcels drop 7 --reason 'sent on paper'"),
		c.parcelWithReason("done", "Note that the partner has a parcel: one that was carried, or acknowledged by telephone", "  pedigree parcels done 7 --reason 'handed to the driver'"), parcelsExportCommand(c))
	return cmd
}

func (c *cli) parcelWithReason(verb, short, example string) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: verb + " NUMBER", Short: short, Args: cobra.ExactArgs(1), Example: example,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.parcel(cmd, args[0], "/"+verb, map[string]string{"reason": reason})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "for the record (required)")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func parcelsExportCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export NUMBER", Short: "Write a parcel's document to a new file, to be carried", Args: cobra.ExactArgs(1), Example: "  pedigree parcels export 7 --out asn.xml",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := parcelNumber(args[0])
			if err != nil {
				return err
			}
			var p courier.Parcel
			return c.saveContent(cmd, parcelsPath+"/"+number, out, &p, func() (*exchange.Subject, string) {
				sum, err := proof.ParseHash(p.SHA256)
				if err != nil {
					return nil, "parcel"
				}
				return &exchange.Subject{Name: p.Name, Size: p.Size, Hash: sum}, "parcel"
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: the document's name)")
	return cmd
}

func parcelNumber(text string) (string, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err != nil || n < 1 {
		return "", failWith(exitUsage, "pedigree parcels list shows the numbers", fmt.Errorf("%q is no number of a parcel", text))
	}
	return text, nil
}

func (c *cli) parcels(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	list := []courier.Parcel{}
	if err := n.Get(cmd.Context(), parcelsPath+"?"+q.Encode(), &list); err != nil {
		return err
	}
	return c.out.result(list, func(w io.Writer) {
		for _, p := range list {
			printParcel(w, p)
		}
	})
}

func (c *cli) parcel(cmd *cobra.Command, number, change string, body any) error {
	number, err := parcelNumber(number)
	if err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	var p courier.Parcel
	if change == "" {
		err = n.Get(cmd.Context(), parcelsPath+"/"+number, &p)
	} else {
		err = n.Post(cmd.Context(), parcelsPath+"/"+number+change, body, &p)
	}
	if err != nil {
		return err
	}
	return c.out.result(p, func(w io.Writer) { printParcel(w, p) })
}

func printParcel(w io.Writer, p courier.Parcel) {
	fmt.Fprintf(w, "%6d  %s  %-12s to %s by %s  %q\n", p.Number, shortTime(p.Created), p.State, p.Partner, p.Way, p.Name)
	if p.Address != "" {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("    %s  %s", p.Address, p.Format), " "))
	}
	if p.Reason != "" {
		fmt.Fprintf(w, "    %s\n", p.Reason)
	}
	if !p.Next.IsZero() && p.Tries > 0 {
		fmt.Fprintf(w, "    %s, tried again at %s\n", counted(p.Tries, "failed attempt", "failed attempts"), shortTime(p.Next))
	}
	if p.Way == courier.WayHand && p.State == "queued" {
		fmt.Fprintf(w, "    next: pedigree parcels export %d, carry it, then pedigree parcels done %d\n", p.Number, p.Number)
	}
}
