package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
	"pedigree/internal/tryfile"
)

// epcisCommand holds the verbs that work on documents alone: no node is asked,
// and no home is needed.
func epcisCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "epcis",
		Short: "Check, convert, hash and compare EPCIS documents offline",
		Long:  "Works on EPCIS documents: 1.1, 1.2 and 2.0 XML and 2.0 JSON-LD. Neither a node nor a home is needed.",
	}
	cmd.AddCommand(epcisCheckCommand(c), epcisConvertCommand(c), epcisHashCommand(c), epcisDiffCommand(c))
	return cmd
}

// documentName is how a document is called in answers: as on the command line,
// so that an editor finds the place.
func documentName(path string) string {
	if path == "-" {
		return "standard-input"
	}
	return path
}

// readDocument hands on each event of a document. The header is what was read of
// it, also when there is an error; it is nil when the document could not be
// opened.
func readDocument(ctx context.Context, path string, o epcis.Options, use func(*epcis.Event) error) (*epcis.Header, error) {
	body, _, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	o.File = documentName(path)
	return tryfile.Read(ctx, body, o, nil, use)
}

// lenientFlag adds --lenient, which is the same for all verbs.
func lenientFlag(cmd *cobra.Command, lenient *bool) {
	cmd.Flags().BoolVar(lenient, "lenient", false, "take what senders get wrong and what can be understood without guessing; pedigree epcis check --lenient names it")
}

// describeDocument says what a document is, such as "EPCIS 1.2 XML".
func describeDocument(version, form string) string {
	return strings.Join(strings.Fields("EPCIS "+version+" "+form), " ")
}

// worseExit chooses the code with which a verb ends that took several files.
func worseExit(a, b int) int {
	order := []int{exitDone, exitUsage, exitNotFound, exitUnchecked, exitNo, exitFailed}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// endWith ends a verb whose answer is printed.
func endWith(code int) error {
	if code == exitDone {
		return nil
	}
	return &quietExit{code}
}

// onceStandardInput refuses to read standard input twice.
func onceStandardInput(paths []string) error {
	first := slices.Index(paths, "-")
	if first >= 0 && slices.Contains(paths[first+1:], "-") {
		return failWith(exitUsage, "name - once", errors.New("standard input can be read only once"))
	}
	return nil
}

// documentExit gives an error of reading a document its exit code.
func documentExit(err error) error {
	var known *failure
	if errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := tryfile.Fault(err); ok {
		return failWith(exitUnchecked, "pedigree epcis check says what was read of it", err)
	}
	return failWith(exitUnchecked, "", err)
}
