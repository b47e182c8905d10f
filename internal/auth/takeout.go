package auth

import (
	"context"
	"database/sql"
	"fmt"
)

// EachPerson calls fn with every person of an organisation, removed ones too, in
// the order of their ids.
func (a *Access) EachPerson(ctx context.Context, org string, fn func(User) error) error {
	return eachPage(fn, func(u User) string { return u.ID }, func(after string) (list []User, err error) {
		err = a.in(org).View(ctx, func(tx *sql.Tx) error {
			list, err = rows(ctx, tx, `SELECT `+personColumns+` FROM auth_person p WHERE p.org = $1 AND p.id > $2 ORDER BY p.id LIMIT $3`,
				func(r *sql.Rows) (User, error) { return scanUser(r.Scan) }, org, after, listMax)
			for i := range list {
				if err == nil {
					list[i].Roles, err = rolesOf(ctx, tx, list[i].ID)
				}
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("couldn't list the people: %w", err)
		}
		return list, nil
	})
}

// EachAPIKey calls fn with every API key of an organisation, ended ones too, in the
// order of their ids.
func (a *Access) EachAPIKey(ctx context.Context, org string, fn func(APIKey) error) error {
	return eachPage(fn, func(k APIKey) string { return k.ID }, func(after string) (list []APIKey, err error) {
		err = a.in(org).View(ctx, func(tx *sql.Tx) error {
			list, err = rows(ctx, tx, `SELECT `+machineColumns+` FROM auth_machine WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3`,
				func(r *sql.Rows) (APIKey, error) { return scanKey(r.Scan) }, org, after, listMax)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("couldn't list the API keys: %w", err)
		}
		return list, nil
	})
}

// EachSignature calls fn with every signature of an organisation, each checked again,
// in the order of their ids.
func (a *Access) EachSignature(ctx context.Context, org string, fn func(Signature) error) error {
	return eachPage(fn, func(s Signature) string { return s.ID }, func(after string) (list []Signature, err error) {
		err = a.in(org).View(ctx, func(tx *sql.Tx) error {
			list, err = rows(ctx, tx, `SELECT id, at, record, hash, method, evidence FROM auth_signature WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3`, scanSignature, org, after, listMax)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("couldn't list the signatures: %w", err)
		}
		return list, nil
	})
}

// eachPage reads page after page until one is not full.
func eachPage[T any](fn func(T) error, id func(T) string, read func(after string) ([]T, error)) error {
	after := ""
	for {
		page, err := read(after)
		if err != nil {
			return err
		}
		for _, one := range page {
			if err := fn(one); err != nil {
				return err
			}
			after = id(one)
		}
		if len(page) < listMax {
			return nil
		}
	}
}
