package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

func statusCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "What the node knows of the ledger", Args: cobra.NoArgs,
		Example: "  pedigree status --home ./maker --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			s, err := n.Status(cmd.Context())
			if err != nil {
				return err
			}
			return c.out.result(s, func(w io.Writer) {
				fmt.Fprintf(w, "%s on %s: height %d of %s, %d peers\n", s.Org, s.Chain, s.Height, s.BlockTime.Format(time.RFC3339), s.Peers)
				if s.Drill {
					fmt.Fprintln(w, "a drill: this network is for practice")
				}
				if s.Misbehaved > 0 {
					fmt.Fprintf(w, "%d times a validator was proven to have broken the rules of consensus: the log names it\n", s.Misbehaved)
				}
			})
		},
	}
}

func receiptCommand(c *cli) *cobra.Command {
	var out string
	var witnessed bool
	cmd := &cobra.Command{
		Use: "receipt ENTRY", Short: "Write the receipt of an entry, which anybody can verify offline", Args: cobra.ExactArgs(1),
		Example: "  pedigree receipt 3f0c... --out ship.receipt.pedigree\n  pedigree verify ship.receipt.pedigree --trust trust.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			raw, err := n.File(cmd.Context(), "/api/v1/entries/"+args[0]+"/receipt")
			if err != nil {
				return err
			}
			if out == "" {
				out = args[0][:min(16, len(args[0]))] + ".receipt.pedigree"
			}
			if witnessed {
				return c.attach(cmd.Context(), raw, out)
			}
			if err := writeNew(out, raw); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": out, "bytes": len(raw)}, func(w io.Writer) {
				fmt.Fprintf(w, "%s (%d bytes)\n", out, len(raw))
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: named after the entry)")
	cmd.Flags().BoolVar(&witnessed, "witnessed", false, "with the newest checkpoint that witnesses cosigned")
	return cmd
}
