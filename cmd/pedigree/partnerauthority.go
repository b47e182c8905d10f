package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/partnerview"
	"pedigree/format/register"
)

func partnerLoadCommand(c *cli) *cobra.Command {
	var asOf string
	var async bool
	cmd := &cobra.Command{
		Use: "load MAPPING FILE", Short: "Load a licence list: MAPPING says what its columns mean", Args: cobra.ExactArgs(2),
		Long: `MAPPING is a JSON file that docs/operate/lists.md describes. A file whose columns
are not those of the mapping is refused. The same file is loaded once. The list counts
when all of it is loaded; interrupted, nothing of it does, and the same file again goes on.`,
		Example: "  pedigree partner load board-us-il.json licences.csv --as-of 2026-03-05",
		RunE: func(cmd *cobra.Command, args []string) error {
			mapping, err := readMessage(args[0])
			if err != nil {
				return err
			}
			file, _, err := openInput(args[1])
			if err != nil {
				return err
			}
			defer file.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			var m register.Mapping
			if err := n.Post(cmd.Context(), partnersPath+"/mappings", json.RawMessage(mapping), &m); err != nil {
				return err
			}
			const loads = partnersPath + "/lists/loads"
			var l partnerview.Loading
			q := url.Values{"source": {m.Source}, "as_of": {asOf}}
			if err := n.Upload(cmd.Context(), loads+"?"+q.Encode(), "application/octet-stream", file, &l); err != nil {
				return err
			}
			if async && l.State == "running" {
				return c.listBegun(l, l.Job)
			}
			l, err = listLoaded(cmd.Context(), c, n, loads, l, func(l partnerview.Loading) listState {
				return listState{l.Job, l.State, l.Error, l.Done, l.Of}
			})
			if err != nil {
				return err
			}
			return c.out.result(l.List, func(w io.Writer) { printList(w, l.List) })
		},
	}
	cmd.Flags().BoolVar(&async, "async", false, "don't wait until it is done")
	cmd.Flags().StringVar(&asOf, "as-of", "", "day that the list is of, such as 2026-03-05 (required)")
	_ = cmd.MarkFlagRequired("as-of")
	return cmd
}

func printList(w io.Writer, l partnerview.List) {
	again := ""
	if l.Again {
		again = ", loaded before"
	}
	fmt.Fprintf(w, "%4d  %-24s as of %s  %s, %s unreadable%s\n", l.ID, l.Source, l.AsOf, counted(int(l.Rows), "row", "rows"), counted(int(l.Bad), "line", "lines"), again)
	for _, b := range l.Lines {
		fmt.Fprintf(w, "      line %d: %s\n", b.Line, b.Text)
	}
}

func partnerListsCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "lists", Short: "List the licence lists that were loaded", Args: cobra.NoArgs,
		Example: "  pedigree partner lists",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []partnerview.List{}
			if err := n.Get(cmd.Context(), partnersPath+"/lists", &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, l := range list {
					printList(w, l)
				}
			})
		},
	}
}

func partnerMatchCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "match ID GLN LIST KEY", Short: "Say under which key a licence list has a site", Args: cobra.ExactArgs(4),
		Example: "  pedigree partner match 1 0614141000012 board-us-il 054.001234",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return failWith(exitUsage, "", fmt.Errorf("%q is no partner's number", args[0]))
			}
			return c.keepPartner(cmd, partnersPath+"/matches", map[string]any{"partner": id, "gln": args[1], "source": args[2], "key": args[3]})
		},
	}
}

func partnerCheckCommand(c *cli) *cobra.Command {
	var role, gln, why string
	cmd := &cobra.Command{
		Use: "check ID", Short: "Tell whether a partner is an authorised trading partner now, and keep the answer with its grounds", Args: cobra.ExactArgs(1),
		Long:    "Exit code 4: it is not authorised; 5: that can't be told, and the text says what is missing.",
		Example: "  pedigree partner check 1 --role wholesaler --gln 0614141000012",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return failWith(exitUsage, "", fmt.Errorf("%q is no partner's number", args[0]))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var a partnerview.Authority
			in := map[string]any{"partner": id, "gln": gln, "role": role, "why": why}
			if err := n.Post(cmd.Context(), partnersPath+"/checks", in, &a); err != nil {
				return err
			}
			return c.authority(a)
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "manufacturer, repackager, wholesaler, logistics or dispenser (required)")
	cmd.Flags().StringVar(&gln, "gln", "", "of the site that is asked about")
	cmd.Flags().StringVar(&why, "why", "", "for what it is asked; kept with the answer")
	_ = cmd.MarkFlagRequired("role")
	return cmd
}

func partnerWasCommand(c *cli) *cobra.Command {
	var role, gln, at, known string
	cmd := &cobra.Command{
		Use: "was ID", Short: "Tell whether a partner was authorised at a moment, by what was known at a moment", Args: cobra.ExactArgs(1),
		Long:    "Nothing is kept. Exit code 4: it was not authorised; 5: that could not be told.",
		Example: "  pedigree partner was 1 --role wholesaler --gln 0614141000012 --at 2026-03-05T12:00:00Z --known 2026-03-06T12:00:00Z",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{"partner": {args[0]}, "role": {role}}
			for name, value := range map[string]string{"gln": gln, "at": at, "known": known} {
				if value != "" {
					q.Set(name, value)
				}
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var a partnerview.Authority
			if err := n.Get(cmd.Context(), partnersPath+"/authority?"+q.Encode(), &a); err != nil {
				return err
			}
			return c.authority(a)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&role, "role", "", "manufacturer, repackager, wholesaler, logistics or dispenser (required)")
	fl.StringVar(&gln, "gln", "", "of the site that is asked about")
	fl.StringVar(&at, "at", "", "moment that is asked about (default: the known one)")
	fl.StringVar(&known, "known", "", "only what was known then counts (default: now)")
	_ = cmd.MarkFlagRequired("role")
	return cmd
}

// authority shows an answer, whose word is the exit code.
func (c *cli) authority(a partnerview.Authority) error {
	err := c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %s\n", a.Word, a.Text)
		fmt.Fprintf(w, "  at %s, as known at %s\n", a.At.Format("2006-01-02 15:04 MST"), a.KnownAt.Format("2006-01-02 15:04 MST"))
		for _, g := range a.Grounds {
			fmt.Fprintf(w, "  %-10s %s %s %s by %s%s\n", g.State, g.Kind, g.Place, g.Number, g.Source, unlessZero(", line ", uint64(g.Line)))
		}
	})
	switch {
	case err != nil || a.Word == partnerview.Authorised:
		return err
	case a.Word == partnerview.NotAuthorised:
		return &quietExit{exitNo}
	}
	return &quietExit{exitUnchecked}
}
