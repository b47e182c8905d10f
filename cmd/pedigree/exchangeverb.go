package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func exchangeCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "exchange", Short: "This organisation's mailbox: where and under which keys partners' nodes bring deliveries",
		Example: "  pedigree exchange publish --address exchange.example.org:8490\n  pedigree exchange rotate",
	}
	show := &cobra.Command{
		Use: "show", Short: "Compare the mailbox on the ledger with this node", Args: cobra.NoArgs, Example: "  pedigree exchange show",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.mailbox(cmd, nil) },
	}
	var address string
	publish := &cobra.Command{
		Use: "publish", Short: "Put the mailbox on the ledger, or move it to another address", Args: cobra.NoArgs,
		Long:    "Partners find the address and the keys there. Set exchange.listen in pedigree.yaml first.",
		Example: "  pedigree exchange publish --address exchange.example.org:8490",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.mailbox(cmd, func(post func(string, any) error) error {
				return post("", map[string]string{"address": address})
			})
		},
	}
	publish.Flags().StringVar(&address, "address", "", "host:port as partners see it (default: exchange.advertise, else exchange.listen)")
	rotate := &cobra.Command{
		Use: "rotate", Short: "Give the mailbox a new sealing key; the former one opens what is under way for 30 days", Args: cobra.NoArgs,
		Example: "  pedigree exchange rotate",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.mailbox(cmd, func(post func(string, any) error) error { return post("/rotate", nil) })
		},
	}
	cmd.AddCommand(show, publish, rotate)
	return cmd
}

// mailbox shows the mailbox, after a change to it if one is asked for.
func (c *cli) mailbox(cmd *cobra.Command, change func(post func(path string, body any) error) error) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var v mailboxView
	if change == nil {
		err = n.Get(cmd.Context(), "/api/v1/mailbox", &v)
	} else {
		err = change(func(path string, body any) error { return n.Post(cmd.Context(), "/api/v1/mailbox"+path, body, &v) })
	}
	if err != nil {
		return err
	}
	return c.out.result(v, func(w io.Writer) { printMailbox(w, v) })
}

func printMailbox(w io.Writer, v mailboxView) {
	switch {
	case !v.Published:
		fmt.Fprintf(w, "%s has no mailbox on the ledger; pedigree exchange publish opens one\n", v.Org)
	case v.Matches:
		fmt.Fprintf(w, "%s takes deliveries at %s\n", v.Org, v.Address)
	default:
		fmt.Fprintf(w, "the mailbox of %s on the ledger, at %s, is not this node's: its keys are others; pedigree exchange publish and rotate put this node's there\n", v.Org, v.Address)
	}
	if v.Listening != "" {
		fmt.Fprintf(w, "  this node listens on %s\n", v.Listening)
	}
	for _, k := range v.SealKeys {
		state := "open"
		switch {
		case k.Gone:
			state = "destroyed"
		case !k.Closed.IsZero():
			state = "closed " + shortTime(k.Closed)
		}
		fmt.Fprintf(w, "  sealing key %s, made %s: %s\n", k.Hash.String()[:16], shortTime(k.Made), state)
	}
}
