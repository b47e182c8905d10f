package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
)

func scanCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "scan ITEM...",
		Short: "One answer about each pack: green or red, why, and what to do next",
		Long: `It asks nobody outside, and each fact says how it is known. It changes nothing but
this: of suspect goods an exception case is opened once, where you may work on cases.
Exit code 4: a STOP among them; 5: something could not be told.`,
		Example: "  pedigree scan '(01)00399991123455(21)100000000001'\n  pedigree scan '(01)00399991123455(21)100000000001(17)280630(10)LOT-7A' --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return failWith(exitUsage, "pedigree scan --help has examples", errors.New("requires at least one thing"))
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var answers []verdict.Answer
			if err := n.Post(cmd.Context(), "/api/v1/verdicts", map[string]any{"items": args}, &answers); err != nil {
				return err
			}
			if err := c.out.result(answers, func(w io.Writer) { printAnswers(w, answers) }); err != nil {
				return err
			}
			worst := verdict.OK
			for _, a := range answers {
				worst = worst.Worse(a.Word)
			}
			return verdictExit(worst)
		},
	}
}

func printAnswers(w io.Writer, answers []verdict.Answer) {
	const indent = "            "
	for _, a := range answers {
		fmt.Fprintf(w, "%-11s %s%s\n", a.Word.Label(), a.Path, productName(a.Product))
		for _, f := range a.Facts {
			fmt.Fprintf(w, "%s%s [%s]\n", indent, f.Text, factGround(f))
			if f.Word != verdict.OK {
				fmt.Fprintf(w, "%sNext: %s%s\n", indent, strings.TrimSuffix(f.Next, "."), byCommands(f.Command))
			}
			if f.Case != "" {
				fmt.Fprintf(w, "%sCase %s: pedigree case show %s\n", indent, f.Case, f.Case)
			}
		}
		for _, f := range a.Notices {
			fmt.Fprintf(w, "%sNote: %s [%s]\n", indent, f.Text, factGround(f))
		}
	}
}

// byCommands ends a next step: by which commands it is done, where the node names any.
// The step itself is in words, since a screen shows it too.
func byCommands(commands ...string) string {
	named := slices.DeleteFunc(slices.Clone(commands), func(s string) bool { return s == "" })
	if len(named) == 0 {
		return "."
	}
	return ": " + strings.Join(named, ", or ")
}

// productName is what a thing is called, behind its path.
func productName(product string) string {
	if product == "" {
		return ""
	}
	return "  " + product
}

// factGround is a fact's rule and how it is known.
func factGround(f verdict.Fact) string {
	known := f.Rule + ", " + traceview.KnownName(f.Basis.Known)
	if f.Basis.Stale {
		known += " as of " + f.Basis.AsOf.Format("2006-01-02 15:04")
	}
	return known
}
