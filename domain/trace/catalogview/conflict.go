package catalogview

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// States of a conflict.
const (
	Open    = "open"
	Settled = "settled"
	Over    = "over" // the sources changed
)

// Conflict is that two sources differ in a field of a product.
type Conflict struct {
	N      int64      `json:"n"`
	GTIN   string     `json:"gtin"`
	Field  string     `json:"field"`
	A      Told       `json:"a"`
	B      Told       `json:"b"`
	Since  time.Time  `json:"since"`
	State  string     `json:"state" doc:"open, settled, or over"`
	Chosen string     `json:"chosen,omitempty" doc:"Of a settled one: a, b, or both"`
	Why    string     `json:"why,omitempty"`
	By     string     `json:"by,omitempty"`
	At     *time.Time `json:"at,omitempty" doc:"When it was settled"`

	a, b, chosen int64
	mark         []byte
}

// Told is what a source said when the conflict was found.
type Told struct {
	Kind  string `json:"kind"`
	Who   string `json:"who,omitempty"`
	Value string `json:"value"`
}

// chose tells whether a person settled on a source.
func (c Conflict) chose(source int64) bool {
	return c.State == Settled && c.chosen != 0 && c.chosen == source
}

// sealedConflict is what a conflict keeps sealed.
type sealedConflict struct {
	A, B    Told
	Why, By string
}

func (c Conflict) context() string {
	return conflictContext(c.GTIN, c.Field, c.a, c.b)
}

const conflictColumns = `SELECT n, gtin, field, a, b, mark, since, ended, settled, chosen, sealed FROM catalogue_conflict `

func (c *Catalogue) readConflicts(tx *sql.Tx, where string, args ...any) ([]Conflict, error) {
	rows, err := tx.Query(conflictColumns+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Conflict{}
	for rows.Next() {
		var k Conflict
		var since, ended, settled int64
		var sealed []byte
		if err := rows.Scan(&k.N, &k.GTIN, &k.Field, &k.a, &k.b, &k.mark, &since, &ended, &settled, &k.chosen, &sealed); err != nil {
			return nil, err
		}
		if err := c.openConflict(&k, sealed); err != nil {
			return nil, err
		}
		k.Since = time.UnixMilli(since).UTC()
		k.state(ended, settled)
		list = append(list, k)
	}
	return list, rows.Err()
}

func (c *Catalogue) openConflict(k *Conflict, sealed []byte) error {
	var in sealedConflict
	plain, err := c.vault.OpenValue(k.context(), sealed)
	if err == nil {
		err = json.Unmarshal(plain, &in)
	}
	if err != nil {
		return fmt.Errorf("couldn't open conflict %d: %w", k.N, err)
	}
	k.A, k.B, k.Why, k.By = in.A, in.B, in.Why, in.By
	return nil
}

func (c *Catalogue) sealConflict(k Conflict) ([]byte, error) {
	plain, err := json.Marshal(sealedConflict{k.A, k.B, k.Why, k.By})
	if err != nil {
		return nil, err
	}
	return c.vault.SealValue(k.context(), plain)
}

func (k *Conflict) state(ended, settled int64) {
	k.State = Open
	if settled > 0 {
		at := time.UnixMilli(settled).UTC()
		k.State, k.At, k.Chosen = Settled, &at, "both"
		switch k.chosen {
		case 0:
		case k.a:
			k.Chosen = "a"
		case k.b:
			k.Chosen = "b"
		}
	}
	if ended > 0 {
		k.State = Over
	}
}

// conflictsOf are the conflicts of a product that are not over.
func (c *Catalogue) conflictsOf(tx *sql.Tx, gtin string) ([]Conflict, error) {
	return c.readConflicts(tx, `WHERE gtin = $1 AND ended = 0 ORDER BY n`, gtin)
}

// Conflicts lists conflicts in a state, or all of them; the newest first.
func (c *Catalogue) Conflicts(ctx context.Context, state string, before int64, limit int) (list []Conflict, err error) {
	where := map[string]string{"": "1 = 1", Open: "ended = 0 AND settled = 0", Settled: "ended = 0 AND settled > 0", Over: "ended > 0"}[state]
	if where == "" {
		return nil, invalid("a conflict is open, settled or over, not %q", state)
	}
	if before <= 0 {
		before = 1 << 62
	}
	if limit <= 0 {
		limit = ListDefault
	}
	err = c.vault.View(ctx, func(tx *sql.Tx) error {
		list, err = c.readConflicts(tx, `WHERE `+where+` AND n < $1 ORDER BY n DESC LIMIT $2`, before, min(limit, ListMax))
		return err
	})
	return list, err
}

// compare finds which sources differ of a product today, and keeps the conflicts so.
func (c *Catalogue) compare(tx *sql.Tx, gtin string) error {
	wanted, err := c.differing(tx, gtin)
	if err != nil {
		return err
	}
	had, err := c.conflictsOf(tx, gtin)
	if err != nil {
		return err
	}
	now := c.vault.Now().UnixMilli()
	for _, k := range had {
		if slices.ContainsFunc(wanted, k.is) {
			continue
		}
		if _, err := tx.Exec(`UPDATE catalogue_conflict SET ended = $1 WHERE n = $2`, now, k.N); err != nil {
			return err
		}
	}
	for _, k := range wanted {
		if slices.ContainsFunc(had, k.is) {
			continue
		}
		sealed, err := c.sealConflict(k)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO catalogue_conflict (gtin, field, a, b, mark, since, ended, settled, chosen, sealed) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7)`,
			gtin, k.Field, k.a, k.b, k.mark, now, sealed); err != nil {
			return fmt.Errorf("couldn't keep a conflict of product %s: %w", gtin, err)
		}
	}
	return nil
}

// is tells whether two conflicts are of the same sources saying the same.
func (k Conflict) is(other Conflict) bool {
	return k.Field == other.Field && k.a == other.a && k.b == other.b && bytes.Equal(k.mark, other.mark)
}

// differing are the conflicts that there are today: in each field, of every source with
// the first that says something.
func (c *Catalogue) differing(tx *sql.Tx, gtin string) ([]Conflict, error) {
	day := c.today()
	list, err := c.said(tx, gtin, day)
	if err != nil {
		return nil, err
	}
	rights, err := c.rights(tx, gtin)
	if err != nil {
		return nil, err
	}
	if list, err = c.withNumber(tx, gtin, list); err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r row) bool { return r.ended(day) })
	var found []Conflict
	for _, field := range compared {
		var first *row
		for i := range list {
			r := &list[i]
			switch text := r.values[field]; {
			case text == "":
			case first == nil:
				first = r
			case !same(field, first.values[field], text):
				found = append(found, c.differ(gtin, field, first, r))
			}
		}
	}
	return append(found, c.unrighted(gtin, list, rights)...), nil
}

func (c *Catalogue) differ(gtin, field string, a, b *row) Conflict {
	one, other := a.values[field], b.values[field]
	return Conflict{
		GTIN: gtin, Field: field, a: a.source.id, b: b.source.id, mark: c.mark("conflict", normal(field, one), normal(field, other)),
		A: Told{a.source.Kind, a.source.Who, one}, B: Told{b.source.Kind, b.source.Who, other},
	}
}

// unrighted finds manufacturers who, by what was entered, neither own the number nor
// pack under it.
func (c *Catalogue) unrighted(gtin string, list []row, rights []Right) (found []Conflict) {
	if len(rights) == 0 {
		return nil
	}
	var names []string
	for _, r := range rights {
		names = append(names, r.Who)
	}
	for _, r := range list {
		maker := r.values[FieldManufacturer]
		if maker == "" || slices.ContainsFunc(names, func(name string) bool { return same(FieldOwner, name, maker) }) {
			continue
		}
		entered := strings.Join(names, "; ")
		found = append(found, Conflict{
			GTIN: gtin, Field: FieldRight, a: r.source.id, mark: c.mark("right", maker, entered),
			A: Told{r.source.Kind, r.source.Who, maker}, B: Told{Kind: KindOwn, Value: entered},
		})
	}
	return found
}

// Settle says of a conflict which source holds: "a", "b", or "both" where they may
// differ; by whom and why is kept.
func (c *Catalogue) Settle(ctx context.Context, n int64, choose, why, by string) (k Conflict, err error) {
	if why == "" || !fit(why) {
		return k, invalid("say why, in at most %d bytes", valueBytesMax)
	}
	err = c.vault.Update(ctx, func(tx *sql.Tx) error {
		list, err := c.readConflicts(tx, `WHERE n = $1`, n)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return missing("there is no conflict %d; list them with pedigree product conflicts", n)
		}
		if k = list[0]; k.State != Open {
			return conflicting("conflict %d is %s", n, k.State)
		}
		if err := k.choose(choose); err != nil {
			return err
		}
		k.Why, k.By = why, by
		sealed, err := c.sealConflict(k)
		if err != nil {
			return err
		}
		at := c.vault.Now().UnixMilli()
		if _, err := tx.Exec(`UPDATE catalogue_conflict SET settled = $1, chosen = $2, sealed = $3 WHERE n = $4`, at, k.chosen, sealed, n); err != nil {
			return errors.Join(fmt.Errorf("couldn't settle conflict %d", n), err)
		}
		k.state(0, at)
		return nil
	})
	return k, err
}

func (k *Conflict) choose(choose string) error {
	switch choose {
	case "a":
		k.chosen = k.a
	case "b":
		k.chosen = k.b
	case "both":
		k.chosen = 0
		return nil
	default:
		return invalid("choose a, b or both, not %q", choose)
	}
	if k.chosen == 0 {
		return invalid("the %s of conflict %d is no list or document; correct what was entered, or choose both", choose, k.N)
	}
	return nil
}
