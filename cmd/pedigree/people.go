package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
)

func peopleCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "people", Short: "People who use the node, and what they may do",
		Example: "  pedigree people add 'Pat Example'\n  pedigree people grant 5f1c0e9a7b3d2468 pharmacist\n  pedigree people list",
	}
	cmd.AddCommand(peopleListCommand(c), peopleAddCommand(c), peopleRoleCommand(c, true), peopleRoleCommand(c, false), peopleRemoveCommand(c),
		peopleInviteCommand(c), peoplePasskeysCommand(c), peopleEndPasskeyCommand(c), peopleApprovalsCommand(c), peopleApproveCommand(c), peopleRefuseCommand(c))
	return cmd
}

func peopleListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the people", Args: cobra.NoArgs,
		Example: "  pedigree people list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.User
			if err := n.Get(cmd.Context(), "/api/v1/people", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, u := range list {
					state := fmt.Sprintf("%d passkeys", u.Passkeys)
					if !u.Removed.IsZero() {
						state = "removed"
					}
					fmt.Fprintf(w, "%s %-24s %v, %s\n", u.ID, u.Name, u.Roles, state)
				}
			})
		},
	}
}

func peopleAddCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "add NAME", Short: "Enter a person, who can do nothing yet", Args: cobra.ExactArgs(1),
		Example: "  pedigree people add 'Pat Example'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var u auth.User
			if err := n.Post(cmd.Context(), "/api/v1/people", map[string]string{"name": args[0]}, &u); err != nil {
				return err
			}
			return c.out.result(u, func(w io.Writer) { fmt.Fprintln(w, u.ID) })
		},
	}
}

func peopleRoleCommand(c *cli, give bool) *cobra.Command {
	word, short, done := "grant", "Give a role to a person", "is given"
	if !give {
		word, short, done = "withdraw", "Take a role from a person", "is taken"
	}
	return &cobra.Command{
		Use: word + " PERSON ROLE", Short: short, Args: cobra.ExactArgs(2),
		Example: "  pedigree people " + word + " 5f1c0e9a7b3d2468 pharmacist",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			path := "/api/v1/people/" + url.PathEscape(args[0]) + "/roles/" + url.PathEscape(args[1])
			call := n.Delete
			if give {
				call = n.Put
			}
			if err := call(cmd.Context(), path); err != nil {
				return err
			}
			return c.out.result(map[string]string{"person": args[0], "role": args[1], "done": done}, func(w io.Writer) { fmt.Fprintf(w, "%s %s\n", args[1], done) })
		},
	}
}

func peopleRemoveCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "remove PERSON", Short: "Remove a person: sessions, roles and passkeys end at once", Args: cobra.ExactArgs(1),
		Example: "  pedigree people remove 5f1c0e9a7b3d2468",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), "/api/v1/people/"+url.PathEscape(args[0])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"removed": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s is removed\n", args[0]) })
		},
	}
}
