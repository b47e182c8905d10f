package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
)

func makerCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "maker", Short: "Ask makers about packs, and note what they say"}
	cmd.AddCommand(makerAskCommand(c), makerReplyCommand(c), makerShowCommand(c))
	return cmd
}

func makerAskCommand(c *cli) *cobra.Command {
	purpose := ""
	cmd := &cobra.Command{
		Use: "ask ITEM...", Short: "Ask the makers of packs whether they made them", Args: cobra.MinimumNArgs(1),
		Long: `The question goes to the maker's node by itself, and so does its answer come back; pedigree scan
tells it from then on. Exit code 5: one of the makers can't be asked here.`,
		Example: "  pedigree maker ask --for saleable-return '(01)00399991123455(21)100000000001(17)280630(10)LOT-7A'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []traceview.Asked
			if err := n.Post(cmd.Context(), "/api/v1/verdicts/asks", map[string]any{"items": args, "purpose": purpose}, &list); err != nil {
				return err
			}
			if err := c.out.result(list, func(w io.Writer) { printAsked(w, list) }); err != nil {
				return err
			}
			for _, a := range list {
				if a.Refused != "" {
					return verdictExit(traceview.CannotTell)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&purpose, "for", "suspect", "why it is asked: saleable-return, suspect or dispense")
	return cmd
}

func printAsked(w io.Writer, list []traceview.Asked) {
	for _, a := range list {
		if a.Refused != "" {
			fmt.Fprintf(w, "%s: not asked: %s\n", a.Path, a.Refused)
			continue
		}
		fmt.Fprintf(w, "%s: %s was asked on %s; the answer is due by %s\n", a.Path, a.Maker, a.Asked.Format("2006-01-02 15:04 MST"), a.Due.Format("2006-01-02 15:04 MST"))
	}
}

func makerReplyCommand(c *cli) *cobra.Command {
	word, by := "", ""
	cmd := &cobra.Command{
		Use: "reply ITEM", Short: "Note what a maker said of a pack by telephone, portal or verification service", Args: cobra.ExactArgs(1),
		Example: "  pedigree maker reply '(01)00399991123455(21)100000000001' --answer no-match --by 'its portal, case 4711'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var r traceview.Reply
			if err := n.Post(cmd.Context(), "/api/v1/verdicts/replies", map[string]any{"item": args[0], "word": word, "by": by}, &r); err != nil {
				return err
			}
			return c.out.result(r, func(w io.Writer) {
				fmt.Fprintf(w, "%s: noted %s, said by %s\nNext: pedigree scan tells what follows.\n", r.Path, r.Word, r.By)
			})
		},
	}
	cmd.Flags().StringVar(&word, "answer", "", "match, no-match, no-match-lot, no-match-expiry or no-match-lot-expiry")
	cmd.Flags().StringVar(&by, "by", "", "who said it, and how")
	for _, name := range []string{"answer", "by"} {
		_ = cmd.MarkFlagRequired(name) // it is there
	}
	return cmd
}

func makerShowCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "show ITEM", Short: "Show what was asked of a pack's maker, and what it said", Args: cobra.ExactArgs(1),
		Example: "  pedigree maker show '(01)00399991123455(21)100000000001'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			var r traceview.Replies
			if err := n.Get(cmd.Context(), "/api/v1/verdicts/replies?id="+url.QueryEscape(args[0]), &r); err != nil {
				return err
			}
			return c.out.result(r, func(w io.Writer) { printReplies(w, r) })
		},
	}
}

func printReplies(w io.Writer, r traceview.Replies) {
	fmt.Fprintln(w, r.Path)
	if r.Asked == nil && len(r.Replies) == 0 {
		fmt.Fprintln(w, "  nobody was asked; pedigree maker ask asks its maker")
	}
	if a := r.Asked; a != nil {
		fmt.Fprintf(w, "  %s asked %s; due by %s\n", a.Asked.Format("2006-01-02 15:04"), a.Maker, a.Due.Format("2006-01-02 15:04"))
	}
	for _, reply := range r.Replies {
		fmt.Fprintf(w, "  %s %s: %s (%s)", reply.At.Format("2006-01-02 15:04"), reply.By, reply.Word, reply.Known)
		if len(reply.Against) > 0 {
			fmt.Fprintf(w, "; knows: %s", strings.Join(reply.Against, ", "))
		}
		fmt.Fprintln(w)
	}
}
