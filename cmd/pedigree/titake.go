package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/tiview"
	"pedigree/format/dscsa"
	"pedigree/format/pdg"
	"pedigree/internal/courier"
)

func tiTakeCommand(c *cli) *cobra.Command {
	var partner string
	cmd := &cobra.Command{
		Use: "take FILE", Short: "Take in a partner's document, or each of a zip archive: keep it, check it, and say what it is", Args: cobra.ExactArgs(1),
		Long: `Nothing happens to goods. The same document again is a duplicate; one with the
same number and other content corrects the one before. A zip archive or a gzip
file is unpacked, and each document in it taken by itself; the same archive again
has no second effect. A message about an exception goes to its case, or opens it
(pedigree case list). Exit code 4: a document can't be used, or something in one
holds the goods up.`,
		Example: "  pedigree ti take asn.xml --partner wholesaler\n  pedigree ti take july.zip --partner wholesaler",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.tiTake(cmd, args[0], partner)
		},
	}
	cmd.Flags().StringVar(&partner, "partner", "", "organisation or GLN it is from")
	return cmd
}

func (c *cli) tiTake(cmd *cobra.Command, file, partner string) error {
	var answer struct {
		tiview.Detail
		tiview.Unpacked
	}
	if err := c.uploadDocument(cmd, file, "/api/v1/documents", url.Values{"partner": {partner}}, &answer); err != nil {
		return err
	}
	d, packed := answer.Detail, answer.Unpacked
	var err error
	if packed.Packed != nil {
		err = c.out.result(packed, func(w io.Writer) { printPacked(w, packed.Packed) })
	} else {
		err = c.out.result(d, func(w io.Writer) { printDetail(w, d) })
	}
	bad := d.State == tiview.Refused ||
		slices.ContainsFunc(d.Found, func(f dscsa.Found) bool { return f.Fix.Blocks == dscsa.BlocksGoods }) ||
		slices.ContainsFunc(packed.Packed, func(p tiview.PackedDocument) bool { return p.Refused || p.Holds })
	if err == nil && bad {
		return &quietExit{exitNo}
	}
	return err
}

func tiGiveCommand(c *cli) *cobra.Command {
	var partner string
	cmd := &cobra.Command{
		Use: "give NUMBER --partner PARTNER", Short: "Take a document again as the partner's whose it is", Args: cobra.ExactArgs(1),
		Long: `For one that came by the wrong inlet, or of which nobody knew whose it is. It is
looked at anew, under a number of its own; the former entry stays, as given. Done
again it has no second effect. Exit code 6: goods were received with it.`,
		Example: "  pedigree ti give 17 --partner 0614141000012",
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
			if err := n.Post(cmd.Context(), "/api/v1/documents/"+number+"/give", map[string]string{"partner": partner}, &d); err != nil {
				return err
			}
			return c.out.result(d, func(w io.Writer) { printDetail(w, d) })
		},
	}
	cmd.Flags().StringVar(&partner, "partner", "", "organisation or GLN it is from (required)")
	_ = cmd.MarkFlagRequired("partner")
	return cmd
}

func printPacked(w io.Writer, list []tiview.PackedDocument) {
	for _, d := range list {
		fmt.Fprintln(w, receiptLine(d.Name, courier.Taken{Document: d.Document, Case: d.Case, State: d.State, Reason: d.Reason, Findings: d.Findings, Holds: d.Holds}))
	}
}

// archives has each document of an archive that somebody brought taken by itself.
func archives() tiview.Unpacker {
	return tiview.Unpacker{
		Packed: courier.Packed, Message: pdg.IsMessage, HeadBytes: max(courier.MagicBytes, messageHead),
		Take: func(ctx context.Context, a tiview.Arrival) ([]tiview.PackedDocument, error) {
			list, err := waysOf(ctx).Upload(ctx, a.Means, a.Partner, a.Name, a.Reader)
			out := make([]tiview.PackedDocument, len(list))
			for i, r := range list {
				out[i] = tiview.PackedDocument{
					Name: r.Name, Document: r.Document, Case: r.Case, State: r.State, Refused: r.Refused, Reason: r.Reason, Findings: r.Findings, Rules: r.Rules, Holds: r.Holds,
				}
			}
			return out, err
		},
	}
}
