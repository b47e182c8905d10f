package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/node"
	"pedigree/proof"
)

func verifyCommand(c *cli) *cobra.Command {
	var trust, nonce, policy string
	cmd := &cobra.Command{
		Use:   "verify FILE [FILE]",
		Short: "Check a receipt, a bundle, a proof or an export offline; two bundles: check whether a serial was commissioned twice",
		Long: `Reads the file and the trust file and nothing else: no node is asked.
Exit code 0: all that it must show holds. 4: something does not, and its name is printed.
With --witness-policy, 5 when what is shown holds and too few witnesses vouch, so that
two histories can't be ruled out.`,
		Example: "  pedigree verify pack.bundle.pedigree --trust trust.json\n  pedigree verify first.bundle.pedigree second.bundle.pedigree --trust trust.json",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if done, err := c.verifyExport(cmd.Context(), args[0], trust); done {
					return err
				}
			}
			t, err := c.trust(trust)
			if err != nil {
				return failWith(exitUnchecked, "get trust.json once from somebody you trust: pedigree trust --out trust.json", err)
			}
			question, err := hex.DecodeString(nonce)
			if err != nil {
				return failWith(exitUsage, "", errors.New("the nonce must be hexadecimal"))
			}
			if len(args) == 2 {
				return c.verifyTwo(args, t)
			}
			o := proof.Options{Nonce: question, Now: time.Now()}
			if o.Witnesses, err = readPolicy(policy); err != nil {
				return failWith(exitUnchecked, "docs/operate/witness.md shows one", err)
			}
			return c.verifyOne(args[0], t, o)
		},
	}
	cmd.Flags().StringVar(&trust, "trust", "", "trust file, or founding file (default: founding.json in --home)")
	cmd.Flags().StringVar(&policy, "witness-policy", "", "file that says which witnesses must vouch (default: they are not asked about)")
	cmd.Flags().StringVar(&nonce, "nonce", "", "the verifier's own nonce that the holder signed, in hexadecimal")
	return cmd
}

// trust reads a trust file or takes the first validators from a founding file.
func (c *cli) trust(path string) (proof.Trust, error) {
	if path == "" {
		path = c.homeDir().network()
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return proof.Trust{}, fmt.Errorf("couldn't read what to trust: %w", err)
	}
	if f, err := node.ParseFounding(raw); err == nil {
		return trustOf(f)
	}
	return proof.ParseTrust(raw)
}

// trustOf is what a founding file gives to trust: its first validators.
func trustOf(f node.Founding) (proof.Trust, error) {
	t := proof.Trust{ChainID: f.ChainID, Height: 1}
	for _, v := range f.Validators {
		t.Validators = append(t.Validators, proof.Validator{Key: v.Key, Power: 1})
	}
	set, err := proof.NewValidatorSet(t.Validators)
	t.Validators = set
	return t, err
}

// readPolicy reads a witness policy; without a file there is none.
func readPolicy(path string) (*proof.WitnessPolicy, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the witness policy: %w", err)
	}
	p, err := proof.ParseWitnessPolicy(raw)
	return &p, err
}

func (c *cli) verifyOne(path string, t proof.Trust, o proof.Options) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
	}
	report, err := proof.Check(raw, t, o)
	if proof.FailedPart(err) == proof.PartFormat {
		return failWith(exitNo, "the file is damaged, or it is no receipt, bundle or proof", err)
	}
	if err := c.tellReport(report); err != nil {
		return err
	}
	if s, found := report.Step(proof.PartWitnesses); found && s.Verdict == proof.NotShown && !s.Optional {
		return &quietExit{exitUnchecked}
	}
	return nil
}

func (c *cli) tellReport(r proof.Report) error {
	type answer struct {
		Outcome proof.Outcome `json:"outcome"`
		proof.Report
	}
	outcome := r.Outcome()
	err := c.out.result(answer{outcome, r}, func(w io.Writer) { printReport(w, r) })
	if err != nil {
		return err
	}
	if outcome == proof.Refused || outcome == proof.Alert {
		return &quietExit{exitNo}
	}
	return nil
}

var outcomeWords = map[proof.Outcome]string{
	proof.Proved: "OK: all that it must show holds", proof.Partly: "PARTLY: what is shown holds, and something is missing",
	proof.Alert: "STOP: what is shown holds, and says not to accept the goods", proof.Refused: "STOP: something does not hold",
}

func printReport(w io.Writer, r proof.Report) {
	fmt.Fprintf(w, "%s\n", outcomeWords[r.Outcome()])
	for _, alert := range r.Alerts {
		fmt.Fprintf(w, "  ! %s\n", alert)
	}
	for _, s := range r.Steps {
		fmt.Fprintf(w, "  %-9s %-10s %s\n", s.Verdict, s.Name, s.Text)
		if s.Limit != "" {
			fmt.Fprintf(w, "  %-20s %s\n", "", s.Limit)
		}
	}
	if r.Kind == proof.TagFork {
		for _, f := range r.Facts {
			fmt.Fprintf(w, "  %s: %s\n", f.Name, f.Value)
		}
	}
	if r.Height > 0 {
		fmt.Fprintf(w, "as of block %d of %s, %s, signed by %d validators\n", r.Height, r.Chain, r.AsOf.Format(time.RFC3339), r.Signers)
	}
}

func (c *cli) verifyTwo(paths []string, t proof.Trust) error {
	var bundles [2]proof.Bundle
	for i, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			return failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
		}
		if bundles[i], err = proof.DecodeBundle(raw); err != nil {
			return failWith(exitNo, "", fmt.Errorf("%s: %w", p, err))
		}
	}
	d, err := proof.VerifyDuplicate(bundles[0], bundles[1], t)
	if err != nil {
		return failWith(exitNo, "this is no proof that a serial was commissioned twice", err)
	}
	return c.out.result(d, func(w io.Writer) {
		fmt.Fprintf(w, "PROVED: %s commissioned %s twice\n  origin %s at height %d\n  origin %s at height %d\n", d.Org, d.ID, d.OriginA, d.HeightA, d.OriginB, d.HeightB)
	})
}
