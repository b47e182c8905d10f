package arch

import (
	"fmt"
	"slices"
	"strings"
)

// Linked lists every package that a program links, in groups: the standard
// library, this module, then each other module with its version. root is a
// folder of the program's module and program its package path there, such as
// ./cmd/pedigree. The list is for the reference platform, whatever machine
// makes it, and leaves out the standard library's internal packages, which
// change with every Go release.
func Linked(root, program string) (string, error) {
	const format = "{{if .Standard}}\t{{else}}{{.Module.Path}}{{with .Module.Version}} {{.}}{{end}}{{with .Module.Replace}} => {{.Path}}{{with .Version}} {{.}}{{end}}{{end}}\t{{end}}{{.ImportPath}}"
	out, err := goList(root, "-deps", "-f", format, "--", program)
	if err != nil {
		return "", err
	}
	groups := map[string][]string{}
	for line := range strings.Lines(out) {
		module, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			return "", fmt.Errorf("couldn't read go list's line %q", line)
		}
		if module == "" && isInternalStandard(name) {
			continue
		}
		groups[module] = append(groups[module], name)
	}
	return render(program, groups), nil
}

func isInternalStandard(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "internal" || part == "vendor" {
			return true
		}
	}
	return false
}

func render(program string, groups map[string][]string) string {
	var modules []string
	for m := range groups {
		modules = append(modules, m)
	}
	slices.Sort(modules)
	var b strings.Builder
	fmt.Fprintf(&b, "# Every package that %s links on linux/amd64. Refresh: make depaware\n", program)
	for _, m := range modules {
		title := m
		if m == "" {
			title = "standard library"
		}
		fmt.Fprintf(&b, "\n%s (%d)\n", title, len(groups[m]))
		slices.Sort(groups[m])
		for _, name := range groups[m] {
			fmt.Fprintf(&b, "\t%s\n", name)
		}
	}
	return b.String()
}
