package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
	"pedigree/internal/config"
)

func permitsCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "permits", Short: "Permits for backups and restores, which two persons give",
		Example: "  pedigree permits ask --to owner --days 366\n  pedigree permits ask --restore --days 366\n  pedigree permits list",
	}
	cmd.AddCommand(permitsAskCommand(c), permitsListCommand(c), permitsEndCommand(c))
	return cmd
}

func permitsAskCommand(c *cli) *cobra.Command {
	var terms auth.PermitTerms
	var restore bool
	cmd := &cobra.Command{
		Use: "ask", Short: "Ask that somebody may take backups, or that one is restored; a second person approves", Args: cobra.NoArgs,
		Example: "  pedigree permits ask --to 5f1c0e9a7b3d2468 --days 90\n  pedigree permits ask --restore --days 366",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if restore == (terms.Who != "") {
				return failWith(exitUsage, "give --to with who may take backups, or --restore", errors.New("a permit is for taking backups or for a restore"))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			terms.For = auth.PermitTake
			if restore {
				terms.For = auth.PermitRestore
			}
			var given auth.PermitTerms
			if err := n.Post(cmd.Context(), auth.PermitPath, terms, &given); err != nil {
				return err
			}
			return c.out.result(given, func(w io.Writer) { fmt.Fprintln(w, "permitted") })
		},
	}
	cmd.Flags().StringVar(&terms.Who, "to", "", "who may take backups: the id of a person or machine, or owner")
	cmd.Flags().BoolVar(&restore, "restore", false, "permit that the node is restored from a backup that was taken after this was approved")
	cmd.Flags().IntVar(&terms.Days, "days", 90, "for how many days from the approval, 1 to 366")
	return cmd
}

func permitsListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the permits for backups and for restoring them", Args: cobra.NoArgs,
		Example: "  pedigree permits list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.Permit
			if err := n.Get(cmd.Context(), auth.PermitPath, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, p := range list {
					state := "until " + p.Until.Format("2006-01-02 15:04 MST")
					if p.Ended {
						state = "ended"
					}
					fmt.Fprintf(w, "%s %s %s, asked by %s, approved by %s %s, %s\n", p.ID, p.Terms.For, p.Terms.Who, p.Asker, p.By, p.From.Format("2006-01-02 15:04 MST"), state)
				}
			})
		},
	}
}

func permitsEndCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "end ID", Short: "End a permit before its time", Args: cobra.ExactArgs(1),
		Example: "  pedigree permits end 5f1c0e9a7b3d2468",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), auth.PermitPath+"/"+url.PathEscape(args[0])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"ended": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s is ended\n", args[0]) })
		},
	}
}

// permitted refuses an act on the private store of a node that doesn't run, unless two
// persons gave a permit that stands in this very store, nobody could be the second, or
// the owner gives a reason to act alone. What came of it is in the audit trail.
func (h home) permitted(ctx context.Context, a *auth.Access, org, act, alone string) error {
	always, err := h.twoPersons()
	if err != nil {
		return err
	}
	needed, err := a.NeedsPermit(ctx, org, always)
	if err != nil || !needed {
		return err
	}
	owner, what := auth.OwnerOf(org), act+" of a backup, with the node's keys"
	if alone != "" {
		if err = a.BreakGlass(ctx, owner, auth.Backup, what, alone); err != nil {
			return failWith(exitUsage, "say in a line why nobody else can be asked", err)
		}
		return nil
	}
	p, err := a.PermitFor(ctx, owner, act)
	if err == nil {
		return a.Record(ctx, org, owner.ID, auth.ActPermit, what, "permitted by "+p.ID)
	}
	return failWith(exitRefused, "ask a second person for a permit with pedigree permits ask on the running node; in need, give a reason with --break-glass", err)
}

// twoPersons tells whether the configuration asks for a second person in any case.
func (h home) twoPersons() (bool, error) {
	raw, err := os.ReadFile(h.config())
	if err != nil {
		return false, fmt.Errorf("couldn't read the configuration: %w", err)
	}
	cfg, err := config.Parse(h.config(), raw, os.LookupEnv)
	return cfg.Access.TwoPerson, err
}
