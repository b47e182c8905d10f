package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
)

func leaveCommand(c *cli) *cobra.Command {
	var out, confirm string
	cmd := &cobra.Command{
		Use: "leave", Short: "Take everything along and end this organisation's membership, for good", Args: cobra.NoArgs,
		Long: `Takes a backup of the running node first: the ledger, the documents, the openings.
Then it sends this organisation's own removal: its keys are retired, its prefixes
released, its validator is taken out two blocks later, and the others disconnect its
node. The node goes on answering from what it has until it is stopped. There is no
way back under the same id. Keep the keys: old documents are opened with them.`,
		Example: "  pedigree leave --home ./maker --out maker-all.tar --confirm maker",
		RunE: func(cmd *cobra.Command, _ []string) error {
			own, err := readCard(c.homeDir().card())
			if err != nil {
				return failWith(exitUsage, "name the node's home with --home", err)
			}
			if confirm != own.Member.ID {
				return failWith(exitUsage, "give --confirm "+own.Member.ID+" if that is what you want", fmt.Errorf("nothing was done: leaving can't be undone"))
			}
			if _, err := c.node(); err != nil {
				return err
			}
			if err := c.backup(cmd.Context(), backupFlags{out: out}); err != nil {
				return err
			}
			return c.send(cmd, "/api/v1/organisations/acts/remove", org.Remove{Member: own.Member.ID}, "left")
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new file for the backup, or new folder when it ends with / (required)")
	cmd.Flags().StringVar(&confirm, "confirm", "", "the id of this organisation, so that nobody leaves by mistake (required)")
	for _, name := range []string{"out", "confirm"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}
