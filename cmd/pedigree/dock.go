package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/dockview"
	"pedigree/proof"
)

const docksPath = "/api/v1/docks"

// docksOf are the receiving sessions of the organisation that a request is for.
func docksOf(ctx context.Context) *dockview.Docks { return officeOf(ctx).desk.docks }

func dockCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "dock", Short: "Receive goods at the dock: scan what arrived, and see what differs from its data",
		Long: `A session is opened for a shipment in the inbox, for partners' documents, or for
goods that came without data. Everything scanned is held against what is expected.
The finish receives what is good, sends back what is not, and lists what differs.`,
		Example: "  pedigree dock open --document 17\n  pedigree dock scan 1 003999910000000015\n  pedigree dock finish 1",
	}
	cmd.AddCommand(dockWaitingCommand(c), dockOpenCommand(c), dockListCommand(c), dockShowCommand(c), dockTreeCommand(c), dockScanCommand(c), dockWatchCommand(c), dockUndoCommand(c), dockJoinCommand(c), dockDecideCommand(c), dockFinishCommand(c), dockCheckCommand(c), dockCorrectionsCommand(c), dockSettleCommand(c), dockDropCommand(c))
	return cmd
}

func dockOpenCommand(c *cli) *cobra.Command {
	var start dockview.Start
	var inbox string
	var documents []string
	cmd := &cobra.Command{
		Use: "open", Short: "Open a receiving session", Args: cobra.NoArgs,
		Long:    "Without a flag the goods came without data: everything that is scanned is noted and held apart.",
		Example: "  pedigree dock open --inbox 7c1f0e...\n  pedigree dock open --document 17 --site 0614141000012\n  pedigree dock open --item 003999910000000015",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if inbox != "" {
				id, err := proof.ParseHash(inbox)
				if err != nil {
					return failWith(exitUsage, "pedigree inbox list shows the ids", err)
				}
				start.Delivery = id
			}
			for _, text := range documents {
				if _, err := documentNumber(text); err != nil {
					return err
				}
				n, _ := strconv.ParseInt(text, 10, 64)
				start.Documents = append(start.Documents, n)
			}
			var s dockview.Session
			return c.dockCall(cmd, "POST", "", start, &s, func(w io.Writer) { printDockSession(w, s) })
		},
	}
	cmd.Flags().StringVar(&inbox, "inbox", "", "a shipment that a partner's node brought, by its id in pedigree inbox list")
	cmd.Flags().StringArrayVar(&documents, "document", nil, "number of a partner's document, as in pedigree ti list; may be repeated")
	cmd.Flags().StringVar(&start.Item, "item", "", "a thing that arrived, as scanned: finds the shipment or the documents that name it")
	cmd.Flags().StringVar(&start.Site, "site", "", "GLN of the place that receives")
	return cmd
}

// dockCall asks about sessions and prints the answer.
func (c *cli) dockCall(cmd *cobra.Command, method, path string, in, into any, print func(io.Writer)) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	if method == "GET" {
		err = n.Get(cmd.Context(), docksPath+path, into)
	} else {
		err = n.Post(cmd.Context(), docksPath+path, in, into)
	}
	if err != nil {
		return err
	}
	return c.out.result(into, print)
}

// dockEnd takes a session or a scan away.
func (c *cli) dockEnd(cmd *cobra.Command, path, done string) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	if err := n.Delete(cmd.Context(), docksPath+path); err != nil {
		return err
	}
	return c.out.result(map[string]string{"done": done}, func(w io.Writer) { fmt.Fprintln(w, done) })
}

func dockNumber(text string) (string, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err != nil || n < 1 {
		return "", failWith(exitUsage, "pedigree dock list shows the numbers", fmt.Errorf("%q is no number of a receiving session", text))
	}
	return text, nil
}

func dockListCommand(c *cli) *cobra.Command {
	var state string
	cmd := &cobra.Command{
		Use: "list", Short: "List receiving sessions, the newest first", Args: cobra.NoArgs, Example: "  pedigree dock list --state open",
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			if state != "" {
				q.Set("state", state)
			}
			list := []dockview.Session{}
			return c.dockCall(cmd, "GET", "?"+q.Encode(), nil, &list, func(w io.Writer) {
				for _, s := range list {
					printDockSession(w, s)
				}
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "open, finishing, done or dropped")
	return cmd
}

func printDockSession(w io.Writer, s dockview.Session) {
	from := []string{}
	if !s.Delivery.IsZero() {
		from = append(from, "delivery "+s.Delivery.String()[:8])
	}
	for _, n := range s.Documents {
		from = append(from, fmt.Sprintf("document %d", n))
	}
	if len(from) == 0 {
		from = append(from, "goods without data")
	}
	fmt.Fprintf(w, "session %d: %s, opened %s by %s, %s\n", s.ID, s.State, shortTime(s.Opened), s.By, strings.Join(from, ", "))
}

// dockOne is a verb about one session.
func dockOne(c *cli, use, short, long, example string, do func(cmd *cobra.Command, id string, args []string) error, extra int) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Args: cobra.ExactArgs(1 + extra),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := dockNumber(args[0])
			if err != nil {
				return err
			}
			return do(cmd, "/"+id, args[1:])
		},
	}
}

func dockShowCommand(c *cli) *cobra.Command {
	return dockOne(c, "show SESSION", "Show a session: what came of it, or would come of it now", "", "  pedigree dock show 1", func(cmd *cobra.Command, id string, _ []string) error {
		var r dockview.Report
		return c.dockCall(cmd, "GET", id, nil, &r, func(w io.Writer) { printDockReport(w, r) })
	}, 0)
}

func dockTreeCommand(c *cli) *cobra.Command {
	var in string
	var missing bool
	cmd := dockOne(c, "tree SESSION", "List what a session expects, and what was found of it", "", "  pedigree dock tree 1\n  pedigree dock tree 1 --in 003999910000000015 --missing", func(cmd *cobra.Command, id string, _ []string) error {
		q := url.Values{"in": {in}, "missing": {strconv.FormatBool(missing)}, "limit": {strconv.Itoa(dockview.ListMax)}}
		list := []dockview.Thing{}
		return c.dockCall(cmd, "GET", id+"/tree?"+q.Encode(), nil, &list, func(w io.Writer) {
			for _, t := range list {
				printDockThing(w, t)
			}
		})
	}, 0)
	cmd.Flags().StringVar(&in, "in", "", "the container whose content is listed")
	cmd.Flags().BoolVar(&missing, "missing", false, "only what isn't all there")
	return cmd
}

func printDockThing(w io.Writer, t dockview.Thing) {
	found := t.Found
	if found == "" {
		found = "-"
	}
	fmt.Fprintf(w, "%-8s %-7s %s  %d of %s%s\n", found, t.Kind, t.Path, t.Seen+t.Inferred, counted(t.Packs, "pack", "packs"), byInference(t.Inferred))
	if t.Rule != "" {
		fmt.Fprintf(w, "         %s [%s]\n", t.Text, t.Rule)
	}
}

func byInference(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d by inference", n)
}

func dockScanCommand(c *cli) *cobra.Command {
	var s dockview.Scan
	cmd := dockOne(c, "scan SESSION ITEM", "Note a scan, and say what it is",
		"Exit code 4: put it into the hold area; 5: it isn't what the data says, or names no thing.",
		"  pedigree dock scan 1 '(01)00399991123455(21)100000000001(17)280630(10)LOT-7A'\n  pedigree dock scan 1 003999910000000015 --what open", func(cmd *cobra.Command, id string, args []string) error {
			s.Raw = args[0]
			if s.Device == "" {
				s.Device = "command line"
				if host, err := os.Hostname(); err == nil && len(host) < dockview.DeviceMax {
					s.Device = host
				}
			}
			if s.Seq == 0 {
				s.Seq = time.Now().UnixMicro()
			}
			var r dockview.Result
			if err := c.dockCall(cmd, "POST", id+"/scans", s, &r, func(w io.Writer) { printDockResult(w, r) }); err != nil {
				return err
			}
			switch r.Beep {
			case dockview.BeepStop:
				return &quietExit{exitNo}
			case dockview.BeepUnexpected, dockview.BeepUnread:
				return &quietExit{exitUnchecked}
			}
			return nil
		}, 1)
	cmd.Flags().StringVar(&s.What, "what", "seen", "seen; open: a container whose seal is broken; damaged: its label or packaging is")
	cmd.Flags().StringVar(&s.In, "in", "", "the container that is being emptied")
	cmd.Flags().StringVar(&s.Device, "device", "", "the reader it comes from (default: this machine's name)")
	cmd.Flags().Int64Var(&s.Seq, "seq", 0, "number of the device's scan; the same number again is the same scan (default: the time)")
	return cmd
}

// dockCommands help with what a rule of the dock asks for.
var dockCommands = map[string]string{dockview.RuleNoData: "pedigree ti take FILE"}

func printDockResult(w io.Writer, r dockview.Result) {
	fmt.Fprintf(w, "%-10s %s\n", r.Beep, strings.Join(nonEmpty(numbered("scan", r.Number), r.Path), "  "))
	if r.Text != "" {
		fmt.Fprintf(w, "           %s%s\n", r.Text, ruleOf(r.Rule))
	}
	if r.Next != "" {
		fmt.Fprintf(w, "           Next: %s%s\n", strings.TrimSuffix(r.Next, "."), byCommands(dockCommands[r.Rule]))
	}
	n := r.Counts
	fmt.Fprintf(w, "           %d of %s%s; %d missing, %d not expected, %d held\n", n.Seen+n.Inferred, counted(n.Expected, "pack", "packs"), byInference(n.Inferred), n.Missing, n.Unexpected, n.Stopped)
}

func numbered(what string, n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %d", what, n)
}

func ruleOf(rule string) string {
	if rule == "" {
		return ""
	}
	return " [" + rule + "]"
}

func dockUndoCommand(c *cli) *cobra.Command {
	return dockOne(c, "undo SESSION SCAN", "Take a scan back by its number", "", "  pedigree dock undo 1 14", func(cmd *cobra.Command, id string, args []string) error {
		if n, err := strconv.Atoi(args[0]); err != nil || n < 1 {
			return failWith(exitUsage, "pedigree dock scan tells the numbers", fmt.Errorf("%q is no number of a scan", args[0]))
		}
		return c.dockEnd(cmd, id+"/scans/"+args[0], "undone; it counts no more")
	}, 1)
}

func dockJoinCommand(c *cli) *cobra.Command {
	return dockOne(c, "join SESSION DOCUMENT", "Add a document that came later to an open session", "", "  pedigree dock join 1 18", func(cmd *cobra.Command, id string, args []string) error {
		if _, err := documentNumber(args[0]); err != nil {
			return err
		}
		n, _ := strconv.ParseInt(args[0], 10, 64)
		var s dockview.Session
		return c.dockCall(cmd, "POST", id+"/documents", map[string]int64{"document": n}, &s, func(w io.Writer) { printDockSession(w, s) })
	}, 1)
}

func dockDecideCommand(c *cli) *cobra.Command {
	var why string
	cmd := dockOne(c, "decide SESSION ITEM WHAT", "Decide what becomes of a thing",
		`Of a top-level container: receive, reject (it goes back whole) or leave (it stays on
offer). Of something in it: forgive (it is here, though it wasn't scanned) or refuse
(it goes back). Of what nobody expects: hold or back. none withdraws a decision.`,
		"  pedigree dock decide 1 003999910000000015 reject --reason 'temperature log shows 14 degrees'", func(cmd *cobra.Command, id string, args []string) error {
			if args[1] == "none" {
				args[1] = ""
			}
			var d dockview.Decision
			return c.dockCall(cmd, "POST", id+"/decisions", map[string]string{"item": args[0], "what": args[1], "reason": why}, &d, func(w io.Writer) {
				fmt.Fprintf(w, "%s: %s\n", d.Path, strings.Join(nonEmpty(d.What, d.Reason), ", "))
			})
		}, 2)
	cmd.Flags().StringVar(&why, "reason", "", "why")
	return cmd
}

func dockFinishCommand(c *cli) *cobra.Command {
	return dockOne(c, "finish SESSION", "Receive what is good, send back what is not, and list what differs",
		"Done again it goes on where it was, or tells what came of it. Exit code 4: something was not received.", "  pedigree dock finish 1", func(cmd *cobra.Command, id string, _ []string) error {
			var r dockview.Report
			if err := c.dockCall(cmd, "POST", id+"/finish", nil, &r, func(w io.Writer) { printDockReport(w, r) }); err != nil {
				return err
			}
			for _, t := range r.Plan.Tops {
				if t.Act != dockview.ActReceive || len(t.Refuse) > 0 || t.Good < t.Packs {
					return &quietExit{exitNo}
				}
			}
			if len(r.Plan.Extras) > 0 {
				return &quietExit{exitNo}
			}
			return nil
		}, 0)
}

func dockCheckCommand(c *cli) *cobra.Command {
	return dockOne(c, "check SESSION", "Ask again whether the sellers of a finished session's goods were authorised",
		"For goods whose seller was unknown: load the licence list first (pedigree partner load).", "  pedigree dock check 1", func(cmd *cobra.Command, id string, _ []string) error {
			list := []dockview.SellerWord{}
			return c.dockCall(cmd, "POST", id+"/sellers", nil, &list, func(w io.Writer) { printDockSellers(w, list) })
		}, 0)
}

func dockDropCommand(c *cli) *cobra.Command {
	return dockOne(c, "drop SESSION", "End a session without receiving anything", "", "  pedigree dock drop 1", func(cmd *cobra.Command, id string, _ []string) error {
		return c.dockEnd(cmd, id, "dropped; nothing was received")
	}, 0)
}

func printDockSellers(w io.Writer, list []dockview.SellerWord) {
	for _, s := range list {
		name := s.Org
		if name == "" {
			name = s.GLN
		}
		fmt.Fprintf(w, "  seller %s: %s (%s)\n", name, s.Word, numbered("partner check", int(s.Evidence)))
	}
}

func printDockReport(w io.Writer, r dockview.Report) {
	printDockSession(w, r.Session)
	printDockSellers(w, r.Sellers)
	for _, t := range r.Plan.Tops {
		fmt.Fprintf(w, "  %-8s %s  %d of %s%s\n", t.Act, t.Path, t.Good, counted(t.Packs, "pack", "packs"), byInference(t.Inferred))
		if t.Text != "" {
			fmt.Fprintf(w, "           %s\n", t.Text)
		}
		for _, g := range t.Refuse {
			fmt.Fprintf(w, "           goes back: %s, %s\n", g.Path, g.Reason)
		}
	}
	for _, x := range r.Plan.Extras {
		fmt.Fprintf(w, "  %-8s %s  %s%s\n", x.Act, x.Path, x.Text, ruleOf(x.Rule))
		if x.Claim != "" {
			fmt.Fprintf(w, "           %s\n", x.Claim)
		}
	}
	for _, f := range r.Plan.Findings {
		fmt.Fprintf(w, "  finding  %s, %s: %s [%s]%s\n", f.Category, f.Scenario, f.Text, f.Rule, inCase(f.Case))
	}
	for _, o := range r.Outcomes {
		fmt.Fprintf(w, "  ledger   %s  %s: %s\n", o.Path, o.Outcome, strings.Join(nonEmpty(o.Verdict.Label(), o.Text), ", "))
	}
	if r.Taken > 0 {
		fmt.Fprintf(w, "  %s in stock, from outside the network\n", counted(r.Taken, "thing", "things"))
	}
	for _, p := range r.Kept {
		fmt.Fprintf(w, "  in stock before, in another way: %s\n", p)
	}
	for _, one := range r.Corrections {
		fmt.Fprintf(w, "  corrected by document %d: %s, %s\n", one.Document, counted(one.Count, "difference", "differences"), one.State)
	}
	if r.Pending != "" {
		fmt.Fprintf(w, "  %s\n", r.Pending)
	}
}

func inCase(number string) string {
	if number == "" {
		return ""
	}
	return ", case " + number
}
