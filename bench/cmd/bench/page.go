package main

import (
	"fmt"
	"os"
	"strings"
)

// Marks around the part of a page that a section's run rewrites.
func beginMark(section string) string { return "<!-- measured: " + section + " -->" }
func endMark(section string) string   { return "<!-- end: " + section + " -->" }

// rewrite puts text between a section's marks and leaves the rest of the page.
func rewrite(page, section, text string) (string, error) {
	before, rest, found := strings.Cut(page, beginMark(section))
	_, after, ended := strings.Cut(rest, endMark(section))
	if !found || !ended {
		return "", fmt.Errorf("couldn't find %q and %q in the page: put both where the figures belong", beginMark(section), endMark(section))
	}
	return before + beginMark(section) + "\n" + text + endMark(section) + after, nil
}

// writePage rewrites one section of the page in a file.
func writePage(path, section, text string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("couldn't read the page: %w", err)
	}
	page, err := rewrite(string(raw), section, text)
	if err != nil {
		return fmt.Errorf("couldn't write to %s: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		return fmt.Errorf("couldn't write the page: %w", err)
	}
	return nil
}
