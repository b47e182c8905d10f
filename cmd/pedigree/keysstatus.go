package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/proof"
)

func keysStatusCommand(c *cli) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use: "status", Short: "List this home's secrets: how each is kept, since when, its public half", Args: cobra.NoArgs,
		Long: `Opens nothing in a protected home, so that it needs no passphrase; --check opens
every secret and compares it with card.json. Ends with 4 when something is missing,
damaged, readable by others or half protected.`,
		Example: "  pedigree keys status --home ./maker\n  pedigree keys status --check --home ./maker --json",
		RunE:    func(*cobra.Command, []string) error { return c.keysStatus(check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "open every secret; a protected home needs its passphrase")
	return cmd
}

// keyDaysMax is how old a key should get that is followed by another.
const keyDaysMax = 365

// onSigner is the state of a consensus key that is on another host.
const onSigner = "on signer"

// rotated are the keys that are.
var rotated = []keys.Name{keys.Organisation, keys.Consensus, keys.Node, keys.Token, keys.Vault}

// secretLine is what is told of one secret.
type secretLine struct {
	Name        keys.Name `json:"name"`
	Kind        string    `json:"kind"`
	State       string    `json:"state"`
	File        string    `json:"file"`
	Since       time.Time `json:"since,omitzero"`
	AgeDays     int       `json:"age_days"`
	Public      string    `json:"public,omitempty"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	Problem     string    `json:"problem,omitempty"`
	Warning     string    `json:"warning,omitempty"`
}

func (c *cli) keysStatus(check bool) error {
	h := c.homeDir()
	if err := h.mustHaveKeys(); err != nil {
		return err
	}
	s, read := h.keyStore(), check
	if !s.Protected() {
		read = true
	} else if check {
		var err error
		if s, err = h.secrets(); err != nil {
			return err
		}
	}
	own, cardErr := readCard(h.card())
	if cardErr != nil && check {
		return failWith(exitUnchecked, "put card.json back, or check without it", cardErr)
	}
	type answer struct {
		Home      string       `json:"home"`
		Protected bool         `json:"protected"`
		Checked   bool         `json:"checked"`
		Secrets   []secretLine `json:"secrets"`
	}
	a := answer{Home: h.dir, Protected: s.Protected(), Checked: read}
	ok := true
	settings, err := h.settings()
	if err != nil {
		return err
	}
	for _, st := range s.Status() {
		l := lineOf(st)
		if addr := settings.Signer.Addr; st.Name == keys.Consensus && st.State == keys.Missing && addr != "" {
			l = secretLine{Name: st.Name, Kind: l.Kind, State: onSigner, File: addr, Public: settings.Signer.Consensus}
			a.Secrets = append(a.Secrets, l)
			continue
		}
		if read && l.Problem == "" {
			l.fill(s, own, cardErr == nil)
		} else if cardErr == nil {
			l.Public = publicOf(st.Name, own)
		}
		ok = ok && l.Problem == ""
		a.Secrets = append(a.Secrets, l)
	}
	err = c.out.result(a, func(w io.Writer) {
		for _, l := range a.Secrets {
			l.print(w)
		}
	})
	if err == nil && !ok {
		return &quietExit{exitNo}
	}
	return err
}

func lineOf(st keys.Status) secretLine {
	l := secretLine{Name: st.Name, Kind: st.Name.Kind(), State: st.State, File: st.File, Since: st.Since.UTC().Truncate(time.Second)}
	switch st.State {
	case keys.Missing:
		l.Problem = "it is missing: put it back from a copy"
	case keys.Both:
		l.Problem = "the plain file is still there: run pedigree keys protect again"
	}
	if !st.Since.IsZero() {
		l.AgeDays = int(time.Since(st.Since) / (24 * time.Hour))
	}
	if l.AgeDays > keyDaysMax && slices.Contains(rotated, st.Name) {
		l.Warning = fmt.Sprintf("it is older than %d days: pedigree keys rotate %s", keyDaysMax, st.Name)
	}
	return l
}

// publicOf is the public half by the card, for a secret that isn't opened.
func publicOf(n keys.Name, own card) string {
	switch n {
	case keys.Organisation:
		return own.Member.Key.String()
	case keys.Node:
		return own.Node.ID
	}
	return ""
}

// fill opens the secret and says what may be said of it.
func (l *secretLine) fill(s secrets, own card, haveCard bool) {
	err := l.read(s)
	if err != nil {
		l.Problem = err.Error()
		return
	}
	if want := publicOf(l.Name, own); haveCard && want != "" && want != l.Public {
		l.Problem = "card.json names another one, " + want + ": put the right file back from a copy"
	}
}

func (l *secretLine) read(s secrets) error {
	switch l.Name {
	case keys.Organisation:
		seed, err := s.bytes(l.Name)
		if err == nil {
			l.Public = proof.NewKey(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)).String()
		}
		return err
	case keys.Organisation.Next(), keys.Channel, keys.Witness:
		seed, err := s.bytes(l.Name)
		if err == nil {
			l.Public = proof.NewKey(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)).String()
		}
		return err
	case keys.Node, keys.Node.Next():
		text, err := s.Read(l.Name)
		if err == nil {
			l.Public, err = engine.NodeID(text)
		}
		return err
	case keys.Consensus, keys.Consensus.Next():
		text, err := s.Read(l.Name)
		if err != nil {
			return err
		}
		key, err := engine.ConsensusPublic(text)
		l.Public = proof.NewKey(key[:]).String()
		return err
	case keys.Vault, keys.Vault.Next():
		k, err := s.vaultKeyOf(l.Name)
		l.Fingerprint = fingerprintOf(l.Name, k)
		return err
	}
	secret, err := s.bytes(l.Name)
	l.Fingerprint = fingerprintOf(l.Name, secret)
	return err
}

func fingerprintOf(n keys.Name, secret [32]byte) string {
	f := keys.Fingerprint(n, secret)
	return hex.EncodeToString(f[:])
}

func (l secretLine) print(w io.Writer) {
	since := "-"
	if !l.Since.IsZero() {
		since = fmt.Sprintf("%s (%d days)", l.Since.Format(time.DateOnly), l.AgeDays)
	}
	fmt.Fprintf(w, "%-13s %-10s %-24s %s\n", l.Name, l.State, since, l.Kind)
	if l.Public != "" {
		fmt.Fprintf(w, "  public      %s\n", l.Public)
	}
	if l.Fingerprint != "" {
		fmt.Fprintf(w, "  fingerprint %s\n", l.Fingerprint)
	}
	if l.Warning != "" {
		fmt.Fprintf(w, "  WARNING     %s\n", l.Warning)
	}
	if l.Problem != "" {
		fmt.Fprintf(w, "  PROBLEM     %s\n", l.Problem)
	}
}
