package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/signer"
)

// signerFlags describe a signer's home that is set up.
type signerFlags struct {
	chain, listen, node string
	newKey, protect     bool
	passphraseFile      string
}

func signerInitCommand(c *cli) *cobra.Command {
	var f signerFlags
	cmd := &cobra.Command{
		Use: "init", Short: "Set up a signer's home, for one node", Args: cobra.NoArgs,
		Long: `Makes the home with its configuration and its channel key, and prints that key for
the node's configuration. The consensus key comes from the node,
by pedigree signer adopt; with --new-key it is made here, for the members to take.`,
		Example: "  pedigree signer init --home ./signer --chain-id pedigree-pilot --node 3b6a... --listen 10.0.0.5:8490 --protect",
		RunE:    func(*cobra.Command, []string) error { return c.signerInit(f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.chain, "chain-id", "", "the network on which it signs, and no other (required)")
	fl.StringVar(&f.node, "node", "", "channel key of the node, as pedigree signer node-key prints it (required)")
	fl.StringVar(&f.listen, "listen", "127.0.0.1:8490", "host:port for the node")
	fl.BoolVar(&f.newKey, "new-key", false, "make a consensus key here")
	fl.BoolVar(&f.protect, "protect", false, "put the keys under a passphrase from the beginning")
	fl.StringVar(&f.passphraseFile, "passphrase-file", "", "with --protect: read the passphrase from this file, now and at each start (default: ask)")
	for _, name := range []string{"chain-id", "node"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func (c *cli) signerInit(f signerFlags) error {
	h := c.homeDir()
	if _, err := os.Stat(h.config()); err == nil {
		return failWith(exitUsage, "choose another --home", fmt.Errorf("%s is in use already", h.dir))
	}
	if _, err := signer.ParsePublic(f.node); err != nil {
		return failWith(exitUsage, "pedigree signer node-key prints it on the node's host", err)
	}
	text := fmt.Sprintf("chain_id: %s\nsigner:\n  listen: %s\n  key: \"%s\"\n", f.chain, f.listen, f.node)
	unlock := initFlags{protect: f.protect, passphraseFile: f.passphraseFile}
	if f.passphraseFile != "" {
		if !f.protect {
			return failWith(exitUsage, "", errors.New("--passphrase-file needs --protect"))
		}
		lines, err := unlockLines(config.UnlockFile, f.passphraseFile)
		if err != nil {
			return err
		}
		text += lines
	}
	if _, err := config.Parse(h.config(), []byte(text), os.LookupEnv); err != nil {
		return failWith(exitUsage, "see pedigree signer init --help", err)
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return fmt.Errorf("couldn't make the home folder: %w", err)
	}
	s, err := unlock.openSecrets(h)
	if err != nil {
		return err
	}
	channel, err := s.channelKey()
	if err != nil {
		return err
	}
	consensus := ""
	if f.newKey {
		if consensus, err = s.obtainSignerKey(); err != nil {
			return err
		}
	}
	if err := writeNew(h.config(), []byte(text)); err != nil {
		return err
	}
	type answer struct {
		Home      string `json:"home"`
		Channel   string `json:"channel"`
		Consensus string `json:"consensus,omitempty"`
	}
	return c.out.result(answer{h.dir, channelText(channel), consensus}, func(w io.Writer) {
		fmt.Fprintf(w, "signer.key of the node: %s\n", channelText(channel))
		if consensus != "" {
			fmt.Fprintf(w, "signer.consensus of the node: %s\n", consensus)
		}
	})
}

// obtainSignerKey makes a consensus key and its mark in a signer's home.
func (s secrets) obtainSignerKey() (string, error) {
	var k engine.Keys
	var err error
	if s.Has(keys.Consensus) {
		k.Consensus, err = s.Read(keys.Consensus)
	} else if err = k.Complete(s.Dir()); err == nil { // the node key that it makes too is thrown away
		err = s.Create(keys.Consensus, k.Consensus)
	}
	if err != nil {
		return "", err
	}
	pub, err := engine.ConsensusPublic(k.Consensus)
	return rawDigits(pub), err
}

func signerAdoptCommand(c *cli) *cobra.Command {
	var from, addr string
	cmd := &cobra.Command{
		Use: "adopt", Short: "Move a node's consensus key and its mark into this signer's home", Args: cobra.NoArgs,
		Long: `Both homes must be at hand (a mounted disk will do), and the node stopped. The node
loses the mark first, then the signer gets both, then the node loses the key: at
no moment can both sign. Cut short, run it again. The node's pedigree.yaml gets
the lines that name the signer.`,
		Example: "  pedigree signer adopt --home ./signer --from /mnt/maker --addr 10.0.0.5:8490",
		RunE:    func(*cobra.Command, []string) error { return c.signerAdopt(home{from}, addr) },
	}
	cmd.Flags().StringVar(&from, "from", "", "home of the node (required)")
	cmd.Flags().StringVar(&addr, "addr", "", "host:port at which the node reaches the signer (default: signer.listen)")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func (c *cli) signerAdopt(from home, addr string) error {
	h := c.homeDir()
	cfg, err := config.Load(h.config())
	if err != nil || cfg.Signer.Listen == "" {
		return failWith(exitUsage, "pedigree signer init makes a signer's home", errors.Join(fmt.Errorf("%s is no home of a signer", h.dir), err))
	}
	if addr == "" {
		addr = cfg.Signer.Listen
	}
	if err := from.mustBeStopped(); err != nil {
		return err
	}
	theirs, err := from.secrets()
	if err != nil {
		return err
	}
	ours, err := h.secrets()
	if err != nil {
		return err
	}
	if theirs.Has(keys.Consensus.Next()) {
		return failWith(exitRefused, "let the change of the consensus key come to its end first", errors.New("the node has a consensus key that waits"))
	}
	pub, err := moveConsensus(theirs, ours)
	if err != nil {
		return err
	}
	channel, err := ours.channelKey()
	if err != nil {
		return err
	}
	lines := fmt.Sprintf("signer:\n  addr: %s\n  consensus: \"%s\"\n  key: \"%s\"\n", addr, rawDigits(pub), channelText(channel))
	advice, err := from.noteSigner(lines)
	if err != nil {
		return err
	}
	type answer struct {
		Consensus string `json:"consensus"`
		Advice    string `json:"advice"`
	}
	return c.out.result(answer{rawDigits(pub), advice}, func(w io.Writer) {
		fmt.Fprintf(w, "the consensus key %s and its mark are in %s; %s can't sign any more\n", rawDigits(pub), h.dir, from.dir)
		c.out.say("%s", advice)
	})
}

// moveConsensus moves the key and its mark; each step can be done again.
func moveConsensus(from, to secrets) (pub [32]byte, err error) {
	source := from
	if !from.Has(keys.Consensus) && to.Has(keys.Consensus) {
		source = to // it was cut short at the very end
	}
	text, err := source.Read(keys.Consensus)
	if err != nil {
		return pub, err
	}
	if pub, err = engine.ConsensusPublic(text); err != nil {
		return pub, err
	}
	if to.Has(keys.Consensus) {
		there, err := to.Read(keys.Consensus)
		if err != nil {
			return pub, err
		}
		if string(there) != string(text) {
			return pub, failWith(exitRefused, "one signer's home holds one key: make another home", fmt.Errorf("%s holds another consensus key", to.Dir()))
		}
	}
	if err := engine.MoveMark(from.Dir(), to.Dir(), pub); err != nil {
		return pub, err
	}
	if !to.Has(keys.Consensus) {
		if err := to.Create(keys.Consensus, text); err != nil {
			return pub, err
		}
	}
	return pub, from.Drop(keys.Consensus, to.Store)
}

// noteSigner adds to a node's configuration where its signer is.
func (h home) noteSigner(lines string) (advice string, err error) {
	raw, err := os.ReadFile(h.config())
	if errors.Is(err, fs.ErrNotExist) {
		return "put into the node's pedigree.yaml:\n" + lines, nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't read the node's configuration: %w", err)
	}
	text := string(raw)
	if strings.Contains(text, lines) {
		return "the node's pedigree.yaml names the signer; start both", nil
	}
	if strings.HasPrefix(text, "signer:") || strings.Contains(text, "\nsigner:") {
		return "the node's pedigree.yaml has lines about a signer already; make them say:\n" + lines, nil
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if _, err := config.Parse(h.config(), []byte(text+lines), os.LookupEnv); err != nil {
		return "", fmt.Errorf("couldn't name the signer in the node's configuration: %w", err)
	}
	return "the node's pedigree.yaml names the signer; start both", replaceFile(h.config(), []byte(text+lines))
}
