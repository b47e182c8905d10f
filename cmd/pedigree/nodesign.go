package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"pedigree/domain/network"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
	"pedigree/internal/node"
	"pedigree/proof"
)

func nodeCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{Use: "node", Short: "Facts of this node that other operators need"}
	cmd.AddCommand(&cobra.Command{
		Use: "id", Short: "Print this node's id", Args: cobra.NoArgs,
		Example: "  pedigree node id --home ./maker",
		RunE: func(*cobra.Command, []string) error {
			own, err := readCard(c.homeDir().card())
			if err != nil {
				return failWith(exitUsage, "run pedigree init first", err)
			}
			id := own.Node.ID
			return c.out.result(map[string]string{"id": id}, func(w io.Writer) { fmt.Fprintln(w, id) })
		},
	}, nodeSignCommand(c))
	return cmd
}

// nodeSignFlags say whose node it is, and where.
type nodeSignFlags struct{ chain, org, addr, out string }

func nodeSignCommand(c *cli) *cobra.Command {
	var f nodeSignFlags
	cmd := &cobra.Command{
		Use: "sign", Short: "Sign that this node is this organisation's, for those who let it in", Args: cobra.NoArgs,
		Long: `Writes the message that publishes this node on the ledger of a network, with the
signature of the node's key. Without it nobody can claim the node for another
organisation or on another network. Give it to those who propose it.`,
		Example: "  pedigree node sign --chain-id pedigree-pilot --out node.json --home ./newcomer",
		RunE:    func(*cobra.Command, []string) error { return c.nodeSign(f) },
	}
	cmd.Flags().StringVar(&f.chain, "chain-id", "", "the network (default: the one of this home's founding file)")
	cmd.Flags().StringVar(&f.org, "org", "", "id of the organisation (default: the one of this home's card)")
	cmd.Flags().StringVar(&f.addr, "addr", "", "host:port at which the node takes connections (default: the one of this home's card)")
	cmd.Flags().StringVar(&f.out, "out", "", "new file for the message (required)")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *cli) nodeSign(f nodeSignFlags) error {
	h := c.homeDir()
	if err := h.fill(&f); err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	message, err := s.nodeMessage(keys.Node, f.chain, f.org, f.addr)
	if err != nil {
		return err
	}
	if err := writeJSONFile(f.out, message); err != nil {
		return err
	}
	return c.out.result(message, func(w io.Writer) {
		fmt.Fprintf(w, "node %s of %s on %s: %s says so\n", message.NodeID, f.org, f.chain, f.out)
	})
}

// fill takes from the home what wasn't given.
func (h home) fill(f *nodeSignFlags) error {
	if f.chain == "" {
		founding, err := node.ReadFounding(h.founding())
		if err != nil {
			return failWith(exitUsage, "give the network's --chain-id", err)
		}
		f.chain = founding.ChainID
	}
	if f.org != "" {
		return nil
	}
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "run pedigree init first, or give --org and --addr", err)
	}
	if f.org = own.Member.ID; f.addr == "" {
		f.addr = own.Node.Addr
	}
	return nil
}

// nodeMessage publishes the node of one of the home's node keys.
func (s secrets) nodeMessage(name keys.Name, chain, org, addr string) (*network.PublishPeer, error) {
	text, err := s.Read(name)
	if err != nil {
		return nil, failWith(exitUsage, "name the node's home with --home", err)
	}
	pub, _, err := engine.NodeSign(text, nil)
	if err != nil {
		return nil, err
	}
	key := proof.NewKey(pub[:])
	statement := network.NodeStatement(chain, org, key)
	_, signature, err := engine.NodeSign(text, statement[:])
	if err != nil {
		return nil, err
	}
	m := &network.PublishPeer{Member: org, NodeID: network.NodeIDOf(key), Addr: addr, Key: key, Signature: append([]byte{proof.AlgEd25519}, signature...)}
	if err := m.Validate(); err != nil {
		return nil, failWith(exitUsage, "", err)
	}
	return m, nil
}

// readNodeMessage reads what a member's pedigree node sign wrote.
func readNodeMessage(path, member string) (*network.PublishPeer, error) {
	const hint = "the node's owner writes it with pedigree node sign"
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, failWith(exitUsage, hint, fmt.Errorf("couldn't read the node's message: %w", err))
	}
	var m network.PublishPeer
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, failWith(exitUsage, hint, fmt.Errorf("couldn't read the node's message in %s: %w", path, err))
	}
	err = m.Validate()
	if err == nil && m.Member != member {
		err = errors.New("it is signed for " + m.Member + ", not for " + member)
	}
	if err != nil {
		return nil, failWith(exitUsage, hint, fmt.Errorf("couldn't take the node's message in %s: %w", path, err))
	}
	return &m, nil
}
