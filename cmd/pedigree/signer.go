package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/obs"
	"pedigree/internal/signer"
	"pedigree/proof"
)

func signerCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "signer", Short: "Keep the consensus key on a host of its own, and sign there",
		Long: `A signer is a home with the consensus key and its mark, and nothing else. The node
connects to it; each knows the other's channel key, and nobody else is listened
to. docs/operate/signer.md takes you through it.`,
	}
	cmd.AddCommand(signerNodeKeyCommand(c), signerInitCommand(c), signerAdoptCommand(c), signerStartCommand(c), signerStatusCommand(c))
	return cmd
}

// channelKey is this home's end of the channel, made when there is none.
func (s secrets) channelKey() (ed25519.PrivateKey, error) {
	seed, err := s.obtain(keys.Channel)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed[:]), nil
}

func channelText(key ed25519.PrivateKey) string {
	return signer.PublicText(key.Public().(ed25519.PublicKey))
}

func signerNodeKeyCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "node-key", Short: "Print the channel key of this node, for its signer", Args: cobra.NoArgs,
		Long:    "Makes it when there is none. What is printed is no secret.",
		Example: "  pedigree signer node-key --home ./maker",
		RunE: func(*cobra.Command, []string) error {
			h := c.homeDir()
			if err := h.mustHaveKeys(); err != nil {
				return err
			}
			s, err := h.secrets()
			if err != nil {
				return err
			}
			key, err := s.channelKey()
			if err != nil {
				return err
			}
			type answer struct {
				Channel string `json:"channel"`
			}
			return c.out.result(answer{channelText(key)}, func(w io.Writer) { fmt.Fprintln(w, channelText(key)) })
		},
	}
}

// signsElsewhere says whether the consensus key is on another host.
func (s secrets) signsElsewhere() (bool, error) {
	c, err := home{s.Dir()}.settings()
	return c.Signer.Addr != "", err
}

// states are those of the home's secrets, without that of a consensus key that is on
// another host.
func (s secrets) states() ([]keys.Status, error) {
	away, err := s.signsElsewhere()
	list := s.Status()
	return slices.DeleteFunc(list, func(st keys.Status) bool { return away && st.Name == keys.Consensus && st.State == keys.Missing }), err
}

// engineIdentity is the node's id and the consensus key that signs for it.
func (s secrets) engineIdentity() (id string, consensus [32]byte, err error) {
	k, err := s.engineKeys()
	if err != nil {
		return "", consensus, err
	}
	if k.Consensus != nil {
		return k.Public()
	}
	c, err := home{s.Dir()}.settings()
	if err != nil {
		return "", consensus, err
	}
	key, err := proof.ParseKey(c.Signer.Consensus)
	if err != nil {
		return "", consensus, err
	}
	id, err = engine.NodeID(k.Node)
	return id, [32]byte(key.Raw()), err
}

// dialSigner makes the node's end of the channel; nil when the node signs for itself.
func (s secrets) dialSigner(c config.Signer, log *slog.Logger) (engine.RemoteSigner, error) {
	if c.Addr == "" {
		return nil, nil
	}
	if s.Has(keys.Consensus) {
		return nil, failWith(exitRefused, "move it to the signer with pedigree signer adopt, or take signer.addr out of pedigree.yaml",
			errors.New("the consensus key is in this home, and pedigree.yaml says that another host signs: a key signs in one place"))
	}
	consensus, err := proof.ParseKey(c.Consensus)
	if err != nil {
		return nil, err
	}
	there, err := signer.ParsePublic(c.Key)
	if err != nil {
		return nil, err
	}
	seed, err := s.bytes(keys.Channel)
	if err != nil {
		return nil, failWith(exitUsage, "put it back from a copy, or make another with pedigree signer node-key and name it to the signer", err)
	}
	return signer.Dial(signer.LinkConfig{Addr: c.Addr, Key: ed25519.NewKeyFromSeed(seed[:]), Signer: there, Consensus: [32]byte(consensus.Raw()), Log: log})
}

func signerStartCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "start", Short: "Sign for the node that this home's configuration names", Args: cobra.NoArgs,
		Long: `Waits for the node and signs what it asks for, each after its mark is on the disk.
One node is served at a time. It ends when the mark can't be written.`,
		Example: "  pedigree signer start --home ./signer",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.signerStart(cmd.Context()) },
	}
}

func (h home) signerAddress() string { return filepath.Join(h.dir, "signer.address") }

func (c *cli) signerStart(ctx context.Context) error {
	h := c.homeDir()
	cfg, err := config.Load(h.config())
	if err != nil {
		return failWith(exitUsage, "pedigree signer init makes a signer's home", err)
	}
	if cfg.Signer.Listen == "" {
		return failWith(exitUsage, "pedigree signer init makes a signer's home", fmt.Errorf("%s has no signer.listen: this is no home of a signer", h.config()))
	}
	log, err := obs.NewLogger(os.Stderr, obs.Options{Level: cfg.Log.Level, Format: cfg.Log.Format})
	if err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	text, err := s.Read(keys.Consensus)
	if err != nil {
		return failWith(exitUsage, "pedigree signer adopt brings the key of a node", err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	host, err := engine.OpenSignerHost(h.dir, cfg.ChainID, text, func(err error) { stop(err) })
	if err != nil {
		return err
	}
	err = c.serveSigner(ctx, h, s, cfg.Signer, host, log)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(fmt.Errorf("the signer can't go on: %w", cause), err)
	}
	return errors.Join(err, host.Close())
}

func (c *cli) serveSigner(ctx context.Context, h home, s secrets, cfg config.Signer, host *engine.SignerHost, log *slog.Logger) error {
	node, err := signer.ParsePublic(cfg.Key)
	if err != nil {
		return err
	}
	own, err := s.channelKey()
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return failWith(exitFailed, "is another signer running, or the address in use?", err)
	}
	if err := os.WriteFile(h.signerAddress(), []byte(l.Addr().String()+"\n"), 0o600); err != nil {
		return errors.Join(err, l.Close())
	}
	c.out.say("the signer listens at %s; signed last: %s", l.Addr(), host.Signed())
	err = (&signer.Host{Key: own, Node: node, Answer: host.Answer, Log: log}).Serve(ctx, l)
	return errors.Join(err, removeIfThere(h.signerAddress()))
}

func signerStatusCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Tell of the signer in this home: its keys, and what it signed last", Args: cobra.NoArgs,
		Example: "  pedigree signer status --home ./signer",
		RunE:    func(*cobra.Command, []string) error { return c.signerStatus() },
	}
}

func (c *cli) signerStatus() error {
	h := c.homeDir()
	cfg, err := config.Load(h.config())
	if err != nil {
		return failWith(exitUsage, "pedigree signer init makes a signer's home", err)
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	channel, err := s.channelKey()
	if err != nil {
		return err
	}
	type answer struct {
		Chain     string `json:"chain"`
		Listen    string `json:"listen"`
		Channel   string `json:"channel"`
		Node      string `json:"node"`
		Consensus string `json:"consensus,omitempty"`
		Signed    string `json:"signed,omitempty"`
	}
	a := answer{Chain: cfg.ChainID, Listen: cfg.Signer.Listen, Channel: channelText(channel), Node: cfg.Signer.Key}
	if s.Has(keys.Consensus) {
		text, err := s.Read(keys.Consensus)
		if err != nil {
			return err
		}
		pub, err := engine.ConsensusPublic(text)
		if err != nil {
			return err
		}
		a.Consensus = proof.NewKey(pub[:]).String()
		if a.Signed, err = engine.SignedLast(h.dir, pub); err != nil {
			return err
		}
	}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "chain      %s\nlistens    %s\nchannel    %s\nnode       %s\nconsensus  %s\nsigned     %s\n", a.Chain, a.Listen, a.Channel, a.Node, a.Consensus, a.Signed)
	})
}

// rawDigits is a consensus key as the configuration has it.
func rawDigits(pub [32]byte) string {
	key := proof.NewKey(pub[:])
	return hex.EncodeToString(key[:])
}
