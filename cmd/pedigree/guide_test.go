package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const guideFolder = "docs/guide"

// guideBlock is a block of a page that is run: what is typed, what is printed, or a file.
type guideBlock struct {
	kind string   // sh, text, or what the page says; "" for a block with prompts
	text string   // as it stands
	rows []string // without lines that go on in the next
}

// readGuide reads the blocks of a page by their kinds. A page with fewer than it should
// have fails the test: then it isn't read as it is meant.
func readGuide(t *testing.T, folder, name string, least int, kinds ...string) []guideBlock {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(folder), name))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []guideBlock
	for _, found := range regexp.MustCompile("(?s)```(\\w*)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		if slices.Contains(kinds, found[1]) {
			rows := strings.Split(strings.TrimSpace(strings.ReplaceAll(found[2], "\\\n", " ")), "\n")
			blocks = append(blocks, guideBlock{found[1], found[2], rows})
		}
	}
	if len(blocks) < least {
		t.Fatalf("%s has %d blocks that are run, and should have %d", name, len(blocks), least)
	}
	return blocks
}

// guideScript is a page as a script.
type guideScript struct{ bytes.Buffer }

func (s *guideScript) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// printed is the pattern of a line that is printed; … and three points stand for anything.
func printed(line string) string {
	pattern := strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(line), " … ", "…"), "...", "…")
	pattern = strings.ReplaceAll(regexp.QuoteMeta(pattern), "…", ".*")
	return strings.ReplaceAll(pattern, "'", "''")
}

// prompted writes the blocks in which a prompt stands before what is typed, and below it
// what is printed.
func (s *guideScript) prompted(blocks []guideBlock, typed func(command string)) {
	for _, block := range blocks {
		if block.kind != "" {
			continue
		}
		for _, row := range block.rows {
			if command, ok := strings.CutPrefix(row, "$ "); ok {
				typed(command)
			} else {
				s.line("stdout '%s'", printed(row))
			}
		}
	}
}

// file adds a file of which the page has the content, in its blocks of a kind.
func (s *guideScript) file(name, kind string, blocks []guideBlock) {
	s.line("-- %s --", name)
	for _, block := range blocks {
		if block.kind == kind {
			s.WriteString(block.text)
		}
	}
}

// run runs the script.
func (s *guideScript) run(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "guide.txt")
	if err := os.WriteFile(file, s.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: scriptSetup, Cmds: scriptCommands(), RequireExplicitExec: true})
}
