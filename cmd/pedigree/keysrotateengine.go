package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/proof"
)

func rotateConsensusCommand(c *cli) *cobra.Command {
	var out string
	var power uint64
	cmd := &cobra.Command{
		Use: "consensus", Short: "Prepare another consensus key, and the proposal that gives it the vote", Args: cobra.NoArgs,
		Long: `Makes a key that waits, and writes the message of the proposal to --out. Restart
the node, so that it knows the key, and then have the members decide the proposal.
The node votes with the new key from the block on at which the validator set has
it, without a pause; the former key and its mark stay under other names, and
nothing signs with them again. Run again, it writes the same proposal.`,
		Example: "  pedigree keys rotate consensus --home ./maker --out set-validator.json\n  pedigree org propose org set-validator set-validator.json --home ./maker",
		RunE:    func(*cobra.Command, []string) error { return c.rotateConsensus(out, power) },
	}
	cmd.Flags().StringVar(&out, "out", "", "new file for the proposal's message (required)")
	cmd.Flags().Uint64Var(&power, "power", 1, "the validator's voting power")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *cli) rotateConsensus(out string, power uint64) error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	away, err := s.signsElsewhere()
	if err != nil {
		return err
	}
	if away {
		return failWith(exitRefused, "make another signer with pedigree signer init, and have the members take its key: docs/operate/signer.md",
			errors.New("the consensus key of this node is on another host"))
	}
	pub, err := s.obtainNextConsensus()
	if err != nil {
		return err
	}
	message := org.SetValidator{Member: own.Member.ID, Key: proof.NewKey(pub[:]), Power: power}
	if err := message.Validate(); err != nil {
		return failWith(exitUsage, "", err)
	}
	if err := writeJSONFile(out, message); err != nil {
		return err
	}
	type answer struct {
		Key  proof.Key `json:"key"`
		File string    `json:"file"`
	}
	return c.out.result(answer{message.Key, out}, func(w io.Writer) {
		fmt.Fprintf(w, "the consensus key %s waits; %s proposes it\n", message.Key, out)
		fmt.Fprintf(w, "next: restart the node, and then: pedigree org propose org set-validator %s\n", out)
	})
}

// obtainNextConsensus makes the key that is to follow the consensus key, or reads it.
func (s secrets) obtainNextConsensus() (pub [32]byte, err error) {
	next := keys.Consensus.Next()
	if s.Has(next) {
		text, err := s.Read(next)
		if err != nil {
			return pub, err
		}
		return engine.ConsensusPublic(text)
	}
	if !s.Has(keys.Consensus) {
		return pub, failWith(exitUsage, "name the node's home with --home", fmt.Errorf("there is no consensus key in %s", s.Dir()))
	}
	text, pub, err := engine.PrepareNext(s.Dir())
	if err != nil {
		return pub, err
	}
	return pub, s.Create(next, text)
}

// promoteConsensus is called when the next consensus key counts. It may be called
// again after a crash.
func (s secrets) promoteConsensus() error {
	if _, err := s.Promote(keys.Consensus); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func rotateTokenCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "token", Short: "Make another access token; the node must be stopped", Args: cobra.NoArgs,
		Long:    "The former token opens nothing from the next start on.",
		Example: "  pedigree keys rotate token --home ./maker",
		RunE: func(*cobra.Command, []string) error {
			h := c.homeDir()
			if err := errors.Join(h.mustHaveKeys(), h.mustBeStopped()); err != nil {
				return err
			}
			s, err := h.secrets()
			if err != nil {
				return err
			}
			aside, err := s.SetAside(keys.Token)
			if err != nil {
				return err
			}
			if _, err := s.obtain(keys.Token); err != nil {
				return err
			}
			return c.tellKeys(h, "the home has another access token", "the former one is kept as "+aside+" and opens nothing; destroy it")
		},
	}
}

// mustBeStopped refuses to change what a running node has in memory.
func (h home) mustBeStopped() error {
	if _, err := os.Stat(h.address()); err == nil {
		return failWith(exitRefused, "stop the node first; if it was killed, remove "+h.address(), errors.New("the node in "+h.dir+" runs with the keys that it has"))
	}
	return nil
}
