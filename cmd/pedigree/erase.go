package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"pedigree/internal/erase"
	"pedigree/internal/vault"
)

const erasuresPath = "/api/v1/erasures"

func eraseCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "erase", Short: "Destroy what is kept about a person: a document, or why a pack was dispensed",
		Long: `For good, and with a second person where there are two. Goods and the ledger stay as
they are: docs/operate/erasure.md says what goes, what stays and why, and what to do
about backups and about others who have it.`,
		Example: "  pedigree erase document 17\n  pedigree erase reason '(01)00399991123455(21)100000000001'\n  pedigree erase marks --out erased.json",
	}
	cmd.AddCommand(eraseDocumentCommand(c), eraseReasonCommand(c), eraseMarksCommand(c), eraseAgainCommand(c))
	return cmd
}

func eraseDocumentCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "document NUMBER", Short: "Destroy a document and all that the private store keeps of it", Args: cobra.ExactArgs(1),
		Long:    "The number is that in documents.ndjson of pedigree export-all, and in the answers to\npedigree capture, pedigree ti take and pedigree send. Exit code 6: work on it is not over.",
		Example: "  pedigree erase document 17",
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || number < 1 {
				return failWith(exitUsage, "pedigree erase document --help says where it stands", fmt.Errorf("%q is no number of a document", args[0]))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var done erase.Done
			if err := n.Post(cmd.Context(), fmt.Sprintf("%s/documents/%d", erasuresPath, number), nil, &done); err != nil {
				return err
			}
			return c.out.result(done, func(w io.Writer) { printErased(w, done) })
		},
	}
}

func printErased(w io.Writer, done erase.Done) {
	fmt.Fprintf(w, "document %d is erased, %s of the store with it\n", done.Document, counted(len(done.Marks), "document", "documents"))
	for _, h := range done.Holders {
		word := "came from"
		if h.Sent {
			word = "went to"
		}
		fmt.Fprintf(w, "  it %s %s: ask for it to be erased there\n", word, h.Partner)
	}
	if done.Traces {
		fmt.Fprintln(w, "  sealed bytes of it are in free room of the store until the node starts again")
	}
	fmt.Fprintln(w, "next: pedigree erase marks --out erased.json, kept beside the backups")
}

func eraseReasonCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "reason ITEM", Short: "Destroy why a pack was dispensed, and what opens the ledger's commitment to it", Args: cobra.ExactArgs(1),
		Example: "  pedigree erase reason '(01)00399991123455(21)100000000001'",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := n.Post(cmd.Context(), erasuresPath+"/reasons", map[string]string{"item": args[0]}, nil); err != nil {
				return err
			}
			return c.out.result(map[string]string{"item": args[0]}, func(w io.Writer) { fmt.Fprintf(w, "why %s was dispensed is erased\n", args[0]) })
		},
	}
}

func eraseMarksCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "marks", Short: "Write the marks of all that was erased, to be kept beside the backups", Args: cobra.NoArgs,
		Long:    "A mark tells nothing of what was erased. After an older backup is restored, pedigree\nerase again finds it by that.",
		Example: "  pedigree erase marks --out erased.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := canWriteNew(out); err != nil {
				return err
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			marks := []vault.DestroyedMark{}
			if err := n.Get(cmd.Context(), erasuresPath, &marks); err != nil {
				return err
			}
			if err := writeJSONFile(out, marks); err != nil {
				return err
			}
			return c.out.result(marks, func(w io.Writer) { fmt.Fprintf(w, "%s holds %s\n", out, counted(len(marks), "mark", "marks")) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new file to write (required)")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func eraseAgainCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "again FILE", Short: "Erase what came back with an older backup, by the marks of before", Args: cobra.ExactArgs(1),
		Example: "  pedigree erase again erased.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			var marks []vault.DestroyedMark
			if err == nil {
				err = json.Unmarshal(raw, &marks)
			}
			if err == nil && len(marks) == 0 {
				err = errors.New("it names nothing")
			}
			if err != nil {
				return failWith(exitUsage, "pedigree erase marks writes such a file", fmt.Errorf("couldn't read the marks in %s: %w", args[0], err))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var list []erase.Done
			if err := n.Post(cmd.Context(), erasuresPath+"/again", map[string]any{"marks": marks}, &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				fmt.Fprintf(w, "%s were there again, and are erased\n", counted(len(list), "document", "documents"))
			})
		},
	}
}
