//go:build linux

package trading

import (
	"os"
	"path/filepath"
	"strings"
)

// pains holds that every command of the page of pains was run in the story.
func (s *story) pains() {
	s.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "pains.md"))
	if err != nil {
		s.Fatal(err)
	}
	commands := 0
	for line := range strings.Lines(string(page)) {
		command, ok := strings.CutPrefix(line, "    pedigree ")
		if !ok {
			continue
		}
		commands++
		if !s.wasTold(strings.Fields(command)) {
			s.Errorf("no day of the story runs pedigree %s", strings.TrimSpace(command))
		}
	}
	const pains = 10
	if headings := strings.Count(string(page), "\n## "); headings != pains || commands < pains {
		s.Errorf("the page has %d pains and %d commands", headings, commands)
	}
}

// wasTold tells whether somebody ran the command's verb with the command's flags.
func (s *story) wasTold(words []string) bool {
	verb := words[:1]
	if len(words) > 1 && strings.Trim(words[1], "abcdefghijklmnopqrstuvwxyz") == "" {
		verb = words[:2]
	}
told:
	for told := range s.told {
		had := strings.Fields(told)[1:] // after the company
		if len(had) < len(verb) || strings.Join(had[:len(verb)], " ") != strings.Join(verb, " ") {
			continue
		}
		for _, w := range words {
			if strings.HasPrefix(w, "--") && !strings.Contains(told, w) {
				continue told
			}
		}
		return true
	}
	return false
}
