package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/trace/dockview"
)

func dockWatchCommand(c *cli) *cobra.Command {
	return dockOne(c, "watch SESSION", "Show what everybody scans in a session, as it happens",
		"Ends with the session, or when it is interrupted. A connection that breaks is taken up again.",
		"  pedigree dock watch 1", func(cmd *cobra.Command, id string, _ []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			err = n.Events(cmd.Context(), docksPath+id+"/events", func(e client.Event) error {
				var one dockview.Change
				if err := json.Unmarshal(e.Data, &one); err != nil {
					return fmt.Errorf("couldn't read what happened in the session: %w", err)
				}
				if err := c.out.result(one, func(w io.Writer) { printDockChange(w, one) }); err != nil {
					return err
				}
				if one.State == dockview.Done || one.State == dockview.Dropped {
					return client.ErrEnough
				}
				return nil
			})
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}, 0)
}

// printDockChange prints what happened in one line, and what is to be known beside it in
// another.
func printDockChange(w io.Writer, c dockview.Change) {
	what, text := string(c.Beep), c.Text
	switch c.What {
	case dockview.ChangeNow:
		what = c.State.String()
		if c.Missed {
			text = "Something happened that can't be told any more; pedigree dock show has it all."
		}
	case dockview.ChangeUndo:
		what = "undone"
	case dockview.ChangeDecision:
		if what = c.Decision; what == "" {
			what = "undecided"
		}
	case dockview.ChangeDocument:
		what = fmt.Sprintf("document %d", c.Document)
	case dockview.ChangeState:
		what = c.State.String()
	}
	counts := ""
	if n := c.Counts; c.State == dockview.Open {
		counts = fmt.Sprintf("%d of %s%s", n.Seen+n.Inferred, counted(n.Expected, "pack", "packs"), byInference(n.Inferred))
	}
	fmt.Fprintf(w, "%s  %-10s %s\n", c.At.Format("15:04:05"), what, strings.Join(nonEmpty(numbered("scan", c.Number), c.Path, madeBy(c), counts), "  "))
	if text != "" {
		fmt.Fprintf(w, "          %s%s\n", text, ruleOf(c.Rule))
	}
}

// madeBy names who did something, and with what.
func madeBy(c dockview.Change) string {
	return strings.Join(nonEmpty(c.By, c.Device), ", ")
}
