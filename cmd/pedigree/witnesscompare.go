package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/internal/witness"
	"pedigree/proof"
)

// compareFlags say with what a file is compared.
type compareFlags struct {
	trust, node, token, out string
}

func witnessCompareCommand(c *cli) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use: "compare FILE [OTHER]", Short: "Find out whether two files, or a file and a node, are of one history", Args: cobra.RangeArgs(1, 2),
		Long: `Whoever holds a receipt, bundle or proof can catch validators who rewrote what they
signed: the header in it must be the one that everybody else has. Compares the
headers of the file with those of OTHER, or with those that a node gives at the same
heights. Ends with 0 when they are the same, with 4 when the validators signed two
histories (--out proves it to anybody), and with 5 when there was nothing to compare.`,
		Example: "  pedigree witness compare ship.receipt.pedigree --node https://maker.example --token-file token --trust trust.json\n  pedigree witness compare mine.receipt.pedigree theirs.receipt.pedigree --trust trust.json",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.witnessCompare(cmd.Context(), args, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.trust, "trust", "", "trust file, or founding file (default: founding.json in --home)")
	fl.StringVar(&f.node, "node", "", "address of a node's HTTP interface; https, but for one on this machine")
	fl.StringVar(&f.token, "token-file", "", "with --node: file with a key for it that may read proofs")
	fl.StringVar(&f.out, "out", "fork.pedigree", "file to write when there is a fork")
	return cmd
}

func (c *cli) witnessCompare(ctx context.Context, paths []string, f compareFlags) error {
	if (len(paths) == 2) == (f.node != "") {
		return failWith(exitUsage, "", errors.New("give either a second file or --node"))
	}
	t, err := c.trust(f.trust)
	if err != nil {
		return failWith(exitUnchecked, "get trust.json once from somebody you trust", err)
	}
	mine, err := readSides(paths[0], t)
	if err != nil {
		return err
	}
	var theirs []proof.ForkSide
	var prove func([]byte) ([]byte, error)
	if f.node == "" {
		theirs, err = readSides(paths[1], t)
	} else {
		var n *client.Client
		if n, err = nodeWithKey(f.node, f.token); err == nil {
			theirs, err = sidesOfNode(ctx, n, mine)
			prove = validatorProver(ctx, n)
		}
	}
	if err != nil {
		return err
	}
	return c.tellComparison(mine, theirs, t, f, prove)
}

// readSides reads the headers of a file, which it verifies first.
func readSides(path string, t proof.Trust) ([]proof.ForkSide, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
	}
	if _, err := proof.Check(raw, t, proof.Options{}); err != nil {
		return nil, failWith(exitUnchecked, "only a file that holds can be compared", fmt.Errorf("%s: %w", path, err))
	}
	object, err := proof.Open(raw)
	if err != nil {
		return nil, failWith(exitUnchecked, "", err)
	}
	return proof.Sides(object), nil
}

// nodeWithKey is a client of a node to which a key may be sent.
func nodeWithKey(address, tokenFile string) (*client.Client, error) {
	base, err := witnessedNode(address)
	if err != nil {
		return nil, failWith(exitUsage, "a key for the interface must not travel in the clear", err)
	}
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, failWith(exitUsage, "", fmt.Errorf("couldn't read the key for the node: %w", err))
	}
	return client.New(base, strings.TrimSpace(string(token))), nil
}

// sidesOfNode asks a node for its headers of the same heights.
func sidesOfNode(ctx context.Context, n *client.Client, mine []proof.ForkSide) ([]proof.ForkSide, error) {
	var list []proof.ForkSide
	for _, s := range mine {
		raw, err := n.File(ctx, fmt.Sprintf("/api/v1/consistency?from=%d", s.Header.Signed.Header.Height))
		if err != nil {
			return nil, failWith(exitUnchecked, "ask another node", err)
		}
		p, err := proof.DecodeConsistencyProof(raw)
		if err != nil {
			return nil, failWith(exitUnchecked, "ask another node", err)
		}
		list = append(list, proof.ForkSide{Parts: &p.OldParts, Header: p.OldHeader})
	}
	return list, nil
}

// validatorProver asks a node for proofs of whose the validators are.
func validatorProver(ctx context.Context, n *client.Client) func([]byte) ([]byte, error) {
	return func(key []byte) ([]byte, error) {
		return n.File(ctx, "/api/v1/state/"+hex.EncodeToString(key)+"/proof")
	}
}

func (c *cli) tellComparison(mine, theirs []proof.ForkSide, t proof.Trust, f compareFlags, prove func([]byte) ([]byte, error)) error {
	fork, same, err := compareSides(mine, theirs, t)
	if err != nil {
		return failWith(exitUnchecked, "what the other side shows proves nothing; ask another node", err)
	}
	if fork != nil {
		if prove != nil {
			fork.Name(t, prove)
		}
		return c.tellFork(fork, f.out)
	}
	if same == 0 {
		return failWith(exitUnchecked, "compare with a node, which has every header", errors.New("the files have no header of the same height"))
	}
	type answer struct {
		Same int `json:"same_headers"`
	}
	return c.out.result(answer{same}, func(w io.Writer) { fmt.Fprintf(w, "OK: %d headers are the same on both sides\n", same) })
}

// compareSides holds the headers of equal heights against each other, up to a fork.
func compareSides(mine, theirs []proof.ForkSide, t proof.Trust) (fork *witness.Fork, same int, err error) {
	for _, a := range mine {
		for _, b := range theirs {
			if a.Header.Signed.Header.Height != b.Header.Signed.Header.Height {
				continue
			}
			if fork, err := witness.Find(a, b, t); fork != nil || err != nil {
				return fork, same, err
			}
			same++
		}
	}
	return nil, same, nil
}

// tellFork writes the proof of a fork and says what it shows.
func (c *cli) tellFork(fork *witness.Fork, out string) error {
	if err := writeNew(out, fork.Proof.Encode()); err != nil {
		return err
	}
	c.out.say("%s proves it: show it to every member, and see docs/operate/witness.md", out)
	return c.tellReport(fork.Report.Report)
}
