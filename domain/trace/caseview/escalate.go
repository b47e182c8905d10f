package caseview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pedigree/domain/trace/caseview/deadline"
	"pedigree/internal/api"
	"pedigree/proof"
)

// suspectRules are the limits that an escalated case has besides its own.
func suspectRules() []deadline.Rule {
	return append(deadline.For(deadline.Suspect), deadline.For(deadline.Illegitimate)...)
}

// errNoHands says that nothing can flag goods here.
var errNoHands = errors.New("this node can't flag goods; keep them apart by hand")

// Escalate makes the goods of a case suspect: it flags exactly its items on the ledger,
// held and suspect, and starts the clocks of the law. A case without a package that it
// names can't be escalated.
func (c *Cases) Escalate(ctx context.Context, name, by, reason string) (Case, error) {
	if strings.TrimSpace(reason) == "" || len(reason) > textMax {
		return Case{}, invalid("say in 1 to %d bytes why the goods are suspect", textMax)
	}
	k, paths, err := c.marked(ctx, name)
	if err != nil {
		return Case{}, fmt.Errorf("couldn't escalate the case: %w", err)
	}
	switch {
	case k.State.closed():
		return Case{}, notNow("case %d is %s; open another one", k.Number, k.State)
	case !k.Suspect.IsZero():
		return c.Get(ctx, name)
	case len(paths) == 0:
		return Case{}, invalid("case %d names no package, so there is nothing to flag; add the packages first", k.Number)
	}
	entries, err := c.mark(ctx, paths, proof.FlagHeld|proof.FlagSuspect, 0)
	if err != nil {
		return Case{}, fmt.Errorf("couldn't escalate the case: %w", err)
	}
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		if !k.Suspect.IsZero() {
			return nil
		}
		k.Suspect, k.escalatedBy, k.Owner = c.now(), by, owners[Unavailable]
		if err := c.proved(tx, k, entries, by, EvidenceSayings.Say("evidence/escalated", "reason", reason)); err != nil {
			return err
		}
		return c.wind(tx, k, k.Opened, c.paceOf(tx, k))
	})
}

// Clearing says why goods are cleared, and by whom.
type Clearing struct {
	By, Reason string
	Read       int  // number of the last piece of evidence that was read
	Alone      bool // there is nobody else: the owner of the node
}

// Clear ends an investigation that found nothing: it clears the flags again. It takes
// another person than the one who escalated the case, unless there is none, who has read all the evidence there
// is and says so by its last number.
func (c *Cases) Clear(ctx context.Context, name string, cl Clearing) (Case, error) {
	by, reason, read := cl.By, cl.Reason, cl.Read
	if strings.TrimSpace(reason) == "" || len(reason) > textMax {
		return Case{}, invalid("say in 1 to %d bytes why the goods are cleared", textMax)
	}
	k, paths, err := c.marked(ctx, name)
	if err != nil {
		return Case{}, fmt.Errorf("couldn't clear the case: %w", err)
	}
	var known int
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		list, err := c.evidence(tx, k.Number)
		known = len(list)
		return err
	})
	switch {
	case err != nil:
		return Case{}, err
	case k.Suspect.IsZero():
		return Case{}, notNow("case %d is not escalated", k.Number)
	case k.escalatedBy == by && !cl.Alone:
		return Case{}, notNow("whoever escalated a case doesn't clear it: another person reads the evidence anew")
	case read != known:
		return Case{}, notNow("there are %d pieces of evidence, and you name %d as the last one read; read them with pedigree case show %d", known, read, k.Number)
	}
	entries, err := c.mark(ctx, paths, 0, proof.FlagHeld|proof.FlagSuspect)
	if err != nil {
		return Case{}, fmt.Errorf("couldn't clear the case: %w", err)
	}
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		if err := c.proved(tx, k, entries, by, EvidenceSayings.Say("evidence/cleared", "reason", reason)); err != nil {
			return err
		}
		k.escalatedBy, k.Owner = "", owners[k.Category]
		k.Suspect = moment(0)
		return c.wind(tx, k, k.Opened, c.paceOf(tx, k))
	})
}

// marked is a case with the paths of its items.
func (c *Cases) marked(ctx context.Context, name string) (k Case, paths []string, err error) {
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		if k, err = c.load(tx, name); err != nil {
			return err
		}
		list, err := c.items(tx, k.Number)
		for _, i := range list {
			if i.Path != "" && i.state != Dropped && !slices.Contains(paths, i.Path) {
				paths = append(paths, i.Path)
			}
		}
		return err
	})
	slices.Sort(paths)
	return k, paths, err
}

func (c *Cases) mark(ctx context.Context, paths []string, set, unset uint64) ([]proof.Hash, error) {
	if c.Hands == nil {
		return nil, notNow("%w", errNoHands)
	}
	return c.Hands.Mark(ctx, paths, set, unset)
}

// proved adds the entries of an act on the ledger to the evidence.
func (c *Cases) proved(tx *sql.Tx, k *Case, entries []proof.Hash, by string, why api.Said) error {
	if err := c.addEvidence(tx, k.Number, evidenceOf(why, EvidenceWord, by)); err != nil {
		return err
	}
	for _, id := range entries {
		e := noted(EvidenceEntry, by, "evidence/entry", "entry", id.String())
		e.Hash = id
		if err := c.addEvidence(tx, k.Number, e); err != nil {
			return err
		}
	}
	return nil
}

// Sample is how many packages of so many a dispenser verifies when product is suspect:
// at least three or a tenth, whichever is greater. The paragraph is not confirmed.
func Sample(packages int) int {
	return min(packages, max(3, (packages+9)/10))
}
