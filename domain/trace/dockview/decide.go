package dockview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// What a person decides about a thing.
const (
	DecideReceive = "receive" // a top-level container: receive it, also where it can't be told to be right
	DecideReject  = "reject"  // a top-level container: send it back whole
	DecideLeave   = "leave"   // a top-level container: leave it on offer
	DecideForgive = "forgive" // an expected thing that wasn't scanned: it is here all the same
	DecideRefuse  = "refuse"  // an expected thing: it goes back, though it was scanned
	DecideHold    = "hold"    // a thing that nobody expects: keep it apart
	DecideBack    = "back"    // a thing that nobody expects: it goes back to the sender
)

// Decision is what a person decided about a thing.
type Decision struct {
	Path   string    `json:"path"`
	What   string    `json:"what" enum:"receive,reject,leave,forgive,refuse,hold,back"`
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Decide notes what a person decided. The last decision about a thing counts; an empty
// one withdraws it.
func (d *Docks) Decide(ctx context.Context, id int64, item, what, why, by string) (Decision, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Decision{}, err
	}
	defer d.release(l)
	if err := l.mustBe(Open); err != nil {
		return Decision{}, err
	}
	one := Decision{Path: pathIn(item), What: what, Reason: why, By: by, At: d.Now().UTC()}
	if err := l.allows(item, one); err != nil {
		return Decision{}, err
	}
	if err := d.decide(ctx, id, one); err != nil {
		l.loaded = false
		return Decision{}, fmt.Errorf("couldn't note the decision about %s: %w", one.Path, err)
	}
	if what == "" {
		delete(l.decisions, one.Path)
	} else {
		l.decisions[one.Path] = one
	}
	d.tell(l, Change{What: ChangeDecision, Path: one.Path, Decision: what, Text: why, By: by})
	return one, nil
}

// allows refuses a decision that doesn't fit what it is about.
func (l *live) allows(item string, one Decision) error {
	if len(one.Reason) > ReasonMax {
		return api.Coded(fmt.Errorf("the reason has %d bytes; say it in %d", len(one.Reason), ReasonMax), ledger.Invalid, "dock/invalid")
	}
	i, expected := l.expected.at[one.Path]
	_, extra := l.tally.extras[one.Path]
	if one.Path == "" || !expected && !extra {
		return api.Coded(fmt.Errorf("%.80q is neither expected nor scanned in session %d: %w", item, l.session.ID, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
	}
	fits := false
	switch one.What {
	case "":
		fits = true
	case DecideReceive, DecideReject, DecideLeave:
		fits = expected && l.expected.nodes[i].in == none
	case DecideForgive, DecideRefuse:
		fits = expected
	case DecideHold, DecideBack:
		fits = extra
	}
	if !fits {
		return api.Coded(fmt.Errorf("%q doesn't fit %s: top-level containers are received, rejected or left; expected things forgiven or refused; others held or sent back", one.What, one.Path), ledger.Invalid, "dock/invalid")
	}
	return nil
}

func (d *Docks) decide(ctx context.Context, id int64, one Decision) error {
	plain, err := json.Marshal(decisionRow{one.Reason})
	if err != nil {
		return err
	}
	sealed, err := d.Vault.SealValue(decisionContext(id, one.Path), plain)
	if err != nil {
		return err
	}
	return d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if one.What == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM dock_decision WHERE session = $1 AND path = $2`, id, one.Path)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO dock_decision (session, path, what, decider, at, sealed) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (session, path) DO UPDATE SET what = excluded.what, decider = excluded.decider, at = excluded.at, sealed = excluded.sealed`,
			id, one.Path, one.What, one.By, one.At.UnixMilli(), sealed)
		return err
	})
}
