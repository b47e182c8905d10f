package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// noCommands is what follows the program's name in texts that name no command: labels of
// keys and signatures, folders, and sentences about the program.
var noCommands = regexp.MustCompile(`^(?:custody (?:secret|key)|sealing key|sealed value v1|signature v1|signature challenge v1|pending act v1|organisation 1|test (?:key|hash) |exchange secret|audit v1|document (?:v1|content|head|partner)|chunk v1|answer v[12]|vault (?:lock|key|caller|own)|exchange (?:connection|$)|runs |does not |VERB |%)`)

// named is a command that a text names, with where.
type named struct{ at, text string }

// mention finds the program's name and what follows it, up to what ends a command in a
// sentence.
var mention = regexp.MustCompile("(?:^|[^\\w./-])pedigree ((?:[^`\n;]|\\\\\n)*)")

// mentions are the commands that a text names.
func mentions(at, text string) []named {
	var list []named
	for _, part := range mention.FindAllStringSubmatch(text, -1) {
		for one := range strings.SplitSeq(part[1], " pedigree ") { // a sentence may name several
			list = append(list, named{at, strings.ReplaceAll(one, "\\\n", " ")})
		}
	}
	return list
}

// wrong tells what is wrong with a command that a text names. Words behind it are
// the text's own.
func (n named) wrong(root *cobra.Command) error {
	if noCommands.MatchString(n.text) {
		return nil
	}
	cmd := root
	words := strings.Fields(n.text)
	for len(words) > 0 {
		word := strings.TrimRight(words[0], ".,:)'\"?")
		i := slices.IndexFunc(cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == word || c.HasAlias(word) })
		if i < 0 {
			break
		}
		cmd, words = cmd.Commands()[i], words[1:]
	}
	switch {
	case cmd == root && len(words) > 0 && !strings.HasPrefix(words[0], "-"):
		return fmt.Errorf("%q is no verb", words[0])
	case cmd != root && cmd.HasSubCommands() && !strings.Contains(n.text, "--help") && !strings.HasSuffix(n.text, " ") && (len(words) == 0 || !strings.HasPrefix(words[0], "%")): // a verb may be put behind
		return fmt.Errorf("%s alone does nothing: name one of its verbs", cmd.CommandPath())
	}
	for i, word := range words {
		if i > 0 && strings.HasSuffix(words[i-1], ",") {
			break // the sentence goes on to something else
		}
		name, _, _ := strings.Cut(strings.TrimRight(strings.TrimPrefix(word, "--"), ".,:)'\""), "=")
		if !strings.HasPrefix(word, "--") || name == "" || name == "help" {
			continue
		}
		if cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil {
			return fmt.Errorf("%s has no flag --%s", cmd.CommandPath(), name)
		}
	}
	return nil
}

// spoken are the texts in the program's source: what it may tell a person.
func spoken(t *testing.T) []named {
	t.Helper()
	var list []named
	for _, dir := range []string{"client", "cmd", "domain", "internal", "ledger", "format", "proof"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						list = append(list, mentions(files.Position(lit.Pos()).String(), text)...)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// code finds what a page shows as code: blocks, indented lines, and backquotes.
var code = regexp.MustCompile("(?m)`(pedigree [^`\n]*)`|^(?: {4,}|\\t|\\$ | +\\$ )(?:sudo (?:-u pedigree )?)?(pedigree .*(?:\\\\\n.*)*)|^(pedigree [a-z]+(?: .*)?)$")

// written are the commands in the pages.
func written(t *testing.T) []named {
	t.Helper()
	var list []named
	pages := []string{filepath.Join("..", "..", "README.md"), filepath.Join("..", "..", "docs", "operate", "alerts.yml")}
	err := filepath.WalkDir(filepath.Join("..", "..", "docs"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(raw), -1) {
			list = append(list, mentions(page, m[1]+m[2]+m[3])...)
		}
	}
	return list
}

// TestEveryCommandThatATextNamesIsOne reads what the program may say and what its pages
// show: each verb must be there, with each flag.
func TestEveryCommandThatATextNamesIsOne(t *testing.T) {
	root := newRoot()
	root.InitDefaultCompletionCmd()
	list := append(spoken(t), written(t)...)
	if len(list) < 400 {
		t.Fatalf("only %d commands are named", len(list))
	}
	for _, n := range list {
		if err := n.wrong(root); err != nil {
			t.Errorf("%s: pedigree %s\n\t%v", n.at, n.text, err)
		}
	}
}
