package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"pedigree/client"
	"pedigree/domain/anchor"
	"pedigree/domain/org"
	"pedigree/internal/auth"
	"pedigree/ledger"
	"pedigree/proof"
)

// The audit trail's head goes to the ledger under this purpose, at most once in
// anchorEvery and when the node stops. A stop waits for that no longer than
// anchorStopWait: a network that is away holds no stop up.
const (
	anchorPurpose  = "audit"
	anchorEvery    = time.Hour
	anchorWait     = time.Minute
	anchorStopWait = 3 * time.Second
	settleWait     = 2 * time.Second
)

// anchorTrail keeps the head of the organisation's audit trail on the ledger, so that
// who has the node's disk can't rewrite what came before.
func (r *running) anchorTrail(ctx context.Context) {
	wait := settleWait
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.desk.closing:
			return
		case <-time.After(wait):
		}
		var err error
		switch {
		case wait != settleWait:
			err = r.anchorOnce(ctx, r.own, anchorWait)
		case r.ready() != nil: // what the ledger holds isn't known yet
			continue
		default:
			if err = r.settleTrail(ctx, r.org); err == nil {
				err = r.ageKnown(ctx)
			}
		}
		if err == nil {
			wait = anchorEvery
		} else if ctx.Err() == nil {
			r.log.Error("couldn't see to the audit trail's hash on the ledger; trying again", "in", wait, "error", err)
		}
	}
}

// settleTrail writes into a trail that was restored from a backup what it lost, once
// the node knows what the ledger holds of it.
func (r *running) settleTrail(ctx context.Context, org string) error {
	open, err := r.access.Unsettled(ctx, org)
	if err != nil || !open {
		return err
	}
	if err := r.ready(); err != nil {
		return err
	}
	root, err := r.anchored(org)
	if err != nil {
		return err
	}
	return r.access.Settle(ctx, org, root)
}

// anchored is the hash of an organisation's trail that the ledger holds; "" for none.
func (r *running) anchored(org string) (root string, err error) {
	err = r.node.Read(func(s ledger.State) error {
		if last, there := anchor.Latest(s, org, anchorPurpose); there {
			root = last.Root.String()
		}
		return nil
	})
	return root, err
}

// isMember tells whether the ledger knows an organisation.
func (r *running) isMember(id string) (known bool, err error) {
	err = r.node.Read(func(s ledger.State) error {
		_, known = org.Get(s, id)
		return nil
	})
	return known, err
}

// anchorOnce puts the head of an organisation's trail on the ledger, under its own
// key, unless it is there already. A hash that the trail lost is evidence: nothing is
// put in its place, unless the trail says that it was lost with a restored backup.
func (r *running) anchorOnce(ctx context.Context, o *office, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if err := r.settleTrail(ctx, o.org); err != nil { // what was lost is known until then
		return err
	}
	seq, head, err := r.access.AuditHead(ctx, o.org)
	if err != nil || seq == 0 {
		return err
	}
	last, err := r.anchored(o.org)
	if err != nil || last == head {
		return err
	}
	if err := r.ready(); err != nil {
		return err
	}
	if last != "" {
		if err := r.access.CheckKept(ctx, o.org, last); err != nil {
			return fmt.Errorf("%w; pedigree audit verify says more", err)
		}
	}
	root, err := proof.ParseHash(head)
	if err != nil {
		return fmt.Errorf("couldn't read the hash of line %d: %w", seq, err)
	}
	message, err := json.Marshal(anchor.SetAnchor{Purpose: anchorPurpose, Root: root})
	if err != nil {
		return err
	}
	_, err = o.acts.Send(ctx, "anchor", "anchor", message)
	return err
}

// anchorAtStop puts the head on the ledger before the node goes; if it can't, the next
// run does. A network with one validator proves that operator's word and no more, and
// a block at each stop would only make its backups old.
func (r *running) anchorAtStop() {
	if r.access == nil || r.own == nil || r.alone {
		return
	}
	if err := r.anchorOnce(context.Background(), r.own, anchorStopWait); err != nil {
		r.log.Warn("couldn't put the audit trail's hash on the ledger before the end; it goes there when the node runs again", "error", err)
	}
}

// rootOf reads the root in an anchor's row of the state; "" when there is none.
func rootOf(value []byte) (string, error) {
	if value == nil {
		return "", nil
	}
	var a anchor.Anchor
	if err := ledger.DecodeMessage(value, &a); err != nil {
		return "", fmt.Errorf("couldn't read the audit trail's hash on the ledger: %w", err)
	}
	return a.Root.String(), nil
}

// beginTrail is an empty trail of the node's organisation, with the hash that the
// ledger is proved to hold of it.
func (c *cli) beginTrail(ctx context.Context, n *client.Client) (auth.Trail, error) {
	s, err := n.Status(ctx)
	if err != nil {
		return auth.Trail{}, err
	}
	raw, err := n.File(ctx, "/api/v1/state/"+hex.EncodeToString(anchor.Key(s.Org, anchorPurpose))+"/proof")
	if err != nil {
		return auth.Trail{}, err
	}
	p, err := proof.DecodeStateProof(raw)
	if err != nil {
		return auth.Trail{}, err
	}
	trust, err := c.trust("")
	if err != nil {
		return auth.Trail{}, failWith(exitUsage, "name a node's home with --home", err)
	}
	if _, err := p.Verify(trust); err != nil {
		return auth.Trail{}, fmt.Errorf("couldn't believe the node's proof of what the ledger holds: %w", err)
	}
	root, err := rootOf(p.Value)
	return auth.Trail{Org: s.Org, Anchor: root}, err
}
