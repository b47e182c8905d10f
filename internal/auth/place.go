package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// orgMark stands between an organisation's id and the rest of what is handed out for
// it. No id of an organisation has it.
const orgMark = "_"

// Opener opens the store in which a hosted organisation keeps who may use what, and
// returns what ends this use of it. Of an organisation that is not hosted its error
// wraps ErrUnknown.
type Opener func(ctx context.Context, org string) (Store, func(), error)

// HostFor has what belongs to other organisations than own kept in stores of their
// own. What is handed out for one of them (the secrets of sessions, API keys and
// invitations, and the ids of people, which passkeys keep) begins with its id, so that
// nothing has to be asked to know in which store to look. Call it before the first use.
func (a *Access) HostFor(own string, open Opener) { a.own, a.open = own, open }

// place is where an organisation's rows are. Change and look hand out what seals and
// checks the rows that give a right.
type place interface {
	Update(ctx context.Context, do func(*sql.Tx) error) error
	View(ctx context.Context, do func(*sql.Tx) error) error
	change(ctx context.Context, do func(*sql.Tx, sealer) error) error
	look(ctx context.Context, do func(*sql.Tx, sealer) error) error
}

// in is the store of an organisation.
func (a *Access) in(org string) place {
	if a.open == nil || org == a.own {
		return ownStore{a.store, a}
	}
	return hostedStore{a, org}
}

// ownStore is a store that is open.
type ownStore struct {
	Store
	a *Access
}

// change implements place.
func (o ownStore) change(ctx context.Context, do func(*sql.Tx, sealer) error) error {
	s := sealer{o.Marker(sealLabel), o.a.Now}
	err := o.Update(ctx, func(tx *sql.Tx) error { return do(tx, s) })
	o.a.tell(err)
	return err
}

// look implements place.
func (o ownStore) look(ctx context.Context, do func(*sql.Tx, sealer) error) error {
	s := sealer{o.Marker(sealLabel), o.a.Now}
	err := o.View(ctx, func(tx *sql.Tx) error { return do(tx, s) })
	o.a.tell(err)
	return err
}

// hostedStore opens an organisation's store for each use.
type hostedStore struct {
	a   *Access
	org string
}

// Update implements place.
func (h hostedStore) Update(ctx context.Context, do func(*sql.Tx) error) error {
	s, leave, err := h.a.open(ctx, h.org)
	if err != nil {
		return err
	}
	defer leave()
	return s.Update(ctx, do)
}

// View implements place.
func (h hostedStore) View(ctx context.Context, do func(*sql.Tx) error) error {
	s, leave, err := h.a.open(ctx, h.org)
	if err != nil {
		return err
	}
	defer leave()
	return s.View(ctx, do)
}

// change implements place.
func (h hostedStore) change(ctx context.Context, do func(*sql.Tx, sealer) error) error {
	s, leave, err := h.a.open(ctx, h.org)
	if err != nil {
		return err
	}
	defer leave()
	return ownStore{s, h.a}.change(ctx, do)
}

// look implements place.
func (h hostedStore) look(ctx context.Context, do func(*sql.Tx, sealer) error) error {
	s, leave, err := h.a.open(ctx, h.org)
	if err != nil {
		return err
	}
	defer leave()
	return ownStore{s, h.a}.look(ctx, do)
}

// mark begins what is handed out for an organisation.
func (a *Access) mark(org string) string {
	if a.open == nil || org == a.own {
		return ""
	}
	return org + orgMark
}

// secretFor makes a secret to hand out once, and the hash that is kept of it.
func (a *Access) secretFor(org string) (secret, hash string) {
	plain, _ := newSecret()
	secret = a.mark(org) + plain
	return secret, hashOf(secret)
}

// namedIn is the organisation that a secret or an id begins with; "" for none.
func namedIn(text string) (org, rest string) {
	at := strings.LastIndex(text, orgMark)
	if at < 0 {
		return "", text
	}
	return text[:at], text[at+len(orgMark):]
}

// isSecret tells whether a text could be a secret that was handed out.
func isSecret(text string) bool {
	_, rest := namedIn(text)
	return len(rest) == 2*secretBytes
}

// lookUp looks in the store of the organisation that a text begins with; one without
// is looked for in the node's own store, and then where it was moved. Find returns
// ErrUnknown when it is not in a store, or is there as that of another organisation than
// the store's: what a store says of others is worth nothing.
func (a *Access) lookUp(ctx context.Context, text, mark string, find func(in place, of string) error) error {
	if org, _ := namedIn(text); org != "" {
		return find(a.in(org), org)
	}
	err := find(ownStore{a.store, a}, "")
	if a.open == nil || !errors.Is(err, ErrUnknown) {
		return err
	}
	var org string
	missing := a.store.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT org FROM auth_moved WHERE mark = $1`, mark).Scan(&org)
	})
	switch {
	case errors.Is(missing, sql.ErrNoRows):
		return err
	case missing != nil:
		return fmt.Errorf("couldn't look for what was moved: %w", missing)
	}
	return find(a.in(org), org)
}

// isOf tells whether a row of an organisation may be in a store of another; that of a
// node, named "", has rows of all.
func isOf(org, of string) error {
	if of != "" && org != of {
		return ErrUnknown
	}
	return nil
}

// personMark is by which a person who was moved is found.
func personMark(id string) string { return "person:" + id }
