package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// User is a person of an organisation, as people are listed.
type User struct {
	ID       string    `json:"id" doc:"The person's id"`
	Name     string    `json:"name" doc:"As it is printed beside a signature"`
	Roles    []Role    `json:"roles" doc:"Roles given here; those of an identity provider's groups come with each sign-in"`
	Issuer   string    `json:"issuer,omitempty" doc:"The identity provider at which the person signs in"`
	Passkeys int       `json:"passkeys" doc:"Registered passkeys that work"`
	Created  time.Time `json:"created" doc:"When the person was entered"`
	Removed  time.Time `json:"removed,omitzero" doc:"When the person was removed"`
}

// AddPerson enters a person without roles and without a way to sign in.
func (a *Access) AddPerson(ctx context.Context, org, name string) (User, error) {
	return a.addPerson(ctx, org, name, "", "")
}

func (a *Access) addPerson(ctx context.Context, org, name, issuer, subject string) (User, error) {
	if err := checkName(name); err != nil {
		return User{}, err
	}
	u := User{ID: a.mark(org) + newID(), Name: name, Issuer: issuer, Roles: []Role{}, Created: a.Now()}
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM auth_person WHERE org = $1 AND removed = 0`, org).Scan(&n); err != nil {
			return err
		}
		if n >= peopleMax {
			return limited(fmt.Sprintf("the organisation has %d people, which is the most", n))
		}
		if issuer != "" { // two sign-ins at once, both the first
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM auth_person WHERE org = $1 AND issuer = $2 AND subject = $3`, org, issuer, subject).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return fmt.Errorf("%w: the person was entered at this moment", ErrUnknown)
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_person (id, org, name, issuer, subject, created, removed) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			u.ID, org, name, issuer, subject, millis(u.Created))
		if err != nil {
			return err
		}
		return s.gave(ctx, tx, org, sealedPerson, u.ID)
	})
	if err != nil {
		return User{}, fmt.Errorf("couldn't enter a person: %w", err)
	}
	return u, nil
}

const personColumns = `p.id, p.name, p.issuer, p.created, p.removed,
	(SELECT count(*) FROM auth_passkey k WHERE k.person = p.id AND k.blocked = 0)`

func scanUser(scan func(...any) error) (u User, err error) {
	var created, removed int64
	err = scan(&u.ID, &u.Name, &u.Issuer, &created, &removed, &u.Passkeys)
	u.Created, u.Removed = timeOf(created), timeOf(removed)
	return u, err
}

// People lists the people of an organisation, removed ones too: their signatures
// still name them.
func (a *Access) People(ctx context.Context, org string) (list []User, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT `+personColumns+` FROM auth_person p WHERE p.org = $1 ORDER BY p.created, p.id LIMIT $2`,
			func(r *sql.Rows) (User, error) { return scanUser(r.Scan) }, org, listMax)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Roles, err = rolesOf(ctx, tx, list[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the people: %w", err)
	}
	return list, nil
}

func rolesOf(ctx context.Context, tx *sql.Tx, person string) ([]Role, error) {
	return rows(ctx, tx, `SELECT role FROM auth_grant WHERE person = $1 ORDER BY role LIMIT $2`, func(r *sql.Rows) (role Role, err error) { return role, r.Scan(&role) }, person, rolesEach)
}

// Person is one person of an organisation who was not removed, as one who is about to
// use what the roles allow.
func (a *Access) Person(ctx context.Context, org, id string) (u User, err error) {
	err = a.in(org).look(ctx, func(tx *sql.Tx, s sealer) error {
		u, err = s.person(ctx, tx, org, id)
		return err
	})
	return u, err
}

func person(ctx context.Context, tx *sql.Tx, org, id string) (User, error) {
	u, err := scanUser(tx.QueryRowContext(ctx, `SELECT `+personColumns+` FROM auth_person p WHERE p.org = $1 AND p.id = $2 AND p.removed = 0`, org, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return u, ErrNotFound
	}
	if err == nil {
		u.Roles, err = rolesOf(ctx, tx, id)
	}
	return u, err
}

// RemovePerson ends what a person may do at once: the sessions, the roles, the
// passkeys and the invitations. The name stays, for signatures.
func (a *Access) RemovePerson(ctx context.Context, org, id string) error {
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		held, err := rightsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := changed(tx.ExecContext(ctx, `UPDATE auth_person SET removed = $1 WHERE org = $2 AND id = $3 AND removed = 0`, millis(a.Now()), org, id)); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM auth_grant WHERE person = $1`, `DELETE FROM auth_passkey WHERE person = $1`,
			`DELETE FROM auth_invite WHERE person = $1`, `DELETE FROM auth_session WHERE principal = $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		for _, row := range append(held, right{sealedPerson, []string{id}}) {
			if err := s.took(ctx, tx, org, row.kind, row.key...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("couldn't remove the person: %w", err)
	}
	return nil
}

// right is the key of a row that gives a person something.
type right struct {
	kind int
	key  []string
}

// rightsOf are the rows of a person's roles and passkeys.
func rightsOf(ctx context.Context, tx *sql.Tx, person string) ([]right, error) {
	list, err := rows(ctx, tx, `SELECT role FROM auth_grant WHERE person = $1`,
		func(r *sql.Rows) (one right, err error) {
			one = right{sealedGrant, []string{person, ""}}
			return one, r.Scan(&one.key[1])
		}, person)
	if err != nil {
		return nil, err
	}
	keys, err := rows(ctx, tx, `SELECT id FROM auth_passkey WHERE person = $1`,
		func(r *sql.Rows) (one right, err error) {
			one = right{sealedPasskey, []string{""}}
			return one, r.Scan(&one.key[0])
		}, person)
	return append(list, keys...), err
}

// Grant gives a role to a person. What the person may do changes at once, in
// sessions that run too.
func (a *Access) Grant(ctx context.Context, by Principal, id string, role Role) error {
	if _, err := ParseRole(string(role)); err != nil {
		return invalid(err.Error())
	}
	err := a.in(by.Org).change(ctx, func(tx *sql.Tx, s sealer) error {
		u, err := person(ctx, tx, by.Org, id)
		if err != nil || slices.Contains(u.Roles, role) {
			return err
		}
		if len(u.Roles) >= rolesEach {
			return limited(fmt.Sprintf("a person has at most %d roles", rolesEach))
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO auth_grant (person, role, given, given_by) VALUES ($1, $2, $3, $4)`, id, string(role), millis(a.Now()), by.ID)
		if err != nil {
			return err
		}
		return s.gave(ctx, tx, by.Org, sealedGrant, id, string(role))
	})
	if err != nil {
		return fmt.Errorf("couldn't give the role: %w", err)
	}
	return nil
}

// Withdraw takes a role from a person.
func (a *Access) Withdraw(ctx context.Context, org, id string, role Role) error {
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		if _, err := person(ctx, tx, org, id); err != nil {
			return err
		}
		if err := changed(tx.ExecContext(ctx, `DELETE FROM auth_grant WHERE person = $1 AND role = $2`, id, string(role))); err != nil {
			return err
		}
		return s.took(ctx, tx, org, sealedGrant, id, string(role))
	})
	if err != nil {
		return fmt.Errorf("couldn't take the role: %w", err)
	}
	return nil
}

// OthersWho counts the people of an organisation, beside one, whose roles have a
// permission and who can sign in with a passkey or at a provider.
func (a *Access) OthersWho(ctx context.Context, org, but string, may Permission) (n int, err error) {
	list, err := a.People(ctx, org)
	for _, u := range list {
		if u.ID != but && u.Removed.IsZero() && (u.Passkeys > 0 || u.Issuer != "") && New(u.ID, u.Name, Person, org, u.Roles...).May(may) {
			n++
		}
	}
	return n, err
}

// bySubject is the person whom an identity provider calls by a subject. One who comes
// for the first time, with a role of a group, is entered; one who was removed stays so.
func (a *Access) bySubject(ctx context.Context, org, issuer, subject, name string, enter bool) (u User, err error) {
	removed := false
	err = a.in(org).look(ctx, func(tx *sql.Tx, s sealer) error {
		var at int64
		err := tx.QueryRowContext(ctx, `SELECT id, removed FROM auth_person WHERE org = $1 AND issuer = $2 AND subject = $3`, org, issuer, subject).Scan(&u.ID, &at)
		if err != nil {
			return err
		}
		if removed = at != 0; removed {
			return nil
		}
		u, err = s.person(ctx, tx, org, u.ID)
		return err
	})
	switch {
	case removed:
		return User{}, fmt.Errorf("%w: the person was removed", ErrUnknown)
	case !errors.Is(err, sql.ErrNoRows):
		return u, err
	case !enter:
		return User{}, fmt.Errorf("%w: none of the person's groups has a role here", ErrUnknown)
	}
	if name == "" {
		name = "person " + newID()
	}
	return a.addPerson(ctx, org, name, issuer, subject)
}
