package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/org/orgview"
)

func orgCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "org", Short: "Members of the network: look, act, vote",
		Example: "  pedigree org list\n  pedigree org act add-key add-key.json\n  pedigree org propose org admit newcomer.json\n  pedigree org approve 7c1f...",
	}
	cmd.AddCommand(orgListCommand(c), orgShowCommand(c), orgActCommand(c), orgProposeCommand(c), orgProposalsCommand(c), orgApproveCommand(c), orgAdmissionCommand(c))
	return cmd
}

func orgListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the members", Args: cobra.NoArgs,
		Example: "  pedigree org list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []orgview.Member
			if err := n.Get(cmd.Context(), "/api/v1/organisations", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, m := range list {
					fmt.Fprintf(w, "%-16s %-10s %-24s %s\n", m.ID, m.Standing, m.Roles, m.Name)
				}
			})
		},
	}
}

func orgShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show ORG", Short: "Show one member", Args: cobra.ExactArgs(1),
		Example: "  pedigree org show wholesaler",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var m orgview.Member
			if err := n.Get(cmd.Context(), "/api/v1/organisations/"+url.PathEscape(args[0]), &m); err != nil {
				return err
			}
			return c.out.result(m, func(w io.Writer) { printMember(w, m) })
		},
	}
}

func printMember(w io.Writer, m orgview.Member) {
	fmt.Fprintf(w, "%s: %s\n%s, %s, member since block %d\n", m.ID, m.Name, m.Standing, m.Roles, m.Admitted)
	for _, i := range m.Identifiers {
		fmt.Fprintf(w, "  %-8s %s\n", i.Kind, i.Value)
	}
	for _, p := range m.Prefixes {
		fmt.Fprintf(w, "  prefix   %s from block %d%s%s\n", p.Prefix, p.From, unlessZero(" to ", p.To), unlessEmpty(" of ", p.Owner))
	}
	for _, o := range m.Offers {
		fmt.Fprintf(w, "  offered  %s by %s; it may accept it with accept-delegation\n", o.Prefix, o.Owner)
	}
	for _, l := range m.Licences {
		fmt.Fprintf(w, "  licence  %s %s %s, %s to %s\n", l.Role, l.Place, l.Number, l.From, l.To)
	}
	for _, k := range m.Keys {
		fmt.Fprintf(w, "  key %-4d %s from block %d%s%s\n", k.ID, k.Key, k.From, unlessZero(" to ", k.To), unlessZero(", compromised from block ", k.Compromised))
	}
	if r := m.Recovery; r != nil {
		fmt.Fprintf(w, "  recovery under way since block %d: %s\n", r.Opened, r.Reason)
		fmt.Fprintf(w, "    key %s takes the place of all others%s\n", r.Key, unlessZero(", which are compromised from block ", r.Since))
		fmt.Fprintf(w, "    any member can finish it from %s; until then %s can veto it\n", r.Due.Format("2006-01-02 15:04 MST"), m.ID)
	}
}

func unlessEmpty(text, s string) string {
	if s == "" {
		return ""
	}
	return text + s
}

// unlessZero is a number with its text before it, or nothing for zero.
func unlessZero(text string, n uint64) string {
	if n == 0 {
		return ""
	}
	return text + strconv.FormatUint(n, 10)
}

// readMessage reads a message's JSON from a file, or from standard input for "-".
func readMessage(path string) (json.RawMessage, error) {
	read := func() ([]byte, error) { return os.ReadFile(path) }
	if path == "-" {
		read = func() ([]byte, error) { return io.ReadAll(os.Stdin) }
	}
	raw, err := read()
	if err != nil {
		return nil, failWith(exitUsage, "", fmt.Errorf("couldn't read the message: %w", err))
	}
	if !json.Valid(raw) {
		return nil, failWith(exitUsage, "docs/reference/organisations.md and network.md list every message's fields", fmt.Errorf("%s is not JSON", path))
	}
	return raw, nil
}

func orgActCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "act [MODULE/]KIND FILE", Short: "Send an act of this organisation, signed with its key", Args: cobra.ExactArgs(2),
		Example: "  pedigree org act set-identifiers identifiers.json\n  pedigree org act network/publish-peer - < node.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			message, err := readMessage(args[1])
			if err != nil {
				return err
			}
			module, kind, named := strings.Cut(args[0], "/")
			if !named {
				module, kind = "org", args[0]
			}
			return c.send(cmd, "/api/v1/organisations/acts/"+url.PathEscape(kind)+"?module="+url.QueryEscape(module), message, "done")
		},
	}
}

func orgProposeCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "propose MODULE KIND FILE", Short: "Put an act of the council before the members", Args: cobra.ExactArgs(3),
		Example: "  pedigree org propose org admit newcomer.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			message, err := readMessage(args[2])
			if err != nil {
				return err
			}
			return c.send(cmd, "/api/v1/proposals", map[string]any{"module": args[0], "kind": args[1], "message": message}, "proposed")
		},
	}
}

func orgApproveCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "approve PROPOSAL", Short: "Vote for a proposal; the vote that makes the quorum carries it out", Args: cobra.ExactArgs(1),
		Example: "  pedigree org approve 7c1f0e... # the proposal's id, as pedigree org proposals shows it",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.send(cmd, "/api/v1/organisations/acts/approve", map[string]string{"proposal": args[0]}, "approved")
		},
	}
}

func (c *cli) send(cmd *cobra.Command, path string, in any, done string) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var d orgview.Done
	if err := n.Post(cmd.Context(), path, in, &d); err != nil {
		return err
	}
	return c.out.result(d, func(w io.Writer) { fmt.Fprintf(w, "%s at block %d: %s\n", done, d.Height, d.ID) })
}

func orgProposalsCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "proposals", Short: "List the acts under vote", Args: cobra.NoArgs,
		Example: "  pedigree org proposals",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []orgview.Proposal
			if err := n.Get(cmd.Context(), "/api/v1/proposals", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, p := range list {
					fmt.Fprintf(w, "%s %s/%s by %s: %d of %d votes, until %s\n", p.ID, p.Module, p.Kind, p.By, p.Yes, p.Needed, p.Until.Format("2006-01-02 15:04 MST"))
				}
			})
		},
	}
}
