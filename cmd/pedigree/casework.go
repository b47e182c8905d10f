package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/caseview"
	"pedigree/format/gs1"
	"pedigree/format/photo"
)

// itemPath is the path of a package as scanned or typed.
func itemPath(text string) (string, error) {
	if path, err := gs1.CanonicalPath(text); err == nil {
		return path, nil
	}
	if gs1.IsCanonical(text) {
		return text, nil
	}
	scan, err := gs1.Parse(text)
	if err != nil {
		return "", failWith(exitUsage, "", err)
	}
	path, err := scan.Path()
	if err != nil {
		return "", failWith(exitUsage, "", err)
	}
	return path, nil
}

func caseTakeCommand(c *cli) *cobra.Command {
	var to, org string
	var partner int64
	cmd := &cobra.Command{
		Use: "take CASE", Short: "Take a case, give it to somebody, or say whose goods it is about", Args: cobra.ExactArgs(1),
		Example: "  pedigree case take 1\n  pedigree case take 1 --to pharmacist\n  pedigree case take 1 --partner 2",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := map[string]any{"partner": partner, "org": org}
			if to != "" || partner == 0 && org == "" {
				in["owner"] = to
				if to == "" {
					in["owner"] = "me"
				}
			}
			return c.postCase(cmd, casePath(args[0])+"/owner", in)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "person or role who acts on this side (default: you)")
	cmd.Flags().Int64Var(&partner, "partner", 0, "the partner, by its number in the address book")
	cmd.Flags().StringVar(&org, "org", "", "the partner, by its id on the ledger")
	return cmd
}

func caseNoteCommand(c *cli) *cobra.Command {
	var kind, file string
	var document int64
	cmd := &cobra.Command{
		Use: "note CASE TEXT", Short: "Add to a case what speaks for it", Args: cobra.ExactArgs(2),
		Example: "  pedigree case note 1 'the desk says that the truck comes on Friday'\n  pedigree case note 1 'delivery note' --kind document --document 17\n  pedigree case note 1 'corner of the case crushed' --file photo.jpg",
		RunE: func(cmd *cobra.Command, args []string) error {
			if file != "" {
				return c.postPhoto(cmd, args[0], args[1], file)
			}
			return c.postCase(cmd, casePath(args[0])+"/evidence", map[string]any{"kind": kind, "text": args[1], "document": document})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "word", "document, scan, entry, authority or word")
	cmd.Flags().Int64Var(&document, "document", 0, "number of transaction data or of a partner check")
	cmd.Flags().StringVar(&file, "file", "", "a photo that shows it: JPEG, PNG or WebP; place and device are not kept")
	cmd.MarkFlagsMutuallyExclusive("file", "kind")
	cmd.MarkFlagsMutuallyExclusive("file", "document")
	return cmd
}

// postPhoto keeps a photo as evidence of a case.
func (c *cli) postPhoto(cmd *cobra.Command, name, text, file string) error {
	in, _, err := openInput(file)
	if err != nil {
		return err
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, photo.BytesMax+1)) // one byte more, which the check refuses
	if err != nil {
		return fmt.Errorf("couldn't read %s: %w", file, err)
	}
	if _, err := photo.Clean(raw); err != nil {
		return failWith(exitUsage, "", fmt.Errorf("couldn't keep %s: %w", file, err))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	var a caseview.PhotoAdded
	if err := n.Post(cmd.Context(), casePath(name)+"/photos", map[string]any{"text": text, "photo": raw}, &a); err != nil {
		return err
	}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "kept as evidence %d of case %d: %s, %d by %d, %d bytes\n", a.Evidence, a.Case, a.MediaType, a.Width, a.Height, a.Bytes)
		if len(a.Removed) > 0 {
			fmt.Fprintf(w, "taken out before: %s\n", strings.Join(a.Removed, ", "))
		}
	})
}

func caseMessageCommand(c *cli) *cobra.Command {
	var accept bool
	var out string
	cmd := &cobra.Command{
		Use: "message CASE", Short: "Tell the partner what was not told yet", Args: cobra.ExactArgs(1),
		Long: `To a partner's node, and by its route for exceptions, it goes by itself. Else it is
written: --out writes the e-mail to send, with the messages beside it;
pedigree case sent says that it was sent.`,
		Example: "  pedigree case message 1\n  pedigree case message 1 --out case-1.txt\n  pedigree case message 1 --accept",
		RunE: func(cmd *cobra.Command, args []string) error {
			if out != "" {
				return c.letter(cmd, args[0], out, accept)
			}
			return c.postCase(cmd, casePath(args[0])+"/messages", map[string]bool{"accept": accept})
		},
	}
	cmd.Flags().BoolVar(&accept, "accept", false, "take what the partner offers instead")
	cmd.Flags().StringVar(&out, "out", "", "write the e-mail to this file, and each message to FILE.N.json")
	return cmd
}

// letter writes what a person sends: messages that wait, or new ones.
func (c *cli) letter(cmd *cobra.Command, name, out string, accept bool) error {
	if err := canWriteNew(out); err != nil {
		return err
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	var l caseview.Letter
	if err := n.Get(cmd.Context(), casePath(name)+"/letter", &l); err != nil {
		var k caseview.Case // nothing waits yet
		if err := n.Post(cmd.Context(), casePath(name)+"/messages", map[string]bool{"accept": accept}, &k); err != nil {
			return err
		}
		if err := n.Get(cmd.Context(), casePath(name)+"/letter", &l); err != nil {
			return err
		}
	}
	files := []string{out}
	if err := writeNew(out, fmt.Appendf(nil, "To: %s\nSubject: %s\n\n%s", l.To, l.Subject, l.Text)); err != nil {
		return err
	}
	for i, uuid := range l.Attach {
		raw, err := n.File(cmd.Context(), casePath(name)+"/messages/"+uuid)
		if err != nil {
			return err
		}
		file := fmt.Sprintf("%s.%d.json", out, i+1)
		if err := writeNew(file, raw); err != nil {
			return err
		}
		files = append(files, file)
	}
	return c.out.result(map[string]any{"files": files, "to": l.To}, func(w io.Writer) {
		fmt.Fprintf(w, "wrote %s; send it, and then: pedigree case sent %s --how HOW\n", strings.Join(files, ", "), name)
	})
}

func caseSentCommand(c *cli) *cobra.Command {
	var how string
	cmd := &cobra.Command{
		Use: "sent CASE --how HOW", Short: "Note that you sent a case's messages", Args: cobra.ExactArgs(1), Example: "  pedigree case sent 1 --how 'by e-mail to the purchasing desk'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.postCase(cmd, casePath(args[0])+"/sent", map[string]string{"how": how})
		},
	}
	cmd.Flags().StringVar(&how, "how", "", "how, and to whom (required)")
	_ = cmd.MarkFlagRequired("how")
	return cmd
}

func caseReadCommand(c *cli) *cobra.Command {
	var partner int64
	var org string
	cmd := &cobra.Command{
		Use: "read FILE", Short: "Take in a partner's exception message that came as a file", Args: cobra.ExactArgs(1),
		Long:    "FILE is a report or a response as PDG has them. The same file again changes nothing.",
		Example: "  pedigree case read response.json --partner 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			body, _, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer body.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"partner": {strconv.FormatInt(partner, 10)}, "org": {org}}
			var t caseview.Taken
			if err := n.Upload(cmd.Context(), casesPath+"/messages?"+q.Encode(), "application/octet-stream", body, &t); err != nil {
				return err
			}
			return c.out.result(t, func(w io.Writer) {
				fmt.Fprintln(w, t.Text)
				for _, note := range t.Notes {
					fmt.Fprintf(w, "  %s\n", note)
				}
				printCase(w, t.Case)
			})
		},
	}
	cmd.Flags().Int64Var(&partner, "partner", 0, "whose it is, by its number in the address book")
	cmd.Flags().StringVar(&org, "org", "", "whose it is, by its id on the ledger")
	return cmd
}

func caseAnswerCommand(c *cli) *cobra.Command {
	var accept, reject bool
	var a caseview.ReplyItem
	var notes string
	var items []string
	cmd := &cobra.Command{
		Use: "answer CASE", Short: "Accept or reject what a partner's case asks for", Args: cobra.ExactArgs(1),
		Long:    "Without --item it answers everything that is not answered yet.",
		Example: "  pedigree case answer 1 --accept\n  pedigree case answer 1 --reject --instead 'Credit account' --comment 'out of stock'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if accept == reject {
				return failWith(exitUsage, "", fmt.Errorf("say either --accept or --reject"))
			}
			a.Accept = accept
			r := caseview.Reply{Notes: notes}
			for _, item := range items {
				one := a
				one.Item = item
				r.Items = append(r.Items, one)
			}
			if len(items) == 0 {
				r.Items = []caseview.ReplyItem{a}
			}
			return c.postCase(cmd, casePath(args[0])+"/answers", r)
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&accept, "accept", false, "do what is asked for")
	fl.BoolVar(&reject, "reject", false, "don't")
	fl.StringArrayVar(&items, "item", nil, "only this item, by its uuid; may be repeated")
	fl.StringVar(&a.Alternative, "instead", "", "what you would do instead, such as 'Credit account'")
	fl.StringVar(&a.Comment, "comment", "", "what the partner should know")
	fl.StringVar(&a.FollowUp, "follow-up", "", "how to go on: Email or Phone")
	fl.StringVar(&a.Details, "details", "", "whom to reach, and where")
	fl.StringVar(&notes, "notes", "", "words about the whole case")
	return cmd
}

func caseSettleCommand(c *cli) *cobra.Command {
	var in struct {
		caseview.Settling
		Withdraw string `json:"withdraw,omitempty"`
	}
	cmd := &cobra.Command{
		Use: "settle CASE", Short: "End what is done; with the last item the case ends, and the partner is told", Args: cobra.ExactArgs(1),
		Long: `What was agreed is looked up: transaction data that came, goods that came, goods that
went back on the ledger. --word is for what nobody can look up. Exit code 6: it is not
there yet.`,
		Example: "  pedigree case settle 1\n  pedigree case settle 1 --word 'credit note 7'\n  pedigree case settle 1 --withdraw 'bought elsewhere'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.postCase(cmd, casePath(args[0])+"/settle", in)
		},
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&in.Items, "item", nil, "only this item, by its uuid; may be repeated, also for one that was agreed by telephone")
	fl.StringVar(&in.Word, "word", "", "what was done, where nothing can be looked up")
	fl.StringVar(&in.Withdraw, "withdraw", "", "end the whole case, because nothing is wanted any more, for this reason")
	return cmd
}

func caseEscalateCommand(c *cli) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "escalate CASE --reason REASON", Short: "Make a case's goods suspect: hold and flag exactly them on the ledger", Args: cobra.ExactArgs(1),
		Long:    "Starts the clocks of suspect product, and fills in what of Form FDA 3911 is known.",
		Example: "  pedigree case escalate 1 --reason 'the seal is another than on the cases before'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.postCase(cmd, casePath(args[0])+"/escalate", map[string]string{"reason": reason})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why they are suspect (required)")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func caseClearCommand(c *cli) *cobra.Command {
	var reason string
	var read int
	cmd := &cobra.Command{
		Use: "clear CASE --reason REASON --read N", Short: "End an investigation that found nothing, and clear the flags", Args: cobra.ExactArgs(1),
		Long:    "Takes another person than the one who escalated the case, who read all evidence up to number N.",
		Example: "  pedigree case clear 1 --reason 'the maker changed its seal' --read 4",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.postCase(cmd, casePath(args[0])+"/clear", map[string]any{"reason": reason, "read": read})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why they are cleared (required)")
	cmd.Flags().IntVar(&read, "read", 0, "number of the last piece of evidence (required)")
	_ = cmd.MarkFlagRequired("reason")
	_ = cmd.MarkFlagRequired("read")
	return cmd
}

func casePaceCommand(c *cli) *cobra.Command {
	var partner int64
	var org string
	cmd := &cobra.Command{
		Use: "pace DAYS", Short: "Note in how many business days a partner agreed to answer", Args: cobra.ExactArgs(1),
		Long:    "0 goes back to what is custom. It counts for what is told from then on.",
		Example: "  pedigree case pace 5 --partner 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			days, err := strconv.Atoi(args[0])
			if err != nil {
				return failWith(exitUsage, "", fmt.Errorf("%q is no number of days", args[0]))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			in := map[string]any{"partner": partner, "org": org, "days": days}
			if err := n.Post(cmd.Context(), casesPath+"/pace", in, nil); err != nil {
				return err
			}
			return c.out.result(in, func(w io.Writer) { fmt.Fprintln(w, "noted") })
		},
	}
	cmd.Flags().Int64Var(&partner, "partner", 0, "the partner, by its number in the address book")
	cmd.Flags().StringVar(&org, "org", "", "the partner, by its id on the ledger")
	return cmd
}
