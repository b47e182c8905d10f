package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pedigree/proof"
)

func trustCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "trust", Short: "Write the trust file: the first validators, which an offline reader of proofs must know",
		Long:    "Give the file to readers by a way they trust, and let them compare its fingerprint.",
		Example: "  pedigree trust --home ./maker --out trust.json", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			t, err := c.trust("")
			if err != nil {
				return failWith(exitUsage, "name a node's home with --home", err)
			}
			raw, err := proof.EncodeTrust(t)
			if err != nil {
				return err
			}
			if err := writeNew(out, raw); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": out, "fingerprint": t.Fingerprint()}, func(w io.Writer) {
				fmt.Fprintf(w, "%s, fingerprint %s\n", out, t.Fingerprint())
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "trust.json", "file to write")
	return cmd
}
