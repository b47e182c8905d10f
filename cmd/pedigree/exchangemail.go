package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/exchange"
)

// mailFlags choose rows of the outbox or inbox.
type mailFlags struct {
	state, partner, kind, before string
	limit                        int
}

func (f *mailFlags) add(cmd *cobra.Command, states string) {
	fl := cmd.Flags()
	fl.StringVar(&f.state, "state", "", "only those in this state: "+states)
	fl.StringVar(&f.partner, "partner", "", "only those of this organisation")
	fl.StringVar(&f.kind, "kind", "", "only those of this kind, such as document, epcis, shipment or prekeys")
	fl.StringVar(&f.before, "before", "", "id of the last one of the page before")
	fl.IntVar(&f.limit, "limit", exchange.ListDefault, "rows of a page, 1 to 1000")
}

func (f *mailFlags) query() url.Values {
	q := url.Values{"limit": {strconv.Itoa(f.limit)}}
	for name, value := range map[string]string{"state": f.state, "partner": f.partner, "kind": f.kind, "before": f.before} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func outboxCommand(c *cli) *cobra.Command {
	var f mailFlags
	cmd := &cobra.Command{
		Use: "outbox", Short: "Deliveries to partners' nodes: what waits, what arrived, what nobody could deliver",
		Example: "  pedigree outbox list --state dead\n  pedigree outbox retry 7c1f0e...\n  pedigree outbox drop 7c1f0e... --reason 'sent on paper'",
	}
	list := &cobra.Command{
		Use: "list", Short: "List deliveries, the newest first", Args: cobra.NoArgs, Example: "  pedigree outbox list --state dead",
		RunE: func(cmd *cobra.Command, _ []string) error { return c.outbox(cmd, f.query()) },
	}
	f.add(list, "held, sending, delivered, dead, dropped")
	show := &cobra.Command{
		Use: "show ID", Short: "Show one delivery, with the receiver's signed word", Args: cobra.ExactArgs(1), Example: "  pedigree outbox show 7c1f0e...",
		RunE: func(cmd *cobra.Command, args []string) error { return c.outboxItem(cmd, args[0], "", nil) },
	}
	retry := &cobra.Command{
		Use: "retry ID", Short: "Send a delivery again: one that was given up, or that the receiver lost after it signed", Args: cobra.ExactArgs(1),
		Example: "  pedigree outbox retry 7c1f0e...",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.outboxItem(cmd, args[0], "/retry", nil) },
	}
	var reason string
	drop := &cobra.Command{
		Use: "drop ID", Short: "Give a delivery up; its row stays with the reason", Args: cobra.ExactArgs(1), Example: "  pedigree outbox drop 7c1f0e... --reason 'sent on paper'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.outboxItem(cmd, args[0], "/drop", map[string]string{"reason": reason})
		},
	}
	drop.Flags().StringVar(&reason, "reason", "", "why, for the record (required)")
	_ = drop.MarkFlagRequired("reason")
	var file string
	export := &cobra.Command{
		Use: "export ID --out FILE", Short: "Write what a delivery carries to a file, to be sent another way", Args: cobra.ExactArgs(1), Example: "  pedigree outbox export 7c1f0e... --out invoice.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			var s exchange.Sent
			return c.saveContent(cmd, "/api/v1/outbox/"+url.PathEscape(args[0]), file, &s, func() (*exchange.Subject, string) { return s.Subject, "" })
		},
	}
	export.Flags().StringVar(&file, "out", "", "file to write (required)")
	_ = export.MarkFlagRequired("out")
	cmd.AddCommand(list, show, retry, drop, export)
	return cmd
}

func (c *cli) outbox(cmd *cobra.Command, q url.Values) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	list := []exchange.Sent{}
	if err := n.Get(cmd.Context(), "/api/v1/outbox?"+q.Encode(), &list); err != nil {
		return err
	}
	return c.out.result(list, func(w io.Writer) {
		for _, s := range list {
			fmt.Fprintf(w, "%s  %s  %-9s %-16s to %s%s\n", s.ID, shortTime(s.Created), s.State, s.Kind, s.To, titled(s.Subject))
			if s.Check != nil || s.Answer != "" {
				fmt.Fprintf(w, "    %s says: %s\n", s.To, cmp.Or(s.Answer, saying(s.Check)))
			}
			if s.Reason != "" {
				fmt.Fprintf(w, "    %s\n", s.Reason)
			}
		}
	})
}

// outboxItem shows one delivery, after a change to it if one is asked for.
func (c *cli) outboxItem(cmd *cobra.Command, id, change string, body any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var s exchange.Sent
	path := "/api/v1/outbox/" + url.PathEscape(id)
	if change == "" {
		err = n.Get(cmd.Context(), path, &s)
	} else {
		err = n.Post(cmd.Context(), path+change, body, &s)
	}
	if err != nil {
		return err
	}
	return c.out.result(s, func(w io.Writer) { printSent(w, s) })
}

func printSent(w io.Writer, s exchange.Sent) {
	fmt.Fprintf(w, "%s to %s: %s since %s, %s\n", s.Kind, s.To, s.State, shortTime(s.Created), counted(s.Attempts, "failed attempt", "failed attempts"))
	if s.Reason != "" {
		fmt.Fprintf(w, "  %s\n", s.Reason)
	}
	if s.State == "sending" && !s.Next.IsZero() {
		fmt.Fprintf(w, "  tried again at %s\n", shortTime(s.Next))
	}
	if d := s.Delivered; d != nil {
		fmt.Fprintf(w, "  signed for by %s (key %d) at %s: %d bytes, SHA-256 %s\n", s.To, d.KeyID, shortTime(d.At), d.Size, d.Hash)
	}
	printSubject(w, s.Subject)
	printCheck(w, s.To+"'s node", s.Check)
	if s.Answer != "" {
		fmt.Fprintf(w, "  %s says: %s %s\n", s.To, s.Answer, s.Note)
		if !s.Answered.IsZero() {
			fmt.Fprintf(w, "  answered at %s\n", shortTime(s.Answered))
		}
	}
}

func shortTime(t time.Time) string { return t.Format("2006-01-02 15:04") }
