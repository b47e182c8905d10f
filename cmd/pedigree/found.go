package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/internal/node"
	"pedigree/ledger"
	"pedigree/proof"
)

// foundingTag marks the fingerprint that founders compare.
const foundingTag = "pedigree/founding/1"

func foundCommand(c *cli) *cobra.Command {
	var out, chainID, profile, at string
	var docs documentFlags
	var drill bool
	cmd := &cobra.Command{
		Use:   "found CARD...",
		Short: "Make the founding file of a network from its founders' cards",
		Long: `Makes the founding file. The same cards in any order, the same documents and the
same --time give the same file, so each founder can make it and compare one
fingerprint. Of the charter, the exit rules and the fee rules it holds the hashes;
docs/operate/templates has drafts. With --drill the network is for practice: its name
begins with drill-, and every screen, printed page and figure of it says so.`,
		Example: `  pedigree found maker/card.json wholesaler/card.json pharmacy/card.json \
      --chain-id pedigree-pilot --profile lan --time 2026-12-01T08:00:00Z \
      --charter charter.md --exit exit.md --fees fees.md --out founding.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			cards, err := readCards(args)
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			when := time.Now()
			if at != "" {
				if when, err = time.Parse(time.RFC3339, at); err != nil {
					return failWith(exitUsage, "write it as 2026-12-01T08:00:00Z", fmt.Errorf("couldn't read --time: %w", err))
				}
			}
			if drill {
				chainID = node.DrillChain(chainID)
			}
			slices.SortFunc(cards, func(a, b card) int { return strings.Compare(a.Member.ID, b.Member.ID) })
			f, err := found(chainID, engine.Profile(profile), when, cards)
			if err == nil {
				err = docs.addTo(&f)
			}
			if err != nil {
				return failWith(exitUsage, "", err)
			}
			if err := writeJSONFile(out, f); err != nil {
				return err
			}
			return c.tellFounding(out, f, fmt.Sprintf("on each founder's machine: pedigree join %s CARD... --home HOME", out))
		},
	}
	cmd.Flags().StringVar(&out, "out", "founding.json", "where to write the founding file")
	cmd.Flags().StringVar(&chainID, "chain-id", "", "name of the network, never used before (required)")
	cmd.Flags().StringVar(&profile, "profile", string(engine.LAN), "how far apart the validators are: single, lan or wan")
	cmd.Flags().StringVar(&at, "time", "", "the network's first moment, which every founder must give alike, such as 2026-12-01T08:00:00Z (default: now)")
	cmd.Flags().BoolVar(&drill, "drill", false, "a network for practice, whose name begins with drill-")
	docs.register(cmd)
	_ = cmd.MarkFlagRequired("chain-id")
	return cmd
}

func readCards(paths []string) ([]card, error) {
	cards := make([]card, len(paths))
	for i, p := range paths {
		var err error
		if cards[i], err = readCard(p); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// found makes a founding file from cards.
func found(chainID string, profile engine.Profile, now time.Time, cards []card) (node.Founding, error) {
	if !slices.Contains([]engine.Profile{engine.Single, engine.LAN, engine.WAN}, profile) {
		return node.Founding{}, fmt.Errorf("the profile is %s, %s or %s, not %q", engine.Single, engine.LAN, engine.WAN, profile)
	}
	part := org.Founding{Quorum: org.Fraction{Numerator: 2, Denominator: 3}}
	f := node.Founding{ChainID: chainID, Time: now.UTC().Truncate(time.Second), Profile: profile, Limits: ledger.DefaultParams()}
	for _, crd := range cards {
		part.Members = append(part.Members, crd.Member)
		if !crd.Member.Validator.IsZero() {
			f.Validators = append(f.Validators, node.FoundingValidator{Org: crd.Member.ID, Key: crd.Member.Validator})
		}
	}
	if err := part.Validate(); err != nil {
		return f, err
	}
	raw, err := json.Marshal(part)
	if err != nil {
		return f, fmt.Errorf("couldn't write the founding file: %w", err)
	}
	f.Modules = map[string]json.RawMessage{"org": raw}
	genesis, err := f.Genesis()
	if err != nil {
		return f, err
	}
	return f, genesis.Validate()
}

// fingerprint is what founders compare before they start.
func fingerprint(f node.Founding) (proof.Hash, error) {
	raw, err := json.Marshal(f)
	return proof.TaggedHash(foundingTag, raw), err
}

func (c *cli) tellFounding(path string, f node.Founding, next string) error {
	print, err := fingerprint(f)
	if err != nil {
		return err
	}
	type answer struct {
		File        string     `json:"file"`
		Chain       string     `json:"chain"`
		Drill       bool       `json:"drill,omitempty"`
		Validators  int        `json:"validators"`
		Fingerprint proof.Hash `json:"fingerprint"`
	}
	a := answer{path, f.ChainID, node.IsDrill(f.ChainID), len(f.Validators), print}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "%s founds %s with %d validators\nfingerprint %s: compare it with every founder before you start\n", a.File, a.Chain, a.Validators, a.Fingerprint)
		if a.Drill {
			fmt.Fprintln(w, "a drill: every screen, printed page and figure of this network says so")
		}
		fmt.Fprintf(w, "next, %s\n", next)
	})
}

// namesValidators checks that each first validator has its card: without its
// address the node would wait for it in vain.
func namesValidators(f node.Founding, cards []card) error {
	for _, v := range f.Validators {
		i := slices.IndexFunc(cards, func(crd card) bool { return crd.Member.ID == v.Org })
		switch {
		case i < 0:
			return fmt.Errorf("couldn't join: the founding file names the validator of %s, and its card is missing", v.Org)
		case cards[i].Member.Validator != v.Key:
			return fmt.Errorf("couldn't join: the card of %s is not the one with which the network was founded", v.Org)
		}
	}
	return nil
}

// addPeers writes the chain, the profile and the peers into the configuration.
func addPeers(path string, f node.Founding, peers string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("couldn't read the configuration: %w", err)
	}
	text, err := withNetwork(string(raw), f.ChainID, string(f.Profile), peers)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
