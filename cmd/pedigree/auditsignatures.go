package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
)

func auditSignaturesCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "signatures", Short: "Print the electronic signatures, each checked again", Args: cobra.NoArgs,
		Long:    "Each signature is shown with its printed name, time, meaning and record. Exit code 4 when one is not right.",
		Example: "  pedigree audit signatures",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.Signature
			if err := n.Get(cmd.Context(), "/api/v1/signatures", &list); err != nil {
				return err
			}
			wrong := false
			for _, s := range list {
				wrong = wrong || s.Check != "right"
			}
			err = c.out.result(list, func(w io.Writer) {
				for _, s := range list {
					fmt.Fprintf(w, "%s %s, %s: %s of %s (%s), by %s, record %s: %s\n", s.ID, s.Record.Name, s.At.Format("2006-01-02 15:04:05 MST"), s.Record.Meaning, s.Record.Object, s.Record.Act, s.Method, s.Hash, s.Check)
				}
			})
			if err == nil && wrong {
				return &quietExit{exitNo}
			}
			return err
		},
	}
}
