package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"pedigree/client"
	"pedigree/domain/network"
	"pedigree/domain/org/orgview"
	"pedigree/internal/engine"
	"pedigree/internal/keys"
)

func rotateNodeCommand(c *cli) *cobra.Command {
	var publish, change bool
	var withdraw string
	cmd := &cobra.Command{
		Use: "node", Short: "Prepare another node key, publish its id, take it, and withdraw the former id", Args: cobra.NoArgs,
		Long: `Makes a key that waits, and prints the node id that it gives. With --publish the
running node puts the present id and that one on the ledger, each signed by its key,
and the members' nodes let both in. Then stop the node, run it with --switch, start
the node, and take the former id off the ledger with --withdraw: it is let in no more.`,
		Example: `  pedigree keys rotate node --publish --home ./maker
  pedigree keys rotate node --switch --home ./maker
  pedigree keys rotate node --withdraw 0a1b... --home ./maker`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case withdraw != "":
				return c.withdrawNode(cmd.Context(), withdraw)
			case change:
				return c.switchNode()
			}
			return c.prepareNode(cmd.Context(), publish)
		},
	}
	cmd.Flags().BoolVar(&publish, "publish", false, "put the present id and the new one on the ledger; the node must run")
	cmd.Flags().BoolVar(&change, "switch", false, "take the key that waits; the node must be stopped")
	cmd.Flags().StringVar(&withdraw, "withdraw", "", "former node id, to be let in no more; the node must run with the new key")
	cmd.MarkFlagsMutuallyExclusive("publish", "switch", "withdraw")
	return cmd
}

// nodeRotation is what the verb says of a change of the node key.
type nodeRotation struct {
	Node    string `json:"node"`
	InPlace bool   `json:"in_place"`
	next    string
}

func (c *cli) tellNode(a nodeRotation) error {
	return c.out.result(a, func(w io.Writer) { fmt.Fprintf(w, "node id %s\nnext: %s\n", a.Node, a.next) })
}

func (c *cli) prepareNode(ctx context.Context, publish bool) error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	id, err := s.nextNode()
	if err != nil {
		return err
	}
	a := nodeRotation{id, false, "let the other members know the id, or run it with --publish; then stop the node and run it with --switch"}
	if !publish {
		return c.tellNode(a)
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	status, err := n.Status(ctx)
	if err != nil {
		return err
	}
	// The present id first: from the first that is published on, only published ones are let in.
	for _, name := range []keys.Name{keys.Node, keys.Node.Next()} {
		m, err := s.nodeMessage(name, status.Chain, own.Member.ID, own.Node.Addr)
		if err != nil {
			return err
		}
		if err := actAs(ctx, n, "publish-peer", m); err != nil {
			return err
		}
	}
	a.next = "stop the node, run it with --switch, and start it"
	return c.tellNode(a)
}

// actAs sends an act of this organisation in module network.
func actAs(ctx context.Context, n *client.Client, kind string, message any) error {
	var d orgview.Done
	return n.Post(ctx, "/api/v1/organisations/acts/"+url.PathEscape(kind)+"?module=network", message, &d)
}

func (c *cli) switchNode() error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	if err := h.mustBeStopped(); err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	if s.Has(keys.Node.Next()) {
		if _, err := s.Promote(keys.Node); err != nil {
			return err
		}
	}
	text, err := s.Read(keys.Node)
	if err != nil {
		return err
	}
	id, err := engine.NodeID(text)
	if err != nil {
		return err
	}
	former := own.Node.ID
	if id == former { // else the change was cut short before the card was written
		return failWith(exitUsage, "run it without --switch first, and let the other members know the new id", errors.New("no node key waits"))
	}
	own.Node.ID = id
	if err := h.replaceCard(own); err != nil {
		return err
	}
	return c.tellNode(nodeRotation{id, true, "start the node; if the ids are on the ledger, run it with --withdraw " + former})
}

func (c *cli) withdrawNode(ctx context.Context, id string) error {
	own, err := readCard(c.homeDir().card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	m := network.WithdrawPeer{Member: own.Member.ID, NodeID: id}
	if err := m.Validate(); err != nil {
		return failWith(exitUsage, "", err)
	}
	if id == own.Node.ID {
		return failWith(exitRefused, "give the former id, which --switch printed", fmt.Errorf("%s is the id of the present node key: the other nodes would let this one in no more", id))
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	if err := actAs(ctx, n, "withdraw-peer", &m); err != nil {
		return err
	}
	return c.tellNode(nodeRotation{own.Node.ID, true, "destroy the former key in " + c.home})
}

// nextNode reads the node key that waits, or makes it.
func (s secrets) nextNode() (id string, err error) {
	next := keys.Node.Next()
	if s.Has(next) {
		text, err := s.Read(next)
		if err != nil {
			return "", err
		}
		return engine.NodeID(text)
	}
	text, id, err := engine.NewNodeKey()
	if err != nil {
		return "", err
	}
	return id, s.Create(next, text)
}
