package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(c *cli) *cobra.Command {
	var materials bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the program's version and what it is built from", Args: cobra.NoArgs,
		Example: "  pedigree version --json\n  pedigree version --sbom",
		RunE: func(*cobra.Command, []string) error {
			if materials {
				return c.materials()
			}
			return c.version()
		},
	}
	cmd.Flags().BoolVar(&materials, "sbom", false, "print the list of materials: each module with version, hash and licence (CycloneDX 1.6)")
	return cmd
}

func (c *cli) version() error {
	type module struct {
		Path    string `json:"path"`
		Version string `json:"version"`
	}
	type answer struct {
		Version string   `json:"version"`
		Commit  string   `json:"commit"`
		Date    string   `json:"date"`
		Go      string   `json:"go"`
		Modules []module `json:"modules"`
	}
	a := answer{Version: version, Commit: commit, Date: date, Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			a.Modules = append(a.Modules, module{m.Path, m.Version})
		}
	}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "pedigree %s (%s, %s, %s)\n", a.Version, a.Commit, a.Date, a.Go)
	})
}
