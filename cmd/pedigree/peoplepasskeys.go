package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
)

func peoplePasskeysCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "passkeys PERSON", Short: "List a person's passkeys", Args: cobra.ExactArgs(1),
		Example: "  pedigree people passkeys 5f1c0e9a7b3d2468",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.Passkey
			if err := n.Get(cmd.Context(), "/api/v1/people/"+url.PathEscape(args[0])+"/passkeys", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, k := range list {
					state := "works"
					if !k.Blocked.IsZero() {
						state = "ended " + k.Blocked.Format("2006-01-02 15:04 MST")
					}
					fmt.Fprintf(w, "%s %q, registered %s, %s\n", k.ID, k.Name, k.Created.Format("2006-01-02 15:04 MST"), state)
				}
			})
		},
	}
}

func peopleEndPasskeyCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "end-passkey PERSON PASSKEY", Short: "End a person's passkey, such as that of a lost device; the person's sessions end with it", Args: cobra.ExactArgs(2),
		Example: "  pedigree people end-passkey 5f1c0e9a7b3d2468 9d0c...41 # ids as pedigree people passkeys shows them",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), "/api/v1/people/"+url.PathEscape(args[0])+"/passkeys/"+url.PathEscape(args[1])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"person": args[0], "ended": args[1]}, func(w io.Writer) { fmt.Fprintln(w, "the passkey does not sign in any more") })
		},
	}
}
