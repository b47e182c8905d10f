package auth

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/ledger"
)

// What a permit is for.
const (
	PermitTake    = "take"
	PermitRestore = "restore"
)

// The operation by which a permit is asked for, its path, and how one ends early.
const (
	ActPermit  = "permit-backup"
	PermitPath = "/api/v1/backup/permits"
	ended      = "ended"
)

// PermitTerms are what is asked for, and what both persons sign.
type PermitTerms struct {
	For  string `json:"for" enum:"take,restore" doc:"take: take backups; restore: bring the node back from a backup that holds this permit"`
	Who  string `json:"who,omitempty" maxLength:"256" doc:"Who may take them: the id of a person or of an API key, cert: and how a certificate is known, or owner; not for restore"`
	Days int    `json:"days" minimum:"1" maximum:"366" doc:"For how many days from the approval"`
}

// Check refuses terms that say nothing.
func (t PermitTerms) Check() error {
	switch {
	case t.Days < 1 || t.Days > PermitDaysMax:
		return invalid(fmt.Sprintf("a permit holds for 1 to %d days", PermitDaysMax))
	case t.For == PermitTake && t.Who == "":
		return invalid("say who may take backups: the id of a person or machine, or owner")
	case t.For == PermitRestore && t.Who != "":
		return invalid("who restores a backup has the node's keys and is no principal of it: name nobody")
	case t.For != PermitTake && t.For != PermitRestore:
		return invalid("a permit is for take or for restore")
	}
	return nil
}

// names tells whether the terms are about a principal; an API key is named as it is
// listed, too.
func (t PermitTerms) names(p Principal) bool { return t.Who == p.ID || "key:"+t.Who == p.ID }

// Permit is a backup act that two persons agreed to before.
type Permit struct {
	ID    string      `json:"id" doc:"The permit's id: that of the act that was approved"`
	Terms PermitTerms `json:"terms"`
	Asker string      `json:"asker" doc:"The id of who asked for it"`
	By    string      `json:"by" doc:"The id of who approved it"`
	From  time.Time   `json:"from" doc:"When it was approved"`
	Until time.Time   `json:"until" doc:"When it ends by itself"`
	Ended bool        `json:"ended" doc:"It was ended before"`

	act Pending
}

// holds tells whether the permit stands at a time.
func (p Permit) holds(at time.Time) bool { return !p.Ended && at.Before(p.Until) }

func permitOf(act Pending) (p Permit, ok bool) {
	if act.Act != ActPermit || act.Outcome != approved && act.Outcome != ended || json.Unmarshal([]byte(act.Content), &p.Terms) != nil || p.Terms.Check() != nil {
		return p, false
	}
	return Permit{
		ID: act.ID, Terms: p.Terms, Asker: act.Asker, By: act.By, From: act.Decided, Until: act.Decided.Add(time.Duration(p.Terms.Days) * 24 * time.Hour),
		Ended: act.Outcome == ended, act: act,
	}, true
}

// Permits lists an organisation's permits, the newest first.
func (a *Access) Permits(ctx context.Context, org string) ([]Permit, error) {
	var acts []Pending
	err := a.in(org).View(ctx, func(tx *sql.Tx) (err error) {
		acts, err = rows(ctx, tx, pendingSelect+` WHERE org = $1 AND act = $2 AND outcome IN ($3, $4) ORDER BY decided DESC, id LIMIT $5`, scanPending, org, ActPermit, approved, ended, listMax)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the permits: %w", err)
	}
	list := []Permit{}
	for _, act := range acts {
		if p, ok := permitOf(act); ok {
			list = append(list, p)
		}
	}
	return list, nil
}

// EndPermit ends a permit before its time; one person may.
func (a *Access) EndPermit(ctx context.Context, org, id string) error {
	err := a.in(org).Update(ctx, func(tx *sql.Tx) error {
		return changed(tx.ExecContext(ctx, `UPDATE auth_pending SET outcome = $1 WHERE org = $2 AND id = $3 AND act = $4 AND outcome = $5`, ended, org, id, ActPermit, approved))
	})
	if err != nil {
		return fmt.Errorf("couldn't end the permit: %w", err)
	}
	return nil
}

// NeedsPermit tells whether backups of an organisation's node need permits: somebody
// beside the owner could give them, or always is set.
func (a *Access) NeedsPermit(ctx context.Context, org string, always bool) (bool, error) {
	return a.NeedsSecond(ctx, OwnerOf(org), AllowBackup, always)
}

// ErrNoPermit says that no permit covers an act.
var ErrNoPermit error = &refusal{
	ledger.Denied, "access/no-permit", "pedigree permits ask asks for one; in need, who has the node's access token gives a reason with --break-glass",
	"two persons have to permit this first, and no permit for it holds",
}

// PermitFor finds a permit that covers an act of p now and proves that two persons
// gave it; for PermitRestore p is who restores.
func (a *Access) PermitFor(ctx context.Context, p Principal, act string) (Permit, error) {
	list, err := a.Permits(ctx, p.Org)
	if err != nil {
		return Permit{}, err
	}
	var faults []error
	for _, permit := range list {
		if permit.Terms.For != act || !permit.holds(a.Now()) || act == PermitTake && !permit.Terms.names(p) {
			continue
		}
		if err := a.checkPermit(ctx, p.Org, permit); err != nil {
			faults = append(faults, fmt.Errorf("the permit %s does not hold: %w", permit.ID, err))
			continue
		}
		return permit, nil
	}
	return Permit{}, errors.Join(append([]error{ErrNoPermit}, faults...)...)
}

// checkPermit proves from the store alone that two persons gave a permit: the hash
// that the second approved is that of the terms and of who asked, and both signed.
func (a *Access) checkPermit(ctx context.Context, org string, p Permit) error {
	if p.act.hash() != p.act.Hash {
		return errors.New("its terms are not those that were approved")
	}
	if p.Asker == p.By {
		return errors.New("one person gave it alone")
	}
	asked, err := RuleMeaning(AllowBackup)
	if err != nil {
		return err
	}
	agreed, err := RuleMeaning(Approve)
	if err != nil {
		return err
	}
	approval := `{"hash":"` + p.act.Hash + `"}`
	for _, want := range []Record{
		{Org: org, Signer: p.Asker, Meaning: asked, Act: ActPermit, Object: "POST " + PermitPath, Content: sha256Hex(p.act.Content)},
		{Org: org, Signer: p.By, Meaning: agreed, Act: "approve", Object: "POST /api/v1/approvals/" + p.ID, Content: sha256Hex(approval)},
	} {
		if err := a.hasSigned(ctx, want); err != nil {
			return err
		}
	}
	return nil
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// RuleMeaning is the meaning with which acts of a permission are signed.
func RuleMeaning(p Permission) (string, error) {
	rule, ok := RuleOf(p)
	if !ok || rule.Meaning == "" {
		return "", fmt.Errorf("acts of %s are not signed", p)
	}
	return rule.Meaning, nil
}
