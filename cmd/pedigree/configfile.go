package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/internal/config"
)

// withNetwork fills chain, profile and peers into the configuration that init
// wrote. A person who has edited those lines edits them by hand from then on.
func withNetwork(text, chainID, profile, peers string) (string, error) {
	const unset = "chain_id: unset\n"
	if !strings.Contains(text, unset) {
		return "", failWith(exitUsage, "edit pedigree.yaml by hand", fmt.Errorf("the configuration names a chain already"))
	}
	text = strings.Replace(text, unset, fmt.Sprintf("chain_id: %s\nprofile: %s\n", chainID, profile), 1)
	if peers != "" {
		text = strings.Replace(text, "p2p:\n", "p2p:\n  peers:\n"+peers, 1)
	}
	return text, nil
}

// readConfig reads the home's configuration; a network of one needs no chain in it.
func (c *cli) readConfig(h home, chainID, profile string) (config.Config, error) {
	raw, err := os.ReadFile(h.config())
	if err != nil {
		return config.Config{}, failWith(exitUsage, "run pedigree init first, or name the home with --home", fmt.Errorf("couldn't read the configuration: %w", err))
	}
	text := string(raw)
	if strings.Contains(text, "chain_id: unset\n") {
		if text, err = withNetwork(text, chainID, profile, ""); err != nil {
			return config.Config{}, err
		}
	}
	if !strings.Contains(text, "\nhome:") {
		abs, err := filepath.Abs(h.dir)
		if err != nil {
			return config.Config{}, fmt.Errorf("couldn't find the home folder: %w", err)
		}
		text += fmt.Sprintf("home: %q\n", abs)
	}
	cfg, err := config.Parse(h.config(), []byte(text), os.LookupEnv)
	if err != nil {
		return cfg, failWith(exitUsage, "pedigree config print --defaults explains every key", err)
	}
	return cfg, nil
}

func configCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check and print the configuration"}
	cmd.AddCommand(&cobra.Command{
		Use: "check FILE", Short: "Check a configuration file", Args: cobra.ExactArgs(1),
		Example: "  pedigree config check maker/pedigree.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := config.Load(args[0]); err != nil {
				return failWith(exitNo, "pedigree config print --defaults explains every key", err)
			}
			c.out.say("%s is right", args[0])
			return nil
		},
	})
	printed := &cobra.Command{
		Use: "print", Short: "Print every key with its meaning and default", Args: cobra.NoArgs,
		Example: "  pedigree config print --defaults",
		RunE:    func(*cobra.Command, []string) error { return config.Print(c.out.data, config.Default()) },
	}
	printed.Flags().Bool("defaults", true, "print the defaults")
	cmd.AddCommand(printed)
	return cmd
}
