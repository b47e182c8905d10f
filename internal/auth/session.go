package auth

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// How a session began.
const (
	MethodToken   = "access token"
	MethodPasskey = "passkey"
	MethodOIDC    = "identity provider"
	MethodDemo    = "demonstration" // of a network in which nothing is real
)

// Session is a browser that is signed in, as sessions are listed: never with its
// secret.
type Session struct {
	ID        string    `json:"id" doc:"The session's id"`
	Principal string    `json:"principal" doc:"Whose it is"`
	Method    string    `json:"method" doc:"How it began: access token, passkey, identity provider or demonstration"`
	Began     time.Time `json:"began" doc:"When"`
	Used      time.Time `json:"used" doc:"Its last use, to the minute"`
	Until     time.Time `json:"until" doc:"When it ends by itself, used or not"`
}

// SignIn begins a session for who has proved to be p, and returns its secret, which
// is new at each sign-in: a secret that was planted before is worth nothing. More
// are the roles that hold for this session alone, from an identity provider.
func (a *Access) SignIn(ctx context.Context, p Principal, method string, more ...Role) (secret string, s Session, err error) {
	secret, hash := a.secretFor(p.Org)
	now := a.Now()
	s = Session{ID: newID(), Principal: p.ID, Method: method, Began: now, Used: now, Until: now.Add(SessionAge)}
	err = a.in(p.Org).change(ctx, func(tx *sql.Tx, seals sealer) error {
		// The oldest go first, and with them what has ended.
		if _, err := tx.ExecContext(ctx, `DELETE FROM auth_session WHERE until <= $1 OR used <= $2`, millis(now), millis(now.Add(-SessionIdle))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM auth_session WHERE org = $1 AND principal = $2 AND hash NOT IN
			(SELECT hash FROM auth_session WHERE org = $1 AND principal = $2 ORDER BY began DESC, hash LIMIT $3)`, p.Org, p.ID, sessionsEach-1); err != nil {
			return err
		}
		one := session{Session: s, hash: hash, org: p.Org, kind: string(p.Kind), roles: joinRoles(more)}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_session (hash, id, org, principal, kind, method, roles, began, used, until, seal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			hash, s.ID, p.Org, p.ID, one.kind, method, one.roles, millis(now), millis(now), millis(s.Until), seals.ofSession(one.texts()...))
		return err
	})
	if err != nil {
		return "", s, fmt.Errorf("couldn't begin a session: %w", err)
	}
	return secret, s, nil
}

// BySession is who a session's secret belongs to. What the person may do is read
// anew each time.
func (a *Access) BySession(ctx context.Context, secret string) (p Principal, s Session, err error) {
	if !isSecret(secret) {
		return p, s, ErrUnknown
	}
	now, hash := a.Now(), hashOf(secret)
	err = a.lookUp(ctx, secret, hash, func(in place, of string) error {
		return unknown(in.look(ctx, func(tx *sql.Tx, seals sealer) (err error) {
			p, s, err = seals.readSession(ctx, tx, of, hash, now)
			return err
		}))
	})
	if errors.Is(err, ErrUnknown) {
		return Principal{}, s, ErrUnknown
	}
	if err != nil {
		return Principal{}, s, fmt.Errorf("couldn't look a session up: %w", err)
	}
	if a.isFirstUse(s.ID, s.Used, now) {
		err = a.in(p.Org).Update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE auth_session SET used = $1 WHERE hash = $2`, millis(now), hash)
			return err
		})
	}
	return p, s, err
}

// session is a stored session.
type session struct {
	Session
	hash, org, kind, roles string
	seal                   []byte
}

const sessionSelect = `SELECT hash, id, org, principal, kind, method, roles, began, used, until, seal FROM auth_session`

func scanSession(scan func(...any) error) (s session, err error) {
	var began, used, until int64
	err = scan(&s.hash, &s.ID, &s.org, &s.Principal, &s.kind, &s.Method, &s.roles, &began, &used, &until, &s.seal)
	s.Began, s.Used, s.Until = timeOf(began), timeOf(used), timeOf(until)
	return s, err
}

// sessionsOf are all sessions of an organisation.
func sessionsOf(ctx context.Context, tx *sql.Tx, org string) ([]session, error) {
	return rows(ctx, tx, sessionSelect+` WHERE org = $1`, func(r *sql.Rows) (session, error) { return scanSession(r.Scan) }, org)
}

// texts is what a session's seal is over: all but its last use.
func (s session) texts() []string {
	return []string{s.hash, s.ID, s.org, s.Principal, s.kind, s.Method, s.roles, fmt.Sprint(millis(s.Began)), fmt.Sprint(millis(s.Until))}
}

// holds tells that the session is as it was begun.
func (s session) holds(seals sealer) error {
	if !hmac.Equal(s.seal, seals.ofSession(s.texts()...)) {
		return errRow("session "+s.ID, s.org, "was changed or put in")
	}
	return nil
}

// readSession reads the session of a secret in the store of an organisation, as lookUp
// names it.
func (s sealer) readSession(ctx context.Context, tx *sql.Tx, of, hash string, now time.Time) (Principal, Session, error) {
	one, err := scanSession(tx.QueryRowContext(ctx, sessionSelect+` WHERE hash = $1 AND until > $2 AND used > $3`, hash, millis(now), millis(now.Add(-SessionIdle))).Scan)
	if err == nil {
		err = isOf(one.org, of)
	}
	if err == nil {
		err = one.holds(s)
	}
	if err != nil {
		return Principal{}, one.Session, err
	}
	if Kind(one.kind) == Owner {
		return OwnerOf(one.org), one.Session, nil
	}
	u, err := s.person(ctx, tx, one.org, one.Principal)
	return New(u.ID, u.Name, Person, one.org, append(u.Roles, splitRoles(one.roles)...)...), one.Session, err
}

// Sessions lists the running sessions of an organisation, the newest first; of one
// principal, unless that is "".
func (a *Access) Sessions(ctx context.Context, org, principal string) (list []Session, err error) {
	now := a.Now()
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT id, principal, method, began, used, until FROM auth_session
			WHERE org = $1 AND until > $2 AND used > $3 AND (principal = $4 OR $4 = '') ORDER BY began DESC, id LIMIT $5`,
			func(r *sql.Rows) (s Session, err error) {
				var began, used, until int64
				err = r.Scan(&s.ID, &s.Principal, &s.Method, &began, &used, &until)
				s.Began, s.Used, s.Until = timeOf(began), timeOf(used), timeOf(until)
				return s, err
			}, org, millis(now), millis(now.Add(-SessionIdle)), principal, listMax)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the sessions: %w", err)
	}
	return list, nil
}

// SignOut ends the session of a secret; there may be none.
func (a *Access) SignOut(ctx context.Context, secret string) error {
	hash := hashOf(secret)
	err := a.lookUp(ctx, secret, hash, func(s place, _ string) error {
		return unknown(s.Update(ctx, func(tx *sql.Tx) error {
			return changed(tx.ExecContext(ctx, `DELETE FROM auth_session WHERE hash = $1`, hash))
		}))
	})
	if err != nil && !errors.Is(err, ErrUnknown) {
		return fmt.Errorf("couldn't end the session: %w", err)
	}
	return nil
}

// EndSession ends a session of an organisation; of one principal, unless that is "".
func (a *Access) EndSession(ctx context.Context, org, principal, id string) error {
	err := a.in(org).Update(ctx, func(tx *sql.Tx) error {
		return changed(tx.ExecContext(ctx, `DELETE FROM auth_session WHERE org = $1 AND id = $2 AND (principal = $3 OR $3 = '')`, org, id, principal))
	})
	if err != nil {
		return fmt.Errorf("couldn't end the session: %w", err)
	}
	return nil
}
