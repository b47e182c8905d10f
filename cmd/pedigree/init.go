package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pedigree/domain/org"
	"pedigree/internal/config"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/proof"
)

// initFlags describe the organisation whose node is set up.
type initFlags struct {
	id, name, roles string
	gln, npi, dea   string
	prefixes        []string
	licences        []string
	listen, api     string
	nodeID          string // of keys that are there already
	validator       bool
	alone, drill    bool
	protect         bool
	passphraseFile  string
}

func initCommand(c *cli) *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set up this organisation's node: its keys, its configuration, its card",
		Long: `Makes the home folder with the organisation's keys and writes card.json, which
the other founders need. With --alone it founds a network of this one member.`,
		Example: `  pedigree init --home ./maker --org maker --name "Maker Inc." --role manufacturer \
      --prefix 0351234 --gln 0351234000008 --licence manufacturer:US:FEI-3001:2026-01-01:2027-12-31 --alone
  pedigree found ./maker/card.json ./wholesaler/card.json --chain-id pedigree-pilot`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return c.init(f) },
	}
	fl := cmd.Flags()
	f.memberFlags(fl)
	fl.StringVar(&f.listen, "p2p", "127.0.0.1:26656", "host:port for the other members' nodes")
	fl.StringVar(&f.api, "listen", "127.0.0.1:8480", "host:port of the HTTP interface")
	fl.BoolVar(&f.validator, "validator", true, "offer this node as a validator")
	fl.BoolVar(&f.protect, "protect", false, "put the keys under a passphrase from the beginning")
	fl.StringVar(&f.passphraseFile, "passphrase-file", "", "with --protect: read the passphrase from this file, now and at each start (default: ask)")
	fl.BoolVar(&f.alone, "alone", false, "found a network of this one member")
	fl.BoolVar(&f.drill, "drill", false, "with --alone: the network is for practice, and says so everywhere")
	for _, name := range []string{"org", "name", "role"} {
		_ = cmd.MarkFlagRequired(name)
	}
	return cmd
}

// memberFlags describe the organisation.
func (f *initFlags) memberFlags(fl *pflag.FlagSet) {
	fl.StringVar(&f.id, "org", "", "id of the organisation on the ledger: lower-case letters, digits, hyphens (required)")
	fl.StringVar(&f.name, "name", "", "legal name (required)")
	fl.StringVar(&f.roles, "role", "", "roles, with commas: "+org.Roles(proof.RolesMax).String()+" (required)")
	fl.StringVar(&f.gln, "gln", "", "GS1 Global Location Number, 13 digits")
	fl.StringVar(&f.npi, "npi", "", "US National Provider Identifier, 10 digits")
	fl.StringVar(&f.dea, "dea", "", "US DEA registration number")
	fl.StringSliceVar(&f.prefixes, "prefix", nil, "GS1 company prefix; may be repeated")
	fl.StringSliceVar(&f.licences, "licence", nil, "role:place:number:first day:last day; may be repeated")
}

func (c *cli) init(f initFlags) error {
	h := c.homeDir()
	if _, err := os.Stat(h.card()); err == nil {
		return failWith(exitUsage, "choose another --home", fmt.Errorf("%s holds a node already", h.dir))
	}
	if err := f.check(h); err != nil {
		return failWith(exitUsage, "see pedigree init --help", err)
	}
	crd, err := f.setUp(h)
	if err != nil {
		return err
	}
	type answer struct {
		Home string    `json:"home"`
		Org  string    `json:"org"`
		Key  proof.Key `json:"key"`
		Node string    `json:"node"`
		Card string    `json:"card"`
	}
	a := answer{h.dir, crd.Member.ID, crd.Member.Key, crd.Node.ID, h.card()}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s is set up in %s\n", a.Org, a.Home)
		if f.alone {
			fmt.Fprintf(w, "next: pedigree start --home %s\n", a.Home)
		} else {
			fmt.Fprintf(w, "next: give %s to the other founders; one of them runs pedigree found\n", a.Card)
		}
	})
}

// check judges the flags before anything is made, so that a mistake leaves
// nothing behind. The keys with which it judges are thrown away.
func (f initFlags) check(h home) error {
	if f.drill && !f.alone {
		return errors.New("--drill goes with --alone; a network of several members is made a drill by pedigree found --drill")
	}
	m, err := f.member()
	if err != nil {
		return err
	}
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	m.Key = proof.NewKey(public)
	if err := m.Validate(); err != nil {
		return err
	}
	text, err := f.configText()
	if err != nil {
		return err
	}
	text, err = withNetwork(text, "unset", string(engine.LAN), "")
	if err != nil {
		return err
	}
	_, err = config.Parse(h.config(), []byte(text), os.LookupEnv)
	return err
}

// setUp makes the home's files, the card last: a home with a card is complete.
// Secrets that an interrupted init left are taken, not replaced.
func (f initFlags) setUp(h home) (card, error) {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return card{}, fmt.Errorf("couldn't make the home folder: %w", err)
	}
	s, err := f.openSecrets(h)
	if err != nil {
		return card{}, err
	}
	crd, err := f.card(h, s)
	if err != nil {
		return crd, err
	}
	for _, n := range []keys.Name{keys.Custody, keys.Token} {
		if _, err := s.obtain(n); err != nil {
			return crd, err
		}
	}
	if err := s.obtainVaultKey(); err != nil {
		return crd, err
	}
	text, err := f.configText()
	if err != nil {
		return crd, err
	}
	if err := writeNew(h.config(), []byte(text)); err != nil {
		return crd, err
	}
	if f.alone {
		chain := "pedigree-" + f.id
		if f.drill {
			chain = node.DrillChain(f.id)
		}
		founding, err := found(chain, engine.Single, time.Now(), []card{crd})
		if err != nil {
			return crd, err
		}
		if err := writeJSONFile(h.founding(), founding); err != nil {
			return crd, err
		}
	}
	return crd, writeJSONFile(h.card(), crd)
}

// member is what the flags say of the organisation, without keys.
func (f initFlags) member() (org.FoundingMember, error) {
	m := org.FoundingMember{}
	m.ID, m.Name, m.Prefixes = f.id, f.name, f.prefixes
	if err := m.Roles.UnmarshalText([]byte(f.roles)); err != nil {
		return m, err
	}
	for _, id := range []struct {
		kind  org.IdentKind
		value string
	}{{proof.IdentGLN, f.gln}, {proof.IdentNPI, f.npi}, {proof.IdentDEA, f.dea}} {
		if id.value != "" {
			m.Identifiers = append(m.Identifiers, org.Identifier{Kind: id.kind, Value: id.value})
		}
	}
	for _, text := range f.licences {
		l, err := parseLicence(text)
		if err != nil {
			return m, err
		}
		m.Licences = append(m.Licences, l)
	}
	return m, nil
}

// card makes the keys and the card that names them.
func (f initFlags) card(h home, s secrets) (card, error) {
	var crd card
	m, err := f.member()
	if err != nil {
		return crd, err
	}
	seed, err := s.obtain(keys.Organisation)
	if err != nil {
		return crd, err
	}
	m.Key = proof.NewKey(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	k, err := s.obtainEngineKeys(h.dir)
	if err != nil {
		return crd, err
	}
	nodeID, consensusKey, err := k.Public()
	if err != nil {
		return crd, err
	}
	if f.validator {
		m.Validator, m.Power = proof.NewKey(consensusKey[:]), 1
	}
	return card{Member: m, Node: engine.Peer{ID: nodeID, Addr: f.listen}}, nil
}

func parseLicence(text string) (org.LicenceTerms, error) {
	var l org.LicenceTerms
	parts := strings.Split(text, ":")
	if len(parts) != 5 {
		return l, fmt.Errorf("licence %q must be role:place:number:first day:last day, such as dispenser:US-CA:PHY-55012:2026-01-01:2027-12-31", text)
	}
	if err := l.Role.UnmarshalText([]byte(parts[0])); err != nil {
		return l, fmt.Errorf("licence %q: %w", text, err)
	}
	l.Place, l.Number = parts[1], parts[2]
	if err := l.From.UnmarshalText([]byte(parts[3])); err != nil {
		return l, fmt.Errorf("licence %q: %w", text, err)
	}
	if err := l.To.UnmarshalText([]byte(parts[4])); err != nil {
		return l, fmt.Errorf("licence %q: %w", text, err)
	}
	return l, nil
}

// configText is the configuration that a new home gets.
func (f initFlags) configText() (string, error) {
	text := fmt.Sprintf("# `pedigree config print --defaults` explains every key.\nchain_id: unset\np2p:\n  listen: %s\napi:\n  listen: %s\n", f.listen, f.api)
	if f.passphraseFile == "" {
		return text, nil
	}
	if !f.protect {
		return "", errors.New("--passphrase-file needs --protect")
	}
	lines, err := unlockLines(config.UnlockFile, f.passphraseFile)
	return text + lines, err
}

// openSecrets opens the secrets of a home that is being made. With --protect the
// passphrase comes first, so that no secret is ever written in plain.
func (f initFlags) openSecrets(h home) (secrets, error) {
	s := h.keyStore()
	if !f.protect {
		if s.Protected() {
			return s, failWith(exitUsage, "give --protect again, or choose another --home", fmt.Errorf("the keys in %s are protected already", h.dir))
		}
		return s, nil
	}
	p, err := givenPassphrase(s, f.passphraseFile)
	if err != nil {
		return s, err
	}
	return s, refusedPassphrase(s.Protect(p))
}
