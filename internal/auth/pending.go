package auth

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"pedigree/ledger"
)

// Pending is an act that waits for a second person.
type Pending struct {
	ID         string     `json:"id" doc:"The pending act's id"`
	Asker      string     `json:"asker" doc:"The id of who asked for it"`
	Name       string     `json:"name" doc:"The name of who asked for it"`
	Act        string     `json:"act" doc:"The operation"`
	Summary    string     `json:"summary,omitempty" doc:"What it does, in a sentence"`
	Permission Permission `json:"permission" doc:"What the second person must have"`
	Method     string     `json:"method"`
	Path       string     `json:"path" doc:"The route with its ids"`
	Content    string     `json:"content" doc:"What was sent with it"`
	Hash       string     `json:"hash" doc:"SHA-256 of the act; who approves says it again, so that nobody approves something else than what was shown"`
	Created    time.Time  `json:"created"`
	Until      time.Time  `json:"until" doc:"When it lapses"`
	Decided    time.Time  `json:"decided,omitzero"`
	By         string     `json:"by,omitempty" doc:"The id of who decided it"`
	Outcome    string     `json:"outcome,omitempty" doc:"approved, refused, or ended: a permit that was ended before its time"`

	Media string `json:"-"` // of the content
	Org   string `json:"-"`
	kind  Kind
	roles []Role
}

func (p *Pending) hash() string {
	h := sha256.New()
	for _, text := range []string{"pedigree pending act v1", p.ID, p.Org, p.Asker, p.Act, p.Method, p.Path, p.Media, p.Content} {
		fmt.Fprintf(h, "%d:%s", len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Ask keeps an act until a second person decides it.
func (a *Access) Ask(ctx context.Context, by Principal, p Pending) (Pending, error) {
	p.ID, p.Org, p.Asker, p.Name, p.Created = newID(), by.Org, by.ID, by.Name, a.Now()
	p.Until = p.Created.Add(pendingAge)
	p.Hash = p.hash()
	err := a.in(p.Org).Update(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM auth_pending WHERE org = $1 AND decided = 0 AND until > $2`, p.Org, millis(p.Created)).Scan(&n); err != nil {
			return err
		}
		if n >= pendingMax {
			return limited(fmt.Sprintf("%d acts wait for a second person, which is the most; decide some", n))
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_pending
			(id, org, asker, name, kind, roles, act, permission, method, path, media, content, hash, created, until, decided, decided_by, outcome)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, '', '')`,
			p.ID, p.Org, p.Asker, p.Name, string(by.Kind), joinRoles(by.Roles), p.Act, string(p.Permission), p.Method, p.Path, p.Media, p.Content, p.Hash,
			millis(p.Created), millis(p.Until))
		return err
	})
	if err != nil {
		return p, fmt.Errorf("couldn't keep the act for a second person: %w", err)
	}
	return p, nil
}

// PendingActs lists the acts of an organisation that wait or were decided, the
// newest first; of one id, unless that is "".
func (a *Access) PendingActs(ctx context.Context, org, id string) (list []Pending, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, pendingSelect+` WHERE org = $1 AND (id = $2 OR $2 = '') ORDER BY created DESC, id LIMIT $3`, scanPending, org, id, listMax)
		return err
	})
	if err == nil && id != "" && len(list) == 0 {
		err = ErrNotFound
	}
	return list, err
}

// How an act was decided.
const (
	approved = "approved"
	refused  = "refused"
)

const pendingSelect = `SELECT id, org, asker, name, kind, roles, act, permission, method, path, media, content, hash, created, until, decided, decided_by, outcome FROM auth_pending`

func scanPending(r *sql.Rows) (p Pending, err error) {
	var list string
	var created, until, decided int64
	err = r.Scan(&p.ID, &p.Org, &p.Asker, &p.Name, &p.kind, &list, &p.Act, &p.Permission, &p.Method, &p.Path, &p.Media, &p.Content, &p.Hash, &created, &until, &decided, &p.By, &p.Outcome)
	p.roles, p.Created, p.Until, p.Decided = splitRoles(list), timeOf(created), timeOf(until), timeOf(decided)
	return p, err
}

// ErrDecided says that an act does not wait any more.
var ErrDecided error = &refusal{ledger.Conflict, "access/decided", "pedigree people approvals lists what waits", "the act was decided already, or it lapsed"}

// Approve decides, for a second person, that an act is done, and returns it with who
// asked for it. It never is the one who asked.
func (a *Access) Approve(ctx context.Context, by Principal, id, hash string) (p Pending, asker Principal, err error) {
	list, err := a.PendingActs(ctx, by.Org, id)
	if err != nil {
		return p, asker, err
	}
	p = list[0]
	switch {
	case by.ID == p.Asker:
		return p, asker, &refusal{ledger.Denied, "access/same-person", "ask another person who has the permission", "you asked for this act yourself: a second person must approve it"}
	case by.Kind == Machine || !by.May(p.Permission):
		return p, asker, &refusal{ledger.Denied, "access/denied", "ask a person who has the permission", fmt.Sprintf("approving this act needs the permission %s", p.Permission)}
	case hash != p.Hash || p.hash() != p.Hash:
		return p, asker, &refusal{ledger.Conflict, "access/other-act", "look at the act again", "the hash is not that of this act"}
	}
	if asker, err = a.again(ctx, p); err != nil {
		return p, asker, err
	}
	return p, asker, a.decide(ctx, by, id, approved)
}

// again is who asked, with what they may do now; roles from an identity provider are
// those of the moment at which they asked.
func (a *Access) again(ctx context.Context, p Pending) (Principal, error) {
	if p.kind == Owner {
		return OwnerOf(p.Org), nil
	}
	u, err := a.Person(ctx, p.Org, p.Asker)
	if errors.Is(err, ErrNotFound) {
		return Principal{}, &refusal{ledger.Denied, "access/denied", "", "who asked for this act is not a person of the organisation any more"}
	}
	if u.Issuer != "" {
		u.Roles = append(u.Roles, p.roles...)
	}
	return New(u.ID, u.Name, Person, p.Org, u.Roles...), err
}

// Refuse decides that an act is not done; who asked for it may, to take it back.
func (a *Access) Refuse(ctx context.Context, by Principal, id string) error {
	list, err := a.PendingActs(ctx, by.Org, id)
	if err != nil {
		return err
	}
	if by.ID != list[0].Asker && !by.May(list[0].Permission) {
		return &refusal{ledger.Denied, "access/denied", "", fmt.Sprintf("refusing this act needs the permission %s", list[0].Permission)}
	}
	return a.decide(ctx, by, id, refused)
}

func (a *Access) decide(ctx context.Context, by Principal, id, outcome string) error {
	now := millis(a.Now())
	err := a.in(by.Org).Update(ctx, func(tx *sql.Tx) error {
		return changed(tx.ExecContext(ctx, `UPDATE auth_pending SET decided = $1, decided_by = $2, outcome = $3 WHERE id = $4 AND org = $5 AND decided = 0 AND until > $6`,
			now, by.ID, outcome, id, by.Org, now))
	})
	if errors.Is(err, ErrNotFound) {
		return ErrDecided
	}
	return err
}

// NeedsSecond tells whether an act of p with a permission waits for a second person:
// when somebody else could be it. With always it waits in any case, but for one: the
// first administrator is made by one, for there is nobody else.
func (a *Access) NeedsSecond(ctx context.Context, p Principal, may Permission, always bool) (bool, error) {
	rule, ok := RuleOf(may)
	if !ok || !rule.TwoPersons {
		return false, nil
	}
	if p.Kind != Owner {
		return true, nil // the owner of the node can be the second
	}
	others, err := a.OthersWho(ctx, p.Org, p.ID, may)
	if err != nil || others > 0 {
		return true, err
	}
	return always && may != GrantPower, nil
}
