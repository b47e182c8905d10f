package main

import (
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
	state, partner, before string
	limit                  int
}

func (f *mailFlags) add(cmd *cobra.Command, states string) {
	fl := cmd.Flags()
	fl.StringVar(&f.state, "state", "", "only those in this state: "+states)
	fl.StringVar(&f.partner, "partner", "", "only those of this organisation")
	fl.StringVar(&f.before, "before", "", "id of the last one of the page before")
	fl.IntVar(&f.limit, "limit", exchange.ListDefault, "rows of a page, 1 to 1000")
}

func (f *mailFlags) query() url.Values {
	q := url.Values{"limit": {strconv.Itoa(f.limit)}}
	for name, value := range map[string]string{"state": f.state, "partner": f.partner, "before": f.before} {
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
	cmd.AddCommand(list, show, retry, drop)
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
			fmt.Fprintf(w, "%s  %s  %-9s %-16s to %s\n", s.ID, shortTime(s.Created), s.State, s.Kind, s.To)
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
	if s.Answer != "" {
		fmt.Fprintf(w, "  %s says: %s %s\n", s.To, s.Answer, s.Note)
	}
}

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
	get := &cobra.Command{
		Use: "get ID --out FILE", Short: "Write what a partner sent to a file", Args: cobra.ExactArgs(1), Example: "  pedigree inbox get 7c1f0e... --out pallet.shipment",
		RunE: func(cmd *cobra.Command, args []string) error { return c.inboxContent(cmd, args[0], out) },
	}
	get.Flags().StringVar(&out, "out", "", "file to write (required)")
	_ = get.MarkFlagRequired("out")
	var reason string
	reject := &cobra.Command{
		Use: "reject ID", Short: "Refuse a delivery, and tell its sender why", Args: cobra.ExactArgs(1), Example: "  pedigree inbox reject 7c1f0e... --reason 'nobody ordered it'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inboxItem(cmd, args[0], "/reject", map[string]string{"reason": reason})
		},
	}
	reject.Flags().StringVar(&reason, "reason", "", "why, as the sender will read it (required)")
	_ = reject.MarkFlagRequired("reason")
	cmd.AddCommand(list, show, get, reject)
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
			fmt.Fprintf(w, "%s  %s  %-9s %-16s from %s\n", m.ID, shortTime(m.Received), m.State, m.Kind, m.From)
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
	})
}

func (c *cli) inboxContent(cmd *cobra.Command, id, out string) error {
	if err := canWriteNew(out); err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	content, err := n.File(cmd.Context(), "/api/v1/inbox/"+url.PathEscape(id)+"/content")
	if err != nil {
		return err
	}
	if err := writeNew(out, content); err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": len(content)}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, len(content)) })
}

func shortTime(t time.Time) string { return t.Format("2006-01-02 15:04") }
