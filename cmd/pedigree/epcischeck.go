package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
	"pedigree/internal/courier"
	"pedigree/internal/tryfile"
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
		Long: `Names every fault by file, line, rule and remedy, and goes on with the next file. A ZIP
archive or a gzip file is unpacked, and each document in it checked by itself.
Exit code 0: no errors. 4: at least one error; warnings alone don't count.
The sets of rules: structure (the schemas), gs1 (identifiers, check digits, lots,
dates), cbv (vocabulary), dscsa (the GS1 US guideline, across the document).`,
		Example: "  pedigree epcis check shipment.xml\n  pedigree epcis check july.zip\n  pedigree epcis check --set structure,gs1,cbv --json events.jsonld\n  cat shipment.xml | pedigree epcis check -",
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

func (c *cli) checkDocuments(ctx context.Context, paths []string, o epcis.CheckOptions, flags checkFlags) error {
	report := struct {
		Passed bool                     `json:"passed"`
		Sets   []epcis.Set              `json:"sets"`
		Files  []*tryfile.CheckedUpload `json:"files"`
	}{Sets: o.Sets}
	code := exitDone
	for _, path := range paths {
		d, err := c.checkDocument(ctx, path, o, flags)
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
			summarise(c.out.data, d)
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

// checkDocument reads and checks one file. An error means that there was nothing to read.
func (c *cli) checkDocument(ctx context.Context, path string, o epcis.CheckOptions, flags checkFlags) (*tryfile.CheckedUpload, error) {
	check := tryfile.CheckOptions{Name: documentName(path), Sets: o.Sets, Now: o.Now, Lenient: flags.lenient, Listed: flags.max}
	if !c.out.json {
		check.Tell = func(f epcis.Finding) { fmt.Fprintln(c.out.data, f) }
	}
	in, _, err := openInput(path)
	if err != nil {
		return &tryfile.CheckedUpload{CheckedFile: tryfile.CheckedFile{File: check.Name, Findings: []epcis.Finding{}}}, err
	}
	defer in.Close()
	var all *tryfile.CheckedUpload
	if file, size, ok := archiveOf(in); ok {
		all, err = tryfile.CheckPacked(ctx, file, size, check)
	} else {
		var d *tryfile.CheckedFile
		d, err = tryfile.Check(ctx, in, check)
		all = &tryfile.CheckedUpload{CheckedFile: *d}
	}
	if err != nil {
		err = documentExit(err)
	}
	return all, err
}

// archiveOf tells whether an input is an archive that can be read at any place.
func archiveOf(in io.Reader) (io.ReaderAt, int64, bool) {
	f, ok := in.(*os.File)
	if !ok {
		return nil, 0, false
	}
	head := make([]byte, courier.MagicBytes)
	n, _ := f.ReadAt(head, 0) // what has no places is read from its start, and says what is wrong
	info, err := f.Stat()
	if err != nil || !courier.Packed(head[:n]) {
		return nil, 0, false
	}
	return f, info.Size(), true
}

// summarise has a line for each document, and for an archive one more with the sums.
func summarise(w io.Writer, d *tryfile.CheckedUpload) {
	for _, one := range d.Packed {
		summariseDocument(w, one)
	}
	if len(d.Packed) == 0 {
		summariseDocument(w, &d.CheckedFile)
		return
	}
	fmt.Fprintf(w, "%s: %s: %s, %s, %s\n", d.File, counted(len(d.Packed), "document", "documents"),
		counted(d.Errors, "error", "errors"), counted(d.Warnings, "warning", "warnings"), counted(d.Infos, "note", "notes"))
}

func summariseDocument(w io.Writer, d *tryfile.CheckedFile) {
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
