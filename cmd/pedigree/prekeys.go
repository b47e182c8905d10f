package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func receiveQuery(refuse []string, unproved, check bool) string {
	return url.Values{"refuse": refuse, "accept_unproved": {strconv.FormatBool(unproved)}, "check_only": {strconv.FormatBool(check)}}.Encode()
}

func prekeysCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "prekeys", Short: "One-time receiving keys: make them for a partner, take a partner's in",
		Example: "  pedigree prekeys issue --for maker --count 100 --out wholesaler.prekeys\n  pedigree prekeys import wholesaler.prekeys",
	}
	var partner, out string
	var count int
	issue := &cobra.Command{
		Use: "issue", Short: "Write a prekey file for a partner who will ship to us", Args: cobra.NoArgs,
		Example: "  pedigree prekeys issue --for maker --count 100 --out wholesaler.prekeys",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var file []byte
			if err := n.Post(cmd.Context(), "/api/v1/prekeys", map[string]any{"partner": partner, "count": count}, &file); err != nil {
				return err
			}
			if out == "" {
				out = "for-" + partner + ".prekeys"
			}
			if err := writeNew(out, file); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": out, "count": count}, func(w io.Writer) {
				fmt.Fprintf(w, "%s holds %d receiving keys; send it to %s\n", out, count, partner)
			})
		},
	}
	issue.Flags().StringVar(&partner, "for", "", "organisation that will ship to us (required)")
	issue.Flags().IntVar(&count, "count", 100, "pairs of keys; each serves one top-level item")
	issue.Flags().StringVar(&out, "out", "", "file to write")
	_ = issue.MarkFlagRequired("for")
	imported := &cobra.Command{
		Use: "import FILE", Short: "Take a partner's prekey file in", Args: cobra.ExactArgs(1),
		Example: "  pedigree prekeys import wholesaler.prekeys",
		RunE: func(cmd *cobra.Command, args []string) error {
			body, _, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer body.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			var r traceview.PrekeyReport
			if err := n.Upload(cmd.Context(), "/api/v1/prekeys/import", "application/octet-stream", body, &r); err != nil {
				return err
			}
			return c.out.result(r, func(w io.Writer) {
				fmt.Fprintf(w, "%d keys of %s taken in, %d left to use\n", r.Added, r.Partner, r.Left)
			})
		},
	}
	cmd.AddCommand(issue, imported)
	return cmd
}
