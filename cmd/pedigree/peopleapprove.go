package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
)

func peopleInviteCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "invite PERSON", Short: "Make the link with which a person registers a passkey, once", Args: cobra.ExactArgs(1),
		Example: "  pedigree people invite 5f1c0e9a7b3d2468",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var out struct {
				Link  string    `json:"link"`
				Until time.Time `json:"until"`
			}
			if err := n.Post(cmd.Context(), "/api/v1/people/"+url.PathEscape(args[0])+"/invitation", struct{}{}, &out); err != nil {
				return err
			}
			return c.out.result(out, func(w io.Writer) {
				fmt.Fprintln(w, out.Link)
				c.out.say("it works once, until %s; give it to that person alone", out.Until.Format("2006-01-02 15:04 MST"))
			})
		},
	}
}

func peopleApprovalsCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "approvals", Short: "List the acts that wait for a second person, and those that were decided", Args: cobra.NoArgs,
		Example: "  pedigree people approvals",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.Pending
			if err := n.Get(cmd.Context(), "/api/v1/approvals", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, p := range list {
					fmt.Fprintf(w, "%s %s by %s: %s %s %s, %s\n", p.ID, p.Act, p.Name, p.Method, p.Path, p.Content, pendingState(p))
				}
			})
		},
	}
}

// pendingState says in words how far an act is.
func pendingState(p auth.Pending) string {
	if !p.Decided.IsZero() {
		return p.Outcome + " by " + p.By
	}
	return "waits until " + p.Until.Format("2006-01-02 15:04 MST")
}

func peopleApproveCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "approve ID", Short: "Approve an act as the second person; it is done at once", Args: cobra.ExactArgs(1),
		Long:    "Prints what is approved and does it. The one who asked for it can't approve it.",
		Example: "  pedigree people approve 5f1c0e9a7b3d2468 # the id, as pedigree people approvals shows it",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.Pending
			if err := n.Get(cmd.Context(), "/api/v1/approvals", &list); err != nil {
				return err
			}
			for _, p := range list {
				if p.ID != args[0] {
					continue
				}
				c.out.say("%s by %s: %s %s %s", p.Act, p.Name, p.Method, p.Path, p.Content)
				var answer []byte
				if err := n.Post(cmd.Context(), "/api/v1/approvals/"+p.ID, map[string]string{"hash": p.Hash}, &answer); err != nil {
					return err
				}
				if len(answer) == 0 {
					answer = []byte("{}")
				}
				return c.out.result(json.RawMessage(answer), func(w io.Writer) { fmt.Fprintf(w, "%s is done\n", p.Act) })
			}
			return failWith(exitNotFound, "pedigree people approvals lists them", fmt.Errorf("no act %s waits for a second person", args[0]))
		},
	}
}

func peopleRefuseCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "refuse ID", Short: "Refuse an act that waits for a second person, or take one's own back", Args: cobra.ExactArgs(1),
		Example: "  pedigree people refuse 5f1c0e9a7b3d2468",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), "/api/v1/approvals/"+url.PathEscape(args[0])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"refused": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s is refused\n", args[0]) })
		},
	}
}
