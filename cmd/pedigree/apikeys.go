package main

import (
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/auth"
)

func apikeysCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "apikeys", Short: "Keys with which machines use the node",
		Example: "  pedigree apikeys create --name 'line 4' --role serialization\n  pedigree apikeys list\n  pedigree apikeys revoke 5f1c0e9a7b3d2468",
	}
	cmd.AddCommand(apikeysCreateCommand(c), apikeysListCommand(c), apikeysRevokeCommand(c))
	return cmd
}

// createdKey is the answer to the making of a key.
type createdKey struct {
	Secret string      `json:"secret"`
	Key    auth.APIKey `json:"key"`
}

func apikeysCreateCommand(c *cli) *cobra.Command {
	var in struct {
		Name  string   `json:"name"`
		Roles []string `json:"roles"`
		Days  int      `json:"days,omitempty"`
	}
	cmd := &cobra.Command{
		Use: "create", Short: "Make an API key, which is shown this once", Args: cobra.NoArgs,
		Long:    "The key is sent as `Authorization: Bearer KEY`. The node keeps only its hash: what is lost is made anew.\nRoles with power over people, keys or the network are people's only.",
		Example: "  pedigree apikeys create --name 'line 4' --role serialization --expires 90",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var out createdKey
			if err := n.Post(cmd.Context(), "/api/v1/apikeys", in, &out); err != nil {
				return err
			}
			return c.out.result(out, func(w io.Writer) {
				fmt.Fprintln(w, out.Secret)
				c.out.say("key %s for %s, until %s; it is not shown again", out.Key.ID, out.Key.Name, out.Key.Until.Format(time.DateOnly))
			})
		},
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "what will use the key")
	cmd.Flags().StringSliceVar(&in.Roles, "role", nil, "a role it has; may be given several times")
	cmd.Flags().IntVar(&in.Days, "expires", 0, "days that it lives, 1 to 366 (default: 90)")
	_ = cmd.MarkFlagRequired("name") // fails for a flag that isn't there
	_ = cmd.MarkFlagRequired("role")
	return cmd
}

func apikeysListCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the API keys", Args: cobra.NoArgs,
		Example: "  pedigree apikeys list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []auth.APIKey
			if err := n.Get(cmd.Context(), "/api/v1/apikeys", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, k := range list {
					fmt.Fprintf(w, "%s %s... %-24s %v, %s\n", k.ID, k.Prefix, k.Name, k.Roles, keyState(k))
				}
			})
		},
	}
}

// keyState says in words whether a key works, and when it last did.
func keyState(k auth.APIKey) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked " + k.Revoked.Format(time.DateOnly)
	case k.Used.IsZero():
		return "until " + k.Until.Format(time.DateOnly) + ", never used"
	}
	return "until " + k.Until.Format(time.DateOnly) + ", last used " + k.Used.Format("2006-01-02 15:04 MST")
}

func apikeysRevokeCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "revoke KEY", Short: "Revoke an API key at once", Args: cobra.ExactArgs(1),
		Example: "  pedigree apikeys revoke 5f1c0e9a7b3d2468 # the key's id, as pedigree apikeys list shows it",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), "/api/v1/apikeys/"+url.PathEscape(args[0])); err != nil {
				return err
			}
			return c.out.result(map[string]string{"revoked": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s is revoked\n", args[0]) })
		},
	}
}
