package arch

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// banned is a pattern that no text file may hold.
type banned struct {
	pattern *regexp.Regexp
	why     string
}

// hosts are package registries: which one is used is a setting of the machine
// (GOPROXY, .npmrc, sources.list), never of the repository.
var hosts = []string{"proxy.golang" + ".org", "sum.golang" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org", "security.debian" + ".org"}

// The patterns are put together from parts so that this file holds none.
var bannedWords = []banned{
	{
		regexp.MustCompile(`(^|[^A-Za-z0-9_.])/(wo` + `rk|fa` + `rm)/`),
		"a path of the machine it was written on: use a path from the repository's root",
	},
	{
		regexp.MustCompile(strings.ReplaceAll(strings.Join(hosts, "|"), ".", `\.`)),
		"a registry's host: leave the choice to the machine's settings",
	},
	{
		regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`),
		"unfinished work: finish it or leave it out",
	},
}

// vagueNames say nothing about what a package or file holds.
var vagueNames = map[string]bool{
	"util": true, "utils": true, "common": true, "helper": true, "helpers": true, "manager": true,
	"service": true, "services": true, "models": true, "misc": true, "base": true,
}

// Words checks what the tree's text says: no machine paths or registries, no
// unfinished work, no folder or file that is named for nothing.
func Words(t *Tree) []Fault {
	var faults []Fault
	for _, f := range t.Files {
		for _, b := range bannedWords {
			for _, at := range b.pattern.FindAllIndex(f.Text, -1) {
				line := 1 + bytes.Count(f.Text[:at[1]], []byte{'\n'})
				faults = append(faults, Fault{File: f.Path, Line: line, Text: b.why})
			}
		}
		if f.Go == nil {
			continue
		}
		for _, name := range []string{path.Base(f.Dir()), strings.TrimSuffix(strings.TrimSuffix(path.Base(f.Path), ".go"), "_test")} {
			if vagueNames[name] {
				faults = append(faults, Fault{File: f.Path, Text: name + " says nothing: name it for its subject"})
			}
		}
		faults = append(faults, t.initFunctions(f)...)
	}
	return sorted(faults)
}
