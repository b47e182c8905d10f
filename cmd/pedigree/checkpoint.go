package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pedigree/internal/api"
)

func checkpointCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint", Short: "Name a recent block, to read to somebody who joins the network", Args: cobra.NoArgs,
		Long: `Prints the height and the hash of the block before the last one. Read them to the
newcomer by a way on which you know each other, such as the telephone: who controls
the newcomer's connections could show it another network, but not with this block.`,
		Example: "  pedigree checkpoint --home ./maker",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var at api.Checkpoint
			if err := n.Get(cmd.Context(), "/api/v1/checkpoint", &at); err != nil {
				return err
			}
			return c.out.result(at, func(w io.Writer) { fmt.Fprintf(w, "%d:%s\n", at.Height, at.Hash) })
		},
	}
}
