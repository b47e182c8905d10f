//go:build linux

package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"pedigree/client"
	"pedigree/domain/org"
	"pedigree/proof"
)

// Host adds an organisation that dispenses to a member's node, has it admitted and
// opens its mailbox. It returns a client of its own.
func (n *Network) Host(by *Member, id, gln string) *client.Client {
	n.Helper()
	now := time.Now().UTC()
	Verb(n, n.Program, "hosted", "add", "--home", by.Home, "--org", id, "--name", id+" (test)", "--role", "dispenser", "--gln", gln, "--licence",
		fmt.Sprintf("dispenser:US:TEST-%s:%s:%s", id, now.AddDate(-1, 0, 0).Format(time.DateOnly), now.AddDate(2, 0, 0).Format(time.DateOnly)))
	home := filepath.Join(by.Home, "orgs", id)
	raw, err := os.ReadFile(filepath.Join(home, "admission.json"))
	if err != nil {
		n.Fatal(err)
	}
	if err := n.Decide(n.Context(), "org", "admit", json.RawMessage(raw)); err != nil {
		n.Fatal(err)
	}
	c := by.client(n, home)
	for end := time.Now().Add(readyWait); ; time.Sleep(pollPause) {
		if err = c.Get(n.Context(), "/api/v1/inventory?limit=1", nil); err == nil {
			break
		}
		if time.Now().After(end) {
			n.Fatalf("%s is not served: %v", id, err)
		}
	}
	n.publish(c)
	return c
}

// publish opens the mailbox of an organisation.
func (n *Network) publish(c *client.Client) {
	n.Helper()
	err := Insist(n.Context(), func(ctx context.Context) error {
		return c.Post(ctx, "/api/v1/mailbox", map[string]string{"address": ""}, nil)
	})
	if err != nil {
		n.Fatal("couldn't open a mailbox: ", err)
	}
}

// Decide puts an act of the council before the members, who vote for it until it is
// carried out. The error is the act's refusal.
func (n *Network) Decide(ctx context.Context, module, kind string, message any) error {
	var proposal struct {
		ID proof.Hash `json:"id"`
	}
	err := Insist(ctx, func(ctx context.Context) error {
		return n.List[0].Node.Post(ctx, "/api/v1/proposals", map[string]any{"module": module, "kind": kind, "message": message}, &proposal)
	})
	for _, m := range n.List[1:] {
		if err != nil {
			return err
		}
		err = Insist(ctx, func(ctx context.Context) error {
			return m.Node.Post(ctx, "/api/v1/organisations/acts/approve", map[string]string{"proposal": proposal.ID.String()}, nil)
		})
		var p *client.Problem
		if errors.As(err, &p) && p.Code == org.CodeUnknownProposal.Name {
			return nil // a vote before carried it out
		}
		if errors.As(err, &p) && p.Code == org.CodeVoted.Name {
			err = nil // by a request whose answer was lost
		}
	}
	return err
}
