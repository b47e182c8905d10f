package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/internal/auth"
)

// auditLineMax bounds one line of an exported trail.
const auditLineMax = 64 << 10

func auditCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "audit", Short: "The audit trail: who did what, and what was refused",
		Example: "  pedigree audit show\n  pedigree audit verify\n  pedigree audit export trail.jsonl",
	}
	cmd.AddCommand(auditShowCommand(c), auditVerifyCommand(c), auditExportCommand(c), auditSignaturesCommand(c))
	return cmd
}

// auditLines reads the organisation's trail from the node, line by line, in order.
func auditLines(ctx context.Context, n *client.Client, after uint64, take func(auth.AuditLine) error) error {
	for {
		var page []auth.AuditLine
		if err := n.Get(ctx, "/api/v1/audit?after="+strconv.FormatUint(after, 10), &page); err != nil {
			return err
		}
		for _, l := range page {
			if err := take(l); err != nil {
				return err
			}
			after = l.Seq
		}
		if len(page) == 0 {
			return nil
		}
	}
}

func auditShowCommand(c *cli) *cobra.Command {
	var after uint64
	cmd := &cobra.Command{
		Use: "show", Short: "Print the audit trail", Args: cobra.NoArgs,
		Example: "  pedigree audit show --after 1200",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []auth.AuditLine{}
			if err := auditLines(cmd.Context(), n, after, func(l auth.AuditLine) error { list = append(list, l); return nil }); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, l := range list {
					fmt.Fprintf(w, "%6d %s %-20s %-20s %s %s\n", l.Seq, l.At.Format("2006-01-02 15:04:05"), l.Who, l.Act, l.Object, l.Outcome)
				}
			})
		},
	}
	cmd.Flags().Uint64Var(&after, "after", 0, "only lines after this number")
	return cmd
}

func auditExportCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "export FILE", Short: "Write the audit trail as one JSON object a line, which pedigree audit verify checks", Args: cobra.ExactArgs(1),
		Example: "  pedigree audit export trail.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			if err := canWriteNew(args[0]); err != nil {
				return err
			}
			f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return fmt.Errorf("couldn't write the audit trail: %w", err)
			}
			lines, enc := 0, json.NewEncoder(f)
			err = auditLines(cmd.Context(), n, 0, func(l auth.AuditLine) error { lines++; return enc.Encode(l) })
			if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": args[0], "lines": lines}, func(w io.Writer) { fmt.Fprintf(w, "%s: %d lines\n", args[0], lines) })
		},
	}
}

// auditChecked is the answer of audit verify.
type auditChecked struct {
	Lines    uint64 `json:"lines"`
	Hash     string `json:"hash"`
	Anchored uint64 `json:"anchored"`
	Restored uint64 `json:"restored,omitempty"`
	Fault    string `json:"fault,omitempty"`
}

func auditVerifyCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "verify [FILE]", Short: "Check that no line of the audit trail was changed, removed, put in or moved", Args: cobra.MaximumNArgs(1),
		Long:    "Checks the node's trail, or an exported one, line by line, and against the hash that the ledger holds.\nExit code 4 and the first line that is wrong when it is not what was written.",
		Example: "  pedigree audit verify\n  pedigree audit verify trail.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			t, err := c.beginTrail(cmd.Context(), n)
			if err != nil {
				return err
			}
			own := t
			err = checkLines(&own, func(take func(auth.AuditLine) error) error { return auditLines(cmd.Context(), n, 0, take) })
			if len(args) == 1 && err == nil {
				// An export may be older than the hash on the ledger.
				file := func(take func(auth.AuditLine) error) error { return fileLines(args[0], take) }
				if err = checkLines(&t, file); errors.Is(err, auth.ErrCut) && t.Seq < own.Anchored {
					err = nil
				}
				own = t
			}
			if err != nil && !errors.Is(err, auth.ErrTrail) {
				return err
			}
			return c.auditVerdict(own, err)
		},
	}
}

// checkLines checks lines from their first to their last.
func checkLines(t *auth.Trail, lines func(take func(auth.AuditLine) error) error) error {
	if err := lines(t.Add); err != nil {
		return err
	}
	return t.End()
}

func (c *cli) auditVerdict(t auth.Trail, fault error) error {
	checked := auditChecked{Lines: t.Seq, Hash: t.Hash, Anchored: t.Anchored, Restored: t.Restored}
	if fault != nil {
		checked.Fault = fault.Error()
	}
	err := c.out.result(checked, func(w io.Writer) {
		switch {
		case fault != nil:
			fmt.Fprintln(w, fault)
		case t.Restored > 0 && t.Anchored == 0:
			fmt.Fprintf(w, "%d lines are as they were written; line %d tells that a backup was restored, which lost lines that the ledger knows of\n", t.Seq, t.Restored)
		case t.Anchored > 0:
			fmt.Fprintf(w, "%d lines are as they were written; the ledger vouches for the first %d\n", t.Seq, t.Anchored)
		default:
			fmt.Fprintf(w, "%d lines follow from one another; the ledger holds no hash of this trail yet\n", t.Seq)
		}
	})
	if err == nil && fault != nil {
		return &quietExit{exitNo}
	}
	return err
}

// fileLines reads an exported trail.
func fileLines(path string, take func(auth.AuditLine) error) error {
	f, err := os.Open(path)
	if err != nil {
		return failWith(exitNotFound, "", fmt.Errorf("couldn't read the audit trail: %w", err))
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, auditLineMax)
	for n := 1; lines.Scan(); n++ {
		var l auth.AuditLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%w: line %d of the file is not a line of a trail: %w", auth.ErrTrail, n, err)
		}
		if err := take(l); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("couldn't read %s: %w", path, err)
	}
	return nil
}
