package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
)

func epcisDiffCommand(c *cli) *cobra.Command {
	var o epcis.CompareOptions
	var lenient bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two EPCIS documents event by event",
		Long: `Compares events by their hash, so that form, order and spelling don't matter: the XML
and the JSON form of the same document are equal. What differs is paired (by eventID, or
by time, step and objects) and named field by field. Both are read more than once: they
must be files. Exit code 0: equal. 4: different. 5: one of them can't be read to its end.`,
		Example: "  pedigree epcis diff sent.xml received.xml\n  pedigree epcis diff shipment.xml shipment.jsonld --hash-only --json",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Listed < 1 {
				return failWith(exitUsage, "", fmt.Errorf("--max must be 1 or more, not %d", o.Listed))
			}
			return c.diffDocuments(cmd.Context(), args, lenient, o)
		},
	}
	cmd.Flags().BoolVar(&o.HashOnly, "hash-only", false, "leave out what the hash of an event leaves out: eventID, recordTime, errorDeclaration")
	cmd.Flags().IntVar(&o.Listed, "max", 100, "events that are listed of each kind")
	lenientFlag(cmd, &lenient)
	return cmd
}

func (c *cli) diffDocuments(ctx context.Context, paths []string, lenient bool, o epcis.CompareOptions) error {
	var sources [2]epcis.Source
	for i, path := range paths {
		f, err := openTwice(path)
		if err != nil {
			return err
		}
		defer f.Close()
		sources[i] = epcis.Source{In: interruptible{ctx, f}, Options: epcis.Options{File: path, Lenient: lenient}}
	}
	found, err := epcis.Compare(sources[0], sources[1], o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return documentExit(err)
	}
	if err := c.out.result(found, func(w io.Writer) { printComparison(w, found) }); err != nil {
		return err
	}
	if !found.Equal {
		return &quietExit{exitNo}
	}
	return nil
}

// openTwice opens a file that can be read from its start again.
func openTwice(path string) (*os.File, error) {
	if path == "-" {
		return nil, failWith(exitUsage, "write it to a file first", errors.New("standard input can't be compared: both documents are read more than once"))
	}
	in, _, err := openInput(path)
	if err != nil {
		return nil, err
	}
	f, ok := in.(*os.File)
	if info, err := f.Stat(); !ok || err != nil || !info.Mode().IsRegular() {
		return nil, failWith(exitUsage, "write it to a file first", errors.Join(fmt.Errorf("%s can't be compared: it is no file that can be read more than once", path), in.Close()))
	}
	return f, nil
}

// interruptible is a file that ends when the program is interrupted.
type interruptible struct {
	ctx context.Context
	*os.File
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.File.Read(p)
}

func printComparison(w io.Writer, c *epcis.Comparison) {
	a, b := c.A, c.B
	fmt.Fprintf(w, "A %s: %s, %s\n", a.File, describeDocument(a.Version, a.Form), counted(a.Events, "event", "events"))
	fmt.Fprintf(w, "B %s: %s, %s\n", b.File, describeDocument(b.Version, b.Form), counted(b.Events, "event", "events"))
	if len(c.Header) > 0 {
		fmt.Fprintln(w, "outside the events")
		printDifferences(w, c.Header)
	}
	for _, p := range c.Pairs {
		fmt.Fprintf(w, "A:%d, B:%d: %s, paired by %s\n", p.A.Where.Line, p.B.Where.Line, sketch(p.A), p.By)
		printDifferences(w, p.Differences)
	}
	more(w, c.Differ-len(c.Pairs), "that differ")
	for _, side := range []struct {
		name  string
		list  []epcis.EventRef
		count int
	}{{"A", c.OnlyA, a.Alone}, {"B", c.OnlyB, b.Alone}} {
		for _, e := range side.list {
			fmt.Fprintf(w, "only in %s:%d: %s\n", side.name, e.Where.Line, sketch(e))
		}
		more(w, side.count-len(side.list), "only in "+side.name)
	}
	if c.Equal {
		fmt.Fprintf(w, "equal: %s\n", counted(c.Same, "event", "events"))
		return
	}
	fmt.Fprintf(w, "different: %s the same, %d differ, %d only in A, %d only in B, %s outside the events\n",
		counted(c.Same, "event is", "events are"), c.Differ, a.Alone, b.Alone, counted(len(c.Header), "difference", "differences"))
}

// sketch names an event in a few words.
func sketch(e epcis.EventRef) string {
	text := string(e.Type)
	if e.BizStep != "" {
		text += " " + e.BizStep
	}
	return text + " of " + e.EventTime.Format(time.RFC3339Nano)
}

func more(w io.Writer, n int, what string) {
	if n > 0 {
		fmt.Fprintf(w, "%s %s, not listed; --max says how many are\n", counted(n, "further event", "further events"), what)
	}
}

func printDifferences(w io.Writer, list []epcis.Difference) {
	for _, d := range list {
		fmt.Fprintf(w, "  %s\n", d.Field)
		for _, side := range []struct {
			name   string
			values []string
			more   int
			line   int
		}{{"A", d.A, d.MoreA, d.LineA}, {"B", d.B, d.MoreB, d.LineB}} {
			place := side.name
			if side.line > 0 {
				place = fmt.Sprintf("%s:%d", side.name, side.line)
			}
			for _, v := range side.values {
				fmt.Fprintf(w, "    %s  %s\n", place, v)
			}
			if side.more > 0 {
				fmt.Fprintf(w, "    %s  and %s\n", place, counted(side.more, "further value", "further values"))
			}
		}
	}
}
