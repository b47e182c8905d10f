package catalogview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pedigree/format/gs1"
)

// Exempt is the claim that goods came in a transaction for which the law's duties don't
// hold. It is a person's word, and nothing is guessed.
type Exempt struct {
	Path   string    `json:"path"`
	Ground string    `json:"ground,omitempty" doc:"Code of the ground; empty where the claim was taken back"`
	Clause string    `json:"clause,omitempty"`
	Text   string    `json:"text,omitempty" doc:"The ground in words"`
	Why    string    `json:"why" doc:"What shows it"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`

	ground Ground
}

// sealedExempt is what a claim keeps sealed.
type sealedExempt struct{ Why, By string }

// AddExempt notes for things, as scanned or typed, that they came in an exempt
// transaction. An empty ground takes the claim back; what was claimed stays kept.
func (c *Catalogue) AddExempt(ctx context.Context, items []string, ground, why, by string) ([]Exempt, error) {
	g, known := GroundOf(ground)
	switch {
	case ground != "" && (!known || !g.received()):
		return nil, invalid("%.40q is no ground of a transaction in which goods came; docs/reference/duty.md lists them", ground)
	case len(items) == 0 || len(items) > exemptMax:
		return nil, limited("%d things are named where 1 to %d are taken at once", len(items), exemptMax)
	case strings.TrimSpace(why) == "" || !fit(why):
		return nil, invalid("say in 1 to %d bytes what shows it, such as the number of the invoice; name no patient", valueBytesMax)
	}
	list := make([]Exempt, len(items))
	for i, text := range items {
		path, err := thingPath(text)
		if err != nil {
			return nil, err
		}
		list[i] = Exempt{Path: path, Ground: ground, Clause: g.Clause, Text: g.Text, Why: why, By: by}
	}
	err := c.vault.Update(ctx, func(tx *sql.Tx) error {
		at := c.vault.Now().UnixMilli()
		for i := range list {
			list[i].At = time.UnixMilli(at).UTC()
			if err := c.putExempt(tx, list[i], at); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// thingPath reads a text that names one pack, case or logistic unit.
func thingPath(text string) (string, error) {
	if len(text) > exemptTextMax {
		return "", limited("the text has %d bytes where at most %d are read", len(text), exemptTextMax)
	}
	scan, err := gs1.Parse(text)
	if err != nil {
		return "", err
	}
	path, err := scan.Path()
	if err == nil && !strings.HasPrefix(path, "/00/") && !strings.Contains(path, "/21/") {
		err = invalid("%.80q names no single thing: a product's ground is entered with pedigree product duty", text)
	}
	return path, err
}

func (c *Catalogue) putExempt(tx *sql.Tx, e Exempt, at int64) error {
	plain, err := json.Marshal(sealedExempt{e.Why, e.By})
	if err != nil {
		return err
	}
	sealed, err := c.vault.SealValue(exemptContext(e.Path, at), plain)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO catalogue_exempt (path, ground, at, sealed) VALUES ($1, $2, $3, $4)`, e.Path, e.Ground, at, sealed); err != nil {
		return fmt.Errorf("couldn't note how %s came: %w", e.Path, err)
	}
	return nil
}

// exemptOf is the newest claim about a thing, and whether there is one that holds.
func (c *Catalogue) exemptOf(tx *sql.Tx, path string) (Exempt, bool, error) {
	e := Exempt{Path: path}
	var at int64
	var sealed []byte
	err := tx.QueryRow(`SELECT ground, at, sealed FROM catalogue_exempt WHERE path = $1 ORDER BY n DESC LIMIT 1`, path).Scan(&e.Ground, &at, &sealed)
	if errors.Is(err, sql.ErrNoRows) || err == nil && e.Ground == "" {
		return e, false, nil
	}
	var in sealedExempt
	var plain []byte
	if err == nil {
		plain, err = c.vault.OpenValue(exemptContext(path, at), sealed)
	}
	if err == nil {
		err = json.Unmarshal(plain, &in)
	}
	if err != nil {
		return e, false, fmt.Errorf("couldn't read how %s came: %w", path, err)
	}
	e.Why, e.By, e.At = in.Why, in.By, time.UnixMilli(at).UTC()
	g, known := GroundOf(e.Ground)
	e.ground, e.Clause, e.Text = g, g.Clause, g.Text
	return e, known, nil
}
