package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"pedigree/format/gs1"
)

// newRoot makes the command tree as run does, for tests that look at it.
func newRoot() *cobra.Command { return (&cli{out: silentOutput()}).root() }

// eachVerb calls fn with every command that does something, by its words.
func eachVerb(fn func(path string, cmd *cobra.Command)) {
	var walk func(cmd *cobra.Command, path string)
	walk = func(cmd *cobra.Command, path string) {
		for _, sub := range cmd.Commands() {
			at := strings.TrimSpace(path + " " + sub.Name())
			if sub.HasSubCommands() {
				walk(sub, at)
			} else {
				fn(at, sub)
			}
		}
	}
	walk(newRoot(), "")
}

func TestEveryVerbHasHelpWithExamples(t *testing.T) {
	eachVerb(func(path string, cmd *cobra.Command) {
		t.Run(path, func(t *testing.T) {
			var data, words bytes.Buffer
			args := append(strings.Fields(path), "--help")
			if code := run(context.Background(), args, &output{data: &data, words: &words}); code != exitDone || words.Len() > 0 {
				t.Fatalf("exit code %d, and on standard error: %s", code, words.String())
			}
			if !strings.Contains(data.String(), "pedigree "+path) || cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
				t.Errorf("the help is %q", data.String())
			}
			if len(examples(cmd)) == 0 {
				t.Error("there is no example")
			}
			for _, example := range examples(cmd) {
				if err := parses(example); err != nil {
					t.Errorf("%s\n%v", example, err)
				}
			}
		})
	})
}

// examples are the command lines in a command's help.
func examples(cmd *cobra.Command) []string {
	var list []string
	for line := range strings.SplitSeq(strings.ReplaceAll(cmd.Example, "\\\n", " "), "\n") {
		if _, after, found := strings.Cut(line, "pedigree "); found {
			list = append(list, "pedigree "+after)
		}
	}
	return list
}

// words splits a command line as a shell does: at spaces outside of quotes,
// without what follows as a comment or an input file.
func words(line string) []string {
	line, _, _ = strings.Cut(line, " <")
	line, _, _ = strings.Cut(line, " #")
	var list []string
	for _, m := range regexp.MustCompile(`'([^']*)'|"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		list = append(list, m[1]+m[2]+m[3])
	}
	return list
}

// identifiers are the texts in which a check digit can be wrong.
var identifiers = regexp.MustCompile(`\(01\)[^\s'=]+|urn:epc:id:\S+|\b\d{18}\b`)

// parses tells whether the program takes a command line, flags and arguments, and
// whether the identifiers in it are right. Nothing is run.
func parses(line string) error {
	cmd, rest, err := newRoot().Find(words(line)[1:])
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if err := cmd.ValidateRequiredFlags(); err != nil {
		return err
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		return err
	}
	for _, id := range identifiers.FindAllString(line, -1) {
		if _, err := gs1.Parse(id); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}
