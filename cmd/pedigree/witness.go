package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/internal/config"
	"pedigree/internal/keys"
	"pedigree/internal/witness"
	"pedigree/proof"
)

// How often a witness looks.
const (
	watchEvery = time.Minute
	watchLeast = time.Second
)

func witnessCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "witness", Short: "Watch from outside that a ledger's past is not rewritten, and cosign it",
		Long: `A witness is a home with a key of its own and a trust file. It asks a node for
proofs, notes what it saw, and cosigns. docs/operate/witness.md says who should
run one, and what to do when it finds a fork.`,
	}
	cmd.AddCommand(witnessInitCommand(c), witnessServeCommand(c), witnessWatchCommand(c), witnessAttachCommand(c), witnessCompareCommand(c), witnessCheckCommand(c))
	return cmd
}

func (h home) witnessFile() string  { return filepath.Join(h.dir, "witness.json") }
func (h home) witnessTrust() string { return filepath.Join(h.dir, "trust.json") }

// witnessName is what a witness's home says of it.
type witnessName struct {
	Name string `json:"name"`
}

// witnessFlags describe a witness that is set up.
type witnessFlags struct {
	name, trust, passphraseFile string
	protect                     bool
}

func witnessInitCommand(c *cli) *cobra.Command {
	var f witnessFlags
	cmd := &cobra.Command{
		Use: "init", Short: "Set up a witness's home: its key and what it trusts", Args: cobra.NoArgs,
		Long: `Prints the key by which others know the witness: give it to whoever is to check
its cosignatures, by another way than the checkpoints. Compare the trust file's
fingerprint with the founders before.`,
		Example: "  pedigree witness init --home ./witness --name witness.example/1 --trust trust.json --protect",
		RunE:    func(*cobra.Command, []string) error { return c.witnessInit(f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.name, "name", "", "name of the witness's key, such as witness.example/1 (required)")
	fl.StringVar(&f.trust, "trust", "", "trust file, or founding file, of the ledger (required)")
	fl.BoolVar(&f.protect, "protect", false, "put the key under a passphrase from the beginning")
	fl.StringVar(&f.passphraseFile, "passphrase-file", "", "with --protect: read the passphrase from this file, now and at each start (default: ask)")
	for _, name := range []string{"name", "trust"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func (c *cli) witnessInit(f witnessFlags) error {
	h := c.homeDir()
	if _, err := os.Stat(h.config()); err == nil {
		return failWith(exitUsage, "choose another --home", fmt.Errorf("%s is in use already", h.dir))
	}
	trust, err := c.trust(f.trust)
	if err != nil {
		return failWith(exitUsage, "get trust.json from somebody you trust: pedigree trust --out trust.json", err)
	}
	text := fmt.Sprintf("chain_id: %s\n", trust.ChainID)
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
	// The name is judged before anything is made; the key is thrown away.
	if err := (proof.WitnessKey{Name: f.name, Key: make([]byte, ed25519.PublicKeySize)}).Check(); err != nil {
		return failWith(exitUsage, "", err)
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return fmt.Errorf("couldn't make the home folder: %w", err)
	}
	s, err := (initFlags{protect: f.protect, passphraseFile: f.passphraseFile}).openSecrets(h)
	if err != nil {
		return err
	}
	seed, err := s.obtain(keys.Witness)
	if err != nil {
		return err
	}
	raw, err := proof.EncodeTrust(trust)
	if err != nil {
		return err
	}
	if err := errors.Join(writeNew(h.witnessTrust(), raw), writeJSONFile(h.witnessFile(), witnessName{f.name}), writeNew(h.config(), []byte(text))); err != nil {
		return err
	}
	v := proof.WitnessKey{Name: f.name, Key: ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)}
	type answer struct {
		Key         string     `json:"key"`
		Fingerprint proof.Hash `json:"trust_fingerprint"`
	}
	return c.out.result(answer{v.String(), trust.Fingerprint()}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", v)
		c.out.say("it trusts the validators with the fingerprint %s", trust.Fingerprint())
	})
}

// openWitness opens the witness of a home.
func (h home) openWitness() (*witness.Witness, error) {
	raw, err := os.ReadFile(h.witnessFile())
	var name witnessName
	if err == nil {
		err = json.Unmarshal(raw, &name)
	}
	if err != nil {
		return nil, failWith(exitUsage, "pedigree witness init makes a witness's home", fmt.Errorf("couldn't read whose witness this is: %w", err))
	}
	raw, err = os.ReadFile(h.witnessTrust())
	if err != nil {
		return nil, fmt.Errorf("couldn't read what to trust: %w", err)
	}
	trust, err := proof.ParseTrust(raw)
	if err != nil {
		return nil, err
	}
	s, err := h.secrets()
	if err != nil {
		return nil, err
	}
	seed, err := s.bytes(keys.Witness)
	if err != nil {
		return nil, err
	}
	w, err := witness.Open(witness.Config{Dir: h.dir, Name: name.Name, Key: ed25519.NewKeyFromSeed(seed[:]), Trust: trust, Now: time.Now})
	if errors.Is(err, witness.ErrForked) {
		return nil, failWith(exitNo, "docs/operate/witness.md says what to do", err)
	}
	return w, err
}

// watchFlags say what a witness watches.
type watchFlags struct {
	node, token string
	every       time.Duration
	once        bool
}

func witnessWatchCommand(c *cli) *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use: "watch", Short: "Ask a node again and again, and cosign what holds", Args: cobra.NoArgs,
		Long: `Writes each cosigned checkpoint to the file checkpoint in the home. It ends with 4
when it finds a fork, and keeps fork.pedigree, which proves it to anybody.`,
		Example: "  pedigree witness watch --home ./witness --node https://maker.example --token-file /run/secrets/maker-token",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.witnessWatch(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.node, "node", "", "address of the node's HTTP interface; https, but for one on this machine (required)")
	fl.StringVar(&f.token, "token-file", "", "file with a key for the node's interface that may read proofs (required)")
	fl.DurationVar(&f.every, "every", watchEvery, "how often to ask, at least 1s")
	fl.BoolVar(&f.once, "once", false, "ask once; ends with 5 when there was no answer")
	for _, name := range []string{"node", "token-file"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

func (c *cli) witnessWatch(ctx context.Context, f watchFlags) error {
	if f.every < watchLeast {
		return failWith(exitUsage, "", fmt.Errorf("--every %s: give at least %s", f.every, watchLeast))
	}
	n, err := nodeWithKey(f.node, f.token)
	if err != nil {
		return err
	}
	w, err := c.homeDir().openWitness()
	if err != nil {
		return err
	}
	for {
		err := c.witnessOnce(ctx, n, w)
		var fork *witness.Fork
		switch {
		case errors.As(err, &fork):
			return failWith(exitNo, "show fork.pedigree to every member: docs/operate/witness.md", err)
		case err != nil && f.once:
			return failWith(exitUnchecked, "", err)
		case err != nil:
			c.out.say("nothing cosigned: %v", err)
		case f.once:
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(f.every):
		}
	}
}

// witnessedNode takes an address to which a key may be sent.
func witnessedNode(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q is no address: use https://host:port", text)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return text, nil
	}
	return "", fmt.Errorf("%q: use https", text)
}

func (c *cli) witnessOnce(ctx context.Context, n *client.Client, w *witness.Witness) error {
	raw, err := n.File(ctx, fmt.Sprintf("/api/v1/consistency?from=%d", w.From()))
	if err != nil {
		return err
	}
	note, err := w.Take(raw)
	var fork *witness.Fork
	if errors.As(err, &fork) {
		// Who the validators are is best said by the ledger that they signed.
		return errors.Join(err, w.Name(fork, validatorProver(ctx, n)))
	}
	if err != nil {
		return err
	}
	return c.tellCheckpoint(note, []proof.WitnessKey{w.Key()})
}

// tellCheckpoint verifies a checkpoint and says what it is of.
func (c *cli) tellCheckpoint(note []byte, by []proof.WitnessKey) error {
	p, list, err := proof.OpenNote(note, by)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%w: none of the witnesses given has signed it", proof.ErrCheckpoint)
	}
	if err != nil {
		return failWith(exitNo, "the file was changed, or signed by others", err)
	}
	type seen struct {
		Witness string    `json:"witness"`
		At      time.Time `json:"at"`
	}
	type answer struct {
		Chain  string     `json:"chain"`
		Events uint64     `json:"events"`
		Root   proof.Hash `json:"root"`
		Seen   []seen     `json:"seen"`
	}
	a := answer{Chain: p.ChainID, Events: p.Events, Root: p.Root}
	for _, s := range list {
		a.Seen = append(a.Seen, seen{s.Name, s.At})
	}
	return c.out.result(a, func(out io.Writer) {
		for _, s := range a.Seen {
			fmt.Fprintf(out, "%s saw %d events of %s with the root %s at %s\n", s.Witness, a.Events, a.Chain, a.Root, s.At.Format(time.RFC3339))
		}
	})
}

func witnessCheckCommand(c *cli) *cobra.Command {
	var by []string
	var trust string
	cmd := &cobra.Command{
		Use: "check FILE", Short: "Check a cosigned checkpoint, or the proof of a fork, offline", Args: cobra.ExactArgs(1),
		Long: `A checkpoint is checked with the keys of witnesses (--by), the proof of a fork with
the trust file. Ends with 4 when a checkpoint isn't theirs, and also when the file
proves a fork: then the ledger is not to be trusted.`,
		Example: "  pedigree witness check checkpoint --by witness.example/1+a1b2c3d4+BA...\n  pedigree witness check fork.pedigree --trust trust.json",
		RunE:    func(_ *cobra.Command, args []string) error { return c.witnessCheck(args[0], by, trust) },
	}
	cmd.Flags().StringArrayVar(&by, "by", nil, "key of a witness, as pedigree witness init prints it; may be repeated")
	cmd.Flags().StringVar(&trust, "trust", "", "trust file, or founding file (default: founding.json in --home)")
	return cmd
}

func (c *cli) witnessCheck(path string, by []string, trustFile string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
	}
	if len(by) == 0 {
		return c.checkFork(raw, trustFile)
	}
	var known []proof.WitnessKey
	for _, text := range by {
		v, err := proof.ParseWitnessKey(text)
		if err != nil {
			return failWith(exitUsage, "", err)
		}
		known = append(known, v)
	}
	return c.tellCheckpoint(raw, known)
}

func (c *cli) checkFork(raw []byte, trustFile string) error {
	t, err := c.trust(trustFile)
	if err != nil {
		return failWith(exitUnchecked, "name the trust file with --trust, or for a checkpoint the witness with --by", err)
	}
	fork, err := witness.ReadFork(raw, t)
	if err != nil {
		return failWith(exitNo, "for a checkpoint, name the witness with --by", err)
	}
	return c.tellReport(fork.Report.Report)
}
