package auth

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
)

// errRow names a row that is not as it was written.
func errRow(name, org, how string) error {
	return fmt.Errorf("%w: the row %s of %s %s", ErrSeal, name, org, how)
}

// errList says that seals were taken away or put back.
func errList(org string) error {
	return fmt.Errorf("%w: the seals of %s are not those that were made: one was taken away or put back", ErrSeal, org)
}

// holds compares a row with its seal; nil when it has none.
func (s sealer) holds(org string, r sealRow, mac []byte) error {
	switch {
	case mac == nil:
		return errRow(r.name, org, "was put in")
	case !hmac.Equal(mac, s.of(org, r)):
		return errRow(r.name, org, "is not as it was written")
	}
	return nil
}

// vouched tells, before a right is used, that the rows it comes from are as they were
// written.
func (s sealer) vouched(ctx context.Context, tx *sql.Tx, org string, kind int, more string, args ...any) error {
	found, err := sealedRows(ctx, tx, org, kind, more, args...)
	if err != nil {
		return err
	}
	for _, r := range found {
		var mac []byte
		err := tx.QueryRowContext(ctx, `SELECT mac FROM auth_seal WHERE org = $1 AND name = $2`, org, r.name).Scan(&mac)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := s.holds(org, r, mac); err != nil {
			return err
		}
	}
	return nil
}

// person is a person whose rights are about to be used: the row and each role are as
// they were written.
func (s sealer) person(ctx context.Context, tx *sql.Tx, org, id string) (User, error) {
	u, err := person(ctx, tx, org, id)
	if err == nil {
		err = s.vouched(ctx, tx, org, sealedPerson, " AND id = $2", id)
	}
	if err == nil {
		err = s.vouched(ctx, tx, org, sealedGrant, " AND person = $2", id)
	}
	return u, err
}

// Watch has fault called with every row that was refused because it was changed in the
// database.
func (a *Access) Watch(fault func(error)) { a.fault.Store(&fault) }

// tell hands an error to who watches for changed rows.
func (a *Access) tell(err error) {
	if fault := a.fault.Load(); fault != nil && errors.Is(err, ErrSeal) {
		(*fault)(err)
	}
}

// CheckSeals compares every row in the node's own store that gives somebody a right
// with its seal, and calls fault with each that was changed, put in or taken out, and
// rest between two organisations.
func (a *Access) CheckSeals(ctx context.Context, rest func() error, fault func(error)) error {
	return checkStore(ctx, a.store, rest, fault)
}

func checkStore(ctx context.Context, store Store, rest func() error, fault func(error)) error {
	var orgs []string
	err := store.View(ctx, func(tx *sql.Tx) (err error) {
		orgs, err = sealedOrgs(ctx, tx)
		return err
	})
	for i := 0; i < len(orgs) && err == nil; i++ {
		if err = checkOrg(ctx, store, orgs[i], fault); err == nil {
			err = rest()
		}
	}
	if err != nil {
		return fmt.Errorf("couldn't check who may use what: %w", err)
	}
	return nil
}

func checkOrg(ctx context.Context, store Store, org string, fault func(error)) error {
	s := sealer{marker: store.Marker(sealLabel)}
	return store.View(ctx, func(tx *sql.Tx) error {
		list, all, err := seals(ctx, tx, org)
		if err != nil {
			return err
		}
		line, err := rightsLine(ctx, tx, org)
		if err != nil {
			return err
		}
		there := map[string][]byte{}
		for _, r := range list {
			there[r.name] = r.mac
		}
		for kind := range sealed {
			found, err := sealedRows(ctx, tx, org, kind, "")
			if err != nil {
				return err
			}
			for _, r := range found {
				if err := s.holds(org, r, there[r.name]); err != nil {
					fault(err)
				}
				delete(there, r.name)
			}
		}
		for _, r := range list {
			if _, left := there[r.name]; left {
				fault(errRow(r.name, org, "was taken out"))
			}
		}
		switch {
		case all == nil && (len(list) > 0 || line > 0):
			fault(errList(org))
		case all != nil:
			if err := s.isNewest(org, list, *all, line); err != nil {
				fault(err)
			}
		}
		return s.checkSecrets(ctx, tx, org, fault)
	})
}

// checkSecrets checks the sessions and invitations of an organisation.
func (s sealer) checkSecrets(ctx context.Context, tx *sql.Tx, org string, fault func(error)) error {
	sessions, err := sessionsOf(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, one := range sessions {
		if err := one.holds(s); err != nil {
			fault(err)
		}
	}
	invites, err := invitesOf(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, one := range invites {
		if err := one.holds(s, org); err != nil {
			fault(err)
		}
	}
	return nil
}
