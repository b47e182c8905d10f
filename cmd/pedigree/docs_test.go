package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// verbSections cuts docs/reference/cli.md into its sections, by verb.
func verbSections(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for part := range strings.SplitSeq("\n"+string(raw), "\n## pedigree ") {
		title, text, _ := strings.Cut(part, "\n")
		sections[title] = text
	}
	return sections
}

var flagName = regexp.MustCompile(`--[a-z][a-z0-9-]*`)

func TestTheReferenceDescribesEveryVerbAndFlag(t *testing.T) {
	sections := verbSections(t)
	known := map[string]bool{}
	eachVerb(func(path string, cmd *cobra.Command) {
		known[path] = true
		text, found := sections[path]
		if !found {
			t.Errorf("docs/reference/cli.md has no section `## pedigree %s`", path)
			return
		}
		named := flagName.FindAllString(text, -1)
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !slices.Contains(named, "--"+f.Name) {
				t.Errorf("the section of pedigree %s leaves out --%s", path, f.Name)
			}
		})
		for _, name := range named {
			if !isFlag(strings.TrimPrefix(name, "--")) {
				t.Errorf("the section of pedigree %s names %s, which is no flag", path, name)
			}
		}
	})
	for title := range sections {
		if title != "" && !known[title] {
			t.Errorf("docs/reference/cli.md describes pedigree %s, and there is no such verb", title)
		}
	}
}

// isFlag tells whether any verb has a flag of that name.
func isFlag(name string) bool {
	found := newRoot().PersistentFlags().Lookup(name) != nil
	eachVerb(func(_ string, cmd *cobra.Command) { found = found || cmd.Flags().Lookup(name) != nil })
	return found
}

// command finds a command line in a document: in a block, after a prompt, or
// between backquotes.
var command = regexp.MustCompile("(?m)(?:^\\$ |^ *|`)(pedigree [a-z][^`\n]*)")

func TestEveryCommandInTheDocumentsIsRunByAScript(t *testing.T) {
	run := scriptedVerbs(t)
	docs, err := filepath.Glob(filepath.Join("..", "..", "docs", "*", "*.md"))
	if err != nil || len(docs) < 50 {
		t.Fatalf("%d documents: %v", len(docs), err)
	}
	docs = slices.DeleteFunc(docs, func(doc string) bool { // names of bytes there begin like commands
		return filepath.Base(filepath.Dir(doc)) == "internals"
	})
	for _, doc := range append(docs, filepath.Join("..", "..", "README.md")) {
		raw, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range command.FindAllStringSubmatch(strings.ReplaceAll(string(raw), "\\\n", " "), -1) {
			verb, err := verbOf(m[1])
			if err != nil {
				t.Errorf("%s: %s: %v", doc, m[1], err)
			} else if !run[verb] {
				t.Errorf("%s: no script runs pedigree %s", doc, verb)
			}
			if strings.HasPrefix(m[0], "`") || err != nil {
				continue // a verb is named; nobody types it as it stands
			}
			if err := parses(strings.TrimSuffix(m[1], " &")); err != nil {
				t.Errorf("%s: %s: %v", doc, m[1], err)
			}
		}
	}
}

func TestEveryVerbIsRunByAScript(t *testing.T) {
	run := scriptedVerbs(t)
	eachVerb(func(path string, _ *cobra.Command) {
		if !run[path] {
			t.Errorf("no script runs pedigree %s", path)
		}
	})
}

// verbOf returns the words of a command line that name its verb.
func verbOf(line string) (string, error) {
	root := newRoot()
	root.InitDefaultCompletionCmd()
	cmd, _, err := root.Find(words(line)[1:])
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(cmd.CommandPath(), "pedigree "), nil
}

// scriptedVerbs are the verbs that the scripts run.
func scriptedVerbs(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	run := map[string]bool{}
	line := regexp.MustCompile(`(?m)^(?:\[[^\]]+\] )?(?:exec|exits \d+) (pedigree .*)$`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(raw), -1) {
			if verb, err := verbOf(m[1]); err == nil {
				run[verb] = true
			}
		}
	}
	return run
}
