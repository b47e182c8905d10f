package caseview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"pedigree/internal/api"
	"pedigree/proof"
)

// change changes a case in a transaction of its own and returns it as it is then.
func (c *Cases) change(ctx context.Context, name string, do func(tx *sql.Tx, k *Case) error) (k Case, err error) {
	err = c.Vault.Update(ctx, func(tx *sql.Tx) error {
		if k, err = c.load(tx, name); err != nil {
			return err
		}
		if err := do(tx, &k); err != nil {
			return err
		}
		return c.keep(tx, &k)
	})
	if err != nil {
		return Case{}, err
	}
	if c.mail != nil {
		c.mail.Wake()
	}
	if c.Routes != nil {
		c.Routes.Wake()
	}
	return k, nil
}

// keep writes a case after a change to it or to its items, and shows it.
func (c *Cases) keep(tx *sql.Tx, k *Case) error {
	agreed, err := c.itemsIn(tx, k.Number, Accepted)
	if err != nil {
		return err
	}
	if _, k.Items, err = c.counts(tx, k.Number); err != nil {
		return err
	}
	k.weigh(agreed)
	err = c.save(tx, k)
	k.show(c.now())
	return err
}

// AddEvidence adds to a case what speaks for it, in the caller's transaction. The same
// again is added once.
func (c *Cases) AddEvidence(tx *sql.Tx, name string, e Evidence) error {
	k, err := c.load(tx, name)
	if err != nil {
		return err
	}
	return c.addEvidence(tx, k.Number, e)
}

// Note adds evidence in a transaction of its own.
func (c *Cases) Note(ctx context.Context, name string, e Evidence) (Case, error) {
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error { return c.addEvidence(tx, k.Number, e) })
}

// sealedEvidence is what of evidence is sealed.
type sealedEvidence struct {
	Text, By string
	Says     api.Said `json:",omitzero"`
}

func evidenceContext(number int64, n int) string {
	return fmt.Sprintf("case %d evidence %d", number, n)
}

func (c *Cases) addEvidence(tx *sql.Tx, number int64, e Evidence) error {
	if err := e.check(); err != nil {
		return err
	}
	all, err := c.evidence(tx, number)
	if err != nil {
		return err
	}
	for _, known := range all {
		if known.Kind == e.Kind && known.Document == e.Document && known.Hash == e.Hash && known.Text == e.Text {
			return nil
		}
	}
	if len(all) >= evidenceMax {
		return limited("case %d has %d pieces of evidence, the most that are kept", number, len(all))
	}
	e.N = len(all) + 1
	sealed, err := c.seal(evidenceContext(number, e.N), sealedEvidence{e.Text, e.By, e.Says})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO case_evidence (case_number, n, at, kind, document, hash, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		number, e.N, millis(c.now()), e.Kind, e.Document, hashOrNil(e.Hash), sealed)
	return err
}

func hashOrNil(h proof.Hash) []byte {
	if h == (proof.Hash{}) {
		return nil
	}
	return h[:]
}

func (e Evidence) check() error {
	known := false
	for _, kind := range evidenceKinds {
		known = known || kind == e.Kind
	}
	switch {
	case !known:
		return invalid("%.40q is no kind of evidence; use %s", e.Kind, strings.Join(evidenceKinds, ", "))
	case strings.TrimSpace(e.Text) == "":
		return invalid("say in words what the evidence shows")
	case len(e.Text) > textMax:
		return limited("the words have %d bytes, more than %d", len(e.Text), textMax)
	}
	return nil
}

func (c *Cases) evidence(tx *sql.Tx, number int64) ([]Evidence, error) {
	rows, err := tx.Query(`SELECT n, at, kind, document, hash, sealed FROM case_evidence WHERE case_number = $1 ORDER BY n`, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Evidence
	for rows.Next() {
		var e Evidence
		var at int64
		var hash, sealed []byte
		if err := rows.Scan(&e.N, &at, &e.Kind, &e.Document, &hash, &sealed); err != nil {
			return nil, err
		}
		var s sealedEvidence
		if err := c.unseal(evidenceContext(number, e.N), sealed, &s); err != nil {
			return nil, err
		}
		if e.At, e.Text, e.By, e.Says = moment(at), s.Text, s.By, s.Says; hash != nil {
			e.Hash = proof.Hash(hash)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// Assignment gives a case to somebody, or says whose goods it is about. What is empty
// stays as it is.
type Assignment struct {
	Owner   string // a person or a role
	Partner int64
	Org     string
}

// Assign gives a case to somebody.
func (c *Cases) Assign(ctx context.Context, name string, a Assignment) (Case, error) {
	if err := texts(map[string]string{"owner": a.Owner, "organisation": a.Org}); err != nil {
		return Case{}, err
	}
	if a.Partner != 0 {
		p, err := c.Book.Get(ctx, a.Partner, time.Time{})
		if err != nil {
			return Case{}, err
		}
		if a.Org = p.Org; p.ID < 1 {
			return Case{}, invalid("a case is with a partner, not with the organisation itself")
		}
	}
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		if a.Owner != "" {
			k.Owner = a.Owner
		}
		if a.Partner == 0 && a.Org == "" {
			return nil
		}
		if !k.Asking || k.State != Open {
			return notNow("case %d is with a partner already", k.Number)
		}
		if k.Partner, k.Org = a.Partner, a.Org; a.Org == c.Org {
			return invalid("a case is with a partner, not with the organisation itself")
		}
		return c.name(tx, k)
	})
}
