package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"pedigree/domain/network"
	"pedigree/internal/api"
	"pedigree/internal/node"
	"pedigree/ledger"
)

func upgradeCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "upgrade", Short: "Change the rules of the network at an agreed height",
		Long: `A new version of the rules comes in force at a height that the members agree on.
Until then every node may run the old program or the new one. At that height a node
with the old program stops before it does anything it doesn't understand.
docs/operate/upgrade.md has the procedure, and the way back.`,
		Example: "  pedigree upgrade status\n  pedigree upgrade propose --version 2 --height 150000 --binary ./pedigree-2.0 --text 'release 2.0'",
	}
	cmd.AddCommand(upgradeStatusCommand(c), upgradePlanCommand(c), upgradeProposeCommand(c))
	return cmd
}

func upgradeStatusCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Which version is in force, what lies ahead, and whether this node is ready", Args: cobra.NoArgs,
		Long:    "Exit code 4: an upgrade lies ahead that the node's program doesn't know.",
		Example: "  pedigree upgrade status --home ./maker",
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := c.rules(cmd)
			if err != nil {
				return err
			}
			ready := true
			for _, u := range r.Ahead {
				ready = ready && u.Version <= r.Known
			}
			if err := c.out.result(r, func(w io.Writer) { printRules(w, r) }); err != nil || ready {
				return err
			}
			return &quietExit{exitNo}
		},
	}
}

func printRules(w io.Writer, r api.Rules) {
	fmt.Fprintf(w, "version %d is in force at height %d; this node's program knows up to version %d\n", r.Version, r.Height+1, r.Known)
	for _, u := range r.Ahead {
		state := "this node is ready"
		if u.Version > r.Known {
			state = "this node is NOT ready: it will stop before that height"
		}
		fmt.Fprintf(w, "version %d from height %d on, in %d blocks: %s\n", u.Version, u.Height, u.Height-r.Height, state)
		if u.Binary != "" {
			fmt.Fprintf(w, "  SHA-256 %s\n", u.Binary)
		}
		if u.Text != "" {
			fmt.Fprintf(w, "  %s\n", u.Text)
		}
	}
	if r.Skipped > 0 {
		fmt.Fprintf(w, "the upgrade at height %d is skipped\n", r.Skipped)
	}
}

func (c *cli) rules(cmd *cobra.Command) (api.Rules, error) {
	var r api.Rules
	n, err := c.node()
	if err != nil {
		return r, err
	}
	return r, n.Get(cmd.Context(), "/api/v1/rules", &r)
}

// upgradeFlags describe an upgrade.
type upgradeFlags struct {
	version, height uint64
	binary, text    string
}

func (f *upgradeFlags) register(cmd *cobra.Command) {
	cmd.Flags().Uint64Var(&f.version, "version", 0, "version of the rules (required)")
	cmd.Flags().Uint64Var(&f.height, "height", 0, "first height at which it is in force (required)")
	cmd.Flags().StringVar(&f.binary, "binary", "", "the release; its SHA-256 goes on the ledger")
	cmd.Flags().StringVar(&f.text, "text", "", "what members should know, such as where the release is (required)")
	for _, name := range []string{"version", "height", "text"} {
		_ = cmd.MarkFlagRequired(name)
	}
}

// message is the act that the members vote on.
func (f *upgradeFlags) message() (network.ScheduleUpgrade, error) {
	m := network.ScheduleUpgrade{Version: f.version, Height: f.height, Text: f.text}
	if f.binary != "" {
		in, err := os.Open(f.binary)
		if err != nil {
			return m, fmt.Errorf("couldn't read the release: %w", err)
		}
		h := sha256.New()
		_, err = io.Copy(h, in)
		if err = errors.Join(err, in.Close()); err != nil {
			return m, fmt.Errorf("couldn't read the release: %w", err)
		}
		m.Binary = ledger.OptHash(h.Sum(nil))
	}
	return m, m.Validate()
}

func upgradePlanCommand(c *cli) *cobra.Command {
	var f upgradeFlags
	cmd := &cobra.Command{
		Use: "plan", Short: "Show what an upgrade would be, and propose nothing", Args: cobra.NoArgs,
		Example: "  pedigree upgrade plan --version 2 --height 150000 --binary ./pedigree-2.0 --text 'release 2.0'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := f.message()
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			r, err := c.rules(cmd)
			if err != nil {
				return err
			}
			if least := r.Height + network.UpgradeNoticeMin + 2; m.Height < least {
				return failWith(exitRefused, "leave time for the vote too", fmt.Errorf("height %d is too near: give %d or more", m.Height, least))
			}
			return c.out.result(m, func(w io.Writer) {
				fmt.Fprintf(w, "version %d would come in force at height %d, in %d blocks; an idle network makes one a minute\n", m.Version, m.Height, m.Height-r.Height)
				if f.binary != "" {
					fmt.Fprintf(w, "SHA-256 of the release: %s\n", m.Binary.Hash())
				}
			})
		},
	}
	f.register(cmd)
	return cmd
}

func upgradeProposeCommand(c *cli) *cobra.Command {
	var f upgradeFlags
	cmd := &cobra.Command{
		Use: "propose", Short: "Put an upgrade before the members", Args: cobra.NoArgs,
		Long:    "Members approve it with pedigree org approve. Before its height the council can take it back:\nthe act is network cancel-upgrade.",
		Example: "  pedigree upgrade propose --version 2 --height 150000 --binary ./pedigree-2.0 --text 'release 2.0'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := f.message()
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			return c.send(cmd, "/api/v1/proposals", map[string]any{"module": "network", "kind": "schedule-upgrade", "message": m}, "proposed")
		},
	}
	f.register(cmd)
	return cmd
}

// upgradesOf lists the upgrades on the ledger for the node.
func upgradesOf(s ledger.State) (list []node.Upgrade) {
	network.Upgrades(s, func(u network.Upgrade) bool {
		list = append(list, node.Upgrade{Version: u.Version, Height: u.Height, Binary: u.Binary, Text: u.Text})
		return true
	})
	return list
}

// stopped says how a node that can't go on ends: an upgrade is no failure.
func stopped(err error) error {
	if errors.Is(err, node.ErrUpgrade) {
		return failWith(exitRefused, "docs/operate/upgrade.md has the procedure; a copy of the ledger from before lies in data/before-version-N", err)
	}
	return err
}
