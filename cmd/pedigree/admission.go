package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pedigree/domain/network"
	"pedigree/domain/org"
)

func orgAdmissionCommand(c *cli) *cobra.Command {
	var out, nodeFile string
	cmd := &cobra.Command{
		Use: "admission CARD", Short: "Write what the members vote on to let a newcomer in", Args: cobra.ExactArgs(1),
		Long: `Writes admit.json, node.json and, if the card offers a validator, validator.json
from the card of an organisation that wants to join and what its node has signed.
Each is a proposal of its own: the organisation, its node, and its validator once
the node has caught up.`,
		Example: "  pedigree org admission newcomer/card.json --node newcomer/node.json --out admission",
		RunE: func(_ *cobra.Command, args []string) error {
			crd, err := readCard(args[0])
			if err != nil {
				return failWith(exitUsage, "the newcomer's pedigree init writes it", err)
			}
			peer, err := readNodeMessage(nodeFile, crd.Member.ID)
			if err != nil {
				return err
			}
			files, err := crd.admission(peer)
			if err != nil {
				return failWith(exitUsage, "ask the newcomer for its card again", err)
			}
			return c.writeAdmission(out, files)
		},
	}
	cmd.Flags().StringVar(&out, "out", "admission", "folder to write them to")
	cmd.Flags().StringVar(&nodeFile, "node", "", "what the newcomer's pedigree node sign wrote (required)")
	_ = cmd.MarkFlagRequired("node")
	return cmd
}

// proposed is a message and the act of the council that it is for.
type proposed struct {
	module, kind, file string
	message            interface{ Validate() error }
}

// admission is what the council does for the card's organisation, in order.
func (crd card) admission(peer *network.PublishPeer) ([]proposed, error) {
	m := crd.Member
	list := []proposed{
		{"org", "admit", "admit.json", &m.Admit},
		{"network", "publish-peer", "node.json", peer},
	}
	if !m.Validator.IsZero() {
		list = append(list, proposed{"org", "set-validator", "validator.json", &org.SetValidator{Member: m.ID, Key: m.Validator, Power: max(1, m.Power)}})
	}
	var faults []error
	for _, p := range list {
		faults = append(faults, p.message.Validate())
	}
	return list, errors.Join(faults...)
}

func (c *cli) writeAdmission(dir string, list []proposed) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("couldn't make the folder: %w", err)
	}
	type answer struct {
		Files []string `json:"files"`
	}
	var a answer
	for _, p := range list {
		path := filepath.Join(dir, p.file)
		if err := writeJSONFile(path, p.message); err != nil {
			return err
		}
		a.Files = append(a.Files, path)
	}
	return c.out.result(a, func(w io.Writer) {
		for i, p := range list {
			fmt.Fprintf(w, "pedigree org propose %s %s %s\n", p.module, p.kind, a.Files[i])
		}
	})
}
