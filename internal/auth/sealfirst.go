package auth

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/vault"
)

// The steps of the schema that seal what an older program wrote: all rows, and lines that
// tell of a restored backup.
const (
	stepSeals    = "seals"
	stepRestores = "restores"
)

// sealRestores seals the lines that tell of restored backups. A list of seals that was
// tampered with stays wrong.
func sealRestores(ctx context.Context, tx *sql.Tx, marker func(label string) vault.Marker) error {
	orgs, err := sealedOrgs(ctx, tx)
	if err != nil {
		return err
	}
	s := sealer{marker: marker(sealLabel)}
	for _, org := range orgs {
		if err := s.firstRestores(ctx, tx, org); err != nil {
			return fmt.Errorf("couldn't seal what tells of restored backups of %s: %w", org, err)
		}
	}
	return nil
}

func (s sealer) firstRestores(ctx context.Context, tx *sql.Tx, org string) error {
	found, err := sealedRows(ctx, tx, org, sealedRestore, "")
	if err != nil || len(found) == 0 {
		return err
	}
	list, all, err := seals(ctx, tx, org)
	if err != nil {
		return err
	}
	right := all == nil && len(list) == 0 || all != nil && s.isNewest(org, list, *all, 0) == nil
	for _, r := range found {
		if err := s.put(ctx, tx, org, r); err != nil {
			return err
		}
	}
	if !right {
		return nil
	}
	return s.putList(ctx, tx, org)
}

// sealStore seals all rows of a store, but those of an organisation whose trail tells
// that its rows had seals: who took them away has the step run again.
func sealStore(ctx context.Context, tx *sql.Tx, marker func(label string) vault.Marker) error {
	orgs, err := sealedOrgs(ctx, tx)
	if err != nil {
		return err
	}
	s := sealer{marker: marker(sealLabel)}
	for _, org := range orgs {
		line, err := rightsLine(ctx, tx, org)
		if err == nil && line == 0 {
			err = s.first(ctx, tx, org)
		}
		if err != nil {
			return fmt.Errorf("couldn't seal who may use what of %s: %w", org, err)
		}
	}
	return nil
}

// sealedOrgs are the organisations that have rows with seals, or seals.
func sealedOrgs(ctx context.Context, tx *sql.Tx) ([]string, error) {
	return rows(ctx, tx, `SELECT org FROM auth_person UNION SELECT org FROM auth_machine UNION SELECT org FROM auth_session UNION SELECT org FROM auth_seal
		UNION SELECT org FROM auth_audit WHERE act = '`+actRestore+`' ORDER BY 1`,
		func(r *sql.Rows) (org string, err error) { return org, r.Scan(&org) })
}

// first seals all rows of an organisation, whatever they say: what an older program
// wrote, or what another store vouched for.
func (s sealer) first(ctx context.Context, tx *sql.Tx, org string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM auth_seal WHERE org = $1`, org); err != nil {
		return err
	}
	for kind := range sealed {
		found, err := sealedRows(ctx, tx, org, kind, "")
		if err != nil {
			return err
		}
		for _, r := range found {
			if err := s.put(ctx, tx, org, r); err != nil {
				return err
			}
		}
	}
	if err := s.putList(ctx, tx, org); err != nil {
		return err
	}
	sessions, err := sessionsOf(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, one := range sessions {
		if _, err := tx.ExecContext(ctx, `UPDATE auth_session SET seal = $1 WHERE hash = $2`, s.ofSession(one.texts()...), one.hash); err != nil {
			return err
		}
	}
	invites, err := invitesOf(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, i := range invites {
		if _, err := tx.ExecContext(ctx, `UPDATE auth_invite SET seal = $1 WHERE hash = $2`, s.ofInvite(i.hash, i.person, i.until, i.used), i.hash); err != nil {
			return err
		}
	}
	return nil
}

// sealAnew seals the rows of an organisation that came from a store which vouched for
// them.
func sealAnew(ctx context.Context, store Store, org string) error {
	return store.Update(ctx, func(tx *sql.Tx) error { return sealer{marker: store.Marker(sealLabel)}.first(ctx, tx, org) })
}
