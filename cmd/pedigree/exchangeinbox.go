package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/internal/exchange"
)

func inboxCommand(c *cli) *cobra.Command {
	var f mailFlags
	cmd := &cobra.Command{
		Use: "inbox", Short: "Deliveries that partners' nodes brought",
		Example: "  pedigree inbox list --state waiting\n  pedigree receive --inbox 7c1f0e...\n  pedigree inbox reject 7c1f0e... --reason 'nobody ordered it'",
	}
	list := &cobra.Command{
		Use: "list", Short: "List deliveries, the newest first", Args: cobra.NoArgs, Example: "  pedigree inbox list --state waiting",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.inbox(cmd, f.query()) },
	}
	f.add(list, "arrived, waiting, done, rejected, stuck")
	show := &cobra.Command{
		Use: "show ID", Short: "Show one delivery", Args: cobra.ExactArgs(1), Example: "  pedigree inbox show 7c1f0e...",
		RunE: func(cmd *cobra.Command, args []string) error { return c.inboxItem(cmd, args[0], "", nil) },
	}
	var out string
	save := &cobra.Command{
		Use: "save ID", Short: "Write what a partner sent to a file", Args: cobra.ExactArgs(1),
		Example: "  pedigree inbox save 7c1f0e...\n  pedigree inbox save 7c1f0e... --out pallet.shipment",
		RunE: func(cmd *cobra.Command, args []string) error {
			var m exchange.Came
			return c.saveContent(cmd, "/api/v1/inbox/"+url.PathEscape(args[0]), out, &m, func() (*exchange.Subject, string) { return m.Subject, m.Kind })
		},
	}
	save.Flags().StringVar(&out, "out", "", "file to write; a document has a name of its own")
	var note string
	done := &cobra.Command{
		Use: "done ID", Short: "Mark a document as dealt with, and tell its sender", Args: cobra.ExactArgs(1), Example: "  pedigree inbox done 7c1f0e... --note 'booked'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inboxItem(cmd, args[0], "/done", map[string]string{"note": note})
		},
	}
	done.Flags().StringVar(&note, "note", "", "for the record; its sender reads it")
	var reason string
	reject := &cobra.Command{
		Use: "reject ID", Short: "Refuse a delivery, and tell its sender why", Args: cobra.ExactArgs(1), Example: "  pedigree inbox reject 7c1f0e... --reason 'nobody ordered it'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inboxItem(cmd, args[0], "/reject", map[string]string{"reason": reason})
		},
	}
	reject.Flags().StringVar(&reason, "reason", "", "why, as the sender will read it (required)")
	_ = reject.MarkFlagRequired("reason")
	cmd.AddCommand(list, show, save, done, reject)
	return cmd
}

func (c *cli) inbox(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	list := []exchange.Came{}
	if err := n.Get(cmd.Context(), "/api/v1/inbox?"+q.Encode(), &list); err != nil {
		return err
	}
	return c.out.result(list, func(w io.Writer) {
		for _, m := range list {
			fmt.Fprintf(w, "%s  %s  %-9s %-16s from %s%s\n", m.ID, shortTime(m.Received), m.State, m.Kind, m.From, titled(m.Subject))
			if m.Verdict != "" || m.Reason != "" {
				fmt.Fprintf(w, "    %s: %s\n", m.Verdict, m.Reason)
			}
		}
	})
}

func (c *cli) inboxItem(cmd *cobra.Command, id, change string, body any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var m exchange.Came
	path := "/api/v1/inbox/" + url.PathEscape(id)
	if change == "" {
		err = n.Get(cmd.Context(), path, &m)
	} else {
		err = n.Post(cmd.Context(), path+change, body, &m)
	}
	if err != nil {
		return err
	}
	return c.out.result(m, func(w io.Writer) {
		fmt.Fprintf(w, "%s from %s: %s since %s, %d bytes\n", m.Kind, m.From, m.State, shortTime(m.Received), m.Size)
		if m.Verdict != "" || m.Reason != "" {
			fmt.Fprintf(w, "  %s: %s\n", m.Verdict, m.Reason)
		}
		printSubject(w, m.Subject)
		printCheck(w, "this node", m.Check)
	})
}
