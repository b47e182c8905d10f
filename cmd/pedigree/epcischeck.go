package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
)

// checkFlags are the flags of pedigree epcis check.
type checkFlags struct {
	sets    []string
	now     string
	max     int
	lenient bool
}

func epcisCheckCommand(c *cli) *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Hold EPCIS documents against the schemas, GS1, the CBV and the US guideline",
		Long: `Names every fault by file, line, rule and remedy, and goes on with the next file.
Exit code 0: no errors. 4: at least one error; warnings alone don't count.
The sets of rules: structure (the schemas), gs1 (identifiers, check digits, lots,
dates), cbv (vocabulary), dscsa (the GS1 US guideline, across the document).`,
		Example: "  pedigree epcis check shipment.xml\n  pedigree epcis check --set structure,gs1,cbv --json events.jsonld\n  cat shipment.xml | pedigree epcis check -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			check, err := flags.options()
			if err != nil {
				return err
			}
			if err := onceStandardInput(args); err != nil {
				return err
			}
			return c.checkDocuments(cmd.Context(), args, check, flags)
		},
	}
	cmd.Flags().StringSliceVar(&flags.sets, "set", setNames(), "sets of rules")
	cmd.Flags().StringVar(&flags.now, "now", "", "time to check against, such as 2026-01-31 or 2026-01-31T13:45:00Z (default: the clock's)")
	cmd.Flags().IntVar(&flags.max, "max", 100, "findings of each severity that are listed per file; 0 lists all")
	lenientFlag(cmd, &flags.lenient)
	completeWords(cmd, "set", setNames())
	return cmd
}

// completeWords offers the values that a flag takes.
func completeWords(cmd *cobra.Command, flag string, words []string) {
	// It fails only for a flag that there isn't.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func setNames() []string {
	var names []string
	for _, s := range epcis.AllSets {
		names = append(names, string(s))
	}
	return names
}

func (f checkFlags) options() (epcis.CheckOptions, error) {
	o := epcis.CheckOptions{Now: time.Now()}
	for _, name := range f.sets {
		if !slices.Contains(epcis.AllSets, epcis.Set(name)) {
			return o, failWith(exitUsage, "", fmt.Errorf("there is no set %q; the sets are %s", name, strings.Join(setNames(), ", ")))
		}
		o.Sets = append(o.Sets, epcis.Set(name))
	}
	if len(o.Sets) == 0 {
		return o, failWith(exitUsage, "", fmt.Errorf("--set names no set; the sets are %s", strings.Join(setNames(), ", ")))
	}
	if f.max < 0 {
		return o, failWith(exitUsage, "", fmt.Errorf("--max must be 0 or more, not %d", f.max))
	}
	if f.now == "" {
		return o, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, f.now); err == nil {
			o.Now = t
			return o, nil
		}
	}
	return o, failWith(exitUsage, "", fmt.Errorf("--now is a day such as 2026-01-31 or a time such as 2026-01-31T13:45:00Z, not %q", f.now))
}

// checkedDocument is what came of checking one file.
type checkedDocument struct {
	File     string          `json:"file"`
	Form     string          `json:"form"`
	Version  string          `json:"version"`
	Complete bool            `json:"complete"` // it was read to its end
	Events   int             `json:"events"`
	Objects  int             `json:"objects"`
	Errors   int             `json:"errors"`
	Warnings int             `json:"warnings"`
	Infos    int             `json:"infos"`
	Findings []epcis.Finding `json:"findings"`
	Unlisted int             `json:"unlisted"`          // findings beyond --max
	Problem  string          `json:"problem,omitempty"` // why the file could not be read

	flags checkFlags
	tell  func(epcis.Finding) // prints a finding at once, or nil
}

func (c *cli) checkDocuments(ctx context.Context, paths []string, o epcis.CheckOptions, flags checkFlags) error {
	report := struct {
		Passed bool               `json:"passed"`
		Sets   []epcis.Set        `json:"sets"`
		Files  []*checkedDocument `json:"files"`
	}{Sets: o.Sets}
	code := exitDone
	for _, path := range paths {
		d := &checkedDocument{File: documentName(path), Findings: []epcis.Finding{}, flags: flags}
		if !c.out.json {
			d.tell = func(f epcis.Finding) { fmt.Fprintln(c.out.data, f) }
		}
		err := d.check(ctx, path, o)
		switch {
		case errors.Is(err, context.Canceled), err != nil && len(paths) == 1:
			return err
		case err != nil:
			failed, hint := exitOf(err)
			d.Problem, code = err.Error(), worseExit(code, failed)
			if !c.out.json {
				c.out.complain(err, failed, hint)
			}
		case !c.out.json:
			d.summarise(c.out.data)
		}
		if d.Errors > 0 {
			code = worseExit(code, exitNo)
		}
		report.Files = append(report.Files, d)
	}
	report.Passed = code == exitDone
	if c.out.json {
		if err := c.out.result(report, nil); err != nil {
			return err
		}
	}
	return endWith(code)
}

// check reads and checks one file. What is wrong with the document is a finding;
// an error means that there was nothing to read.
func (d *checkedDocument) check(ctx context.Context, path string, o epcis.CheckOptions) error {
	checker := epcis.NewChecker(o)
	var objects epcis.ObjectCount
	h, err := readDocument(ctx, path, epcis.Options{Lenient: d.flags.lenient}, func(e *epcis.Event) error {
		d.Events++
		objects.Add(e)
		d.found(checker.Event(e))
		d.tolerated(o, e.Remarks())
		return nil
	})
	if h != nil {
		d.Form, d.Version, d.Objects = h.Form.String(), h.SchemaVersion, objects.Objects()
	}
	if fault, ok := unreadable(err); ok {
		d.found([]epcis.Finding{{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: fault.Rule, Text: fault.Text, Remedy: fault.Remedy,
			Where: epcis.Where{File: fault.File, Line: fault.Line, Path: fault.Path, Event: fault.Event},
		}})
		return nil
	}
	if err != nil {
		return documentExit(err)
	}
	d.Complete = true
	d.found(checker.Finish(h))
	d.tolerated(o, h.Remarks())
	return nil
}

// tolerated names what --lenient let through when the rules that do it aren't
// among the sets.
func (d *checkedDocument) tolerated(o epcis.CheckOptions, remarks []epcis.Finding) {
	if slices.Contains(o.Sets, epcis.SetStructure) {
		return
	}
	for _, f := range remarks {
		if strings.HasPrefix(f.Rule, "lenient/") {
			d.found([]epcis.Finding{f})
		}
	}
}

// found counts findings and lists those that --max lets through.
func (d *checkedDocument) found(list []epcis.Finding) {
	for _, f := range list {
		n := &d.Infos
		switch f.Severity {
		case epcis.Fault:
			n = &d.Errors
		case epcis.Warning:
			n = &d.Warnings
		}
		*n++
		switch {
		case d.flags.max > 0 && *n > d.flags.max:
			d.Unlisted++
		case d.tell != nil:
			d.tell(f)
		default:
			d.Findings = append(d.Findings, f)
		}
	}
}

func (d *checkedDocument) summarise(w io.Writer) {
	if d.Unlisted > 0 {
		fmt.Fprintf(w, "%s: %s not listed; --max 0 lists all\n", d.File, counted(d.Unlisted, "further finding is", "further findings are"))
	}
	cut := ""
	if !d.Complete {
		cut = "; it could not be read to its end"
	}
	fmt.Fprintf(w, "%s: %s, %s, %s: %s, %s, %s%s\n", d.File, describeDocument(d.Version, d.Form), counted(d.Events, "event", "events"), counted(d.Objects, "object", "objects"),
		counted(d.Errors, "error", "errors"), counted(d.Warnings, "warning", "warnings"), counted(d.Infos, "note", "notes"), cut)
}
