package caseview

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pedigree/domain/trace/caseview/deadline"
	"pedigree/format/pdg"
	"pedigree/proof"
)

// sealedCase is what of a case is sealed.
type sealedCase struct {
	Site, PO, Shipment, Document, Note, By, EscalatedBy string
	Deadline                                            time.Time
	Due                                                 deadline.Due
	Ours, Carry                                         bool
}

func caseContext(id string) string { return "case " + id }
func itemContext(number int64, uuid string) string {
	return fmt.Sprintf("case %d item %s", number, uuid)
}

// seal encrypts what is private of a row.
func (c *Cases) seal(context string, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return c.Vault.SealValue(context, plain)
}

func (c *Cases) unseal(context string, sealed []byte, into any) error {
	plain, err := c.Vault.OpenValue(context, sealed)
	if err == nil {
		err = json.Unmarshal(plain, into)
	}
	if err != nil {
		return fmt.Errorf("couldn't read %s: %w", context, err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

const caseColumns = `number, id, asking, category, scenario, state, suspect, owner, partner, org, opened, changed, closed, items, sealed`

func (c *Cases) scanCase(scan func(...any) error) (Case, error) {
	var k Case
	var asking, state int
	var suspect, opened, changed, closed int64
	var sealed []byte
	if err := scan(&k.Number, &k.ID, &asking, &k.Category, &k.Scenario, &state, &suspect, &k.Owner, &k.Partner, &k.Org, &opened, &changed, &closed, &k.Items, &sealed); err != nil {
		return k, err
	}
	k.Asking, k.State, k.Suspect = asking != 0, State(state), moment(suspect)
	k.Opened, k.Changed, k.Closed = moment(opened), moment(changed), moment(closed)
	var s sealedCase
	err := c.unseal(caseContext(k.ID), sealed, &s)
	k.Site, k.PO, k.Shipment, k.Document, k.Note, k.Due = s.Site, s.PO, s.Shipment, s.Document, s.Note, s.Due
	k.by, k.escalatedBy, k.deadline, k.ours, k.carry = s.By, s.EscalatedBy, s.Deadline, s.Ours, s.Carry
	return k, err
}

// save writes a case's row anew, with its present moment.
func (c *Cases) save(tx *sql.Tx, k *Case) error {
	k.Changed = c.now()
	sealed, err := c.seal(caseContext(k.ID), sealedCase{k.Site, k.PO, k.Shipment, k.Document, k.Note, k.by, k.escalatedBy, k.deadline, k.Due, k.ours, k.carry})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE case_case SET state = $1, suspect = $2, owner = $3, partner = $4, org = $5, due = $6, rule = $7, changed = $8, closed = $9, items = $10, sealed = $11 WHERE number = $12`,
		int(k.State), millis(k.Suspect), k.Owner, k.Partner, k.Org, millis(k.Due.At), k.Due.Rule.Name, millis(k.Changed), millis(k.Closed), k.Items, sealed, k.Number)
	return err
}

func (c *Cases) insert(tx *sql.Tx, k *Case, key proof.Hash) error {
	asking := 0
	if k.Asking {
		asking = 1
	}
	err := tx.QueryRow(`INSERT INTO case_case (id, unique_key, asking, category, scenario, state, suspect, owner, partner, org, opened, due, rule, changed, closed, items, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, 0, '', 0, 0, 0, $11) RETURNING number`,
		k.ID, key[:], asking, string(k.Category), k.Scenario, int(k.State), k.Owner, k.Partner, k.Org, millis(k.Opened), []byte{}).Scan(&k.Number)
	if err != nil {
		return err
	}
	return c.save(tx, k)
}

// byKey finds the case that a finding opened before.
func (c *Cases) byKey(tx *sql.Tx, key proof.Hash) (Case, bool, error) {
	return c.one(tx, `unique_key = $1`, key[:])
}

// byID finds a case by its id between two partners.
func (c *Cases) byID(tx *sql.Tx, id string) (Case, bool, error) { return c.one(tx, `id = $1`, id) }

func (c *Cases) one(tx *sql.Tx, where string, arg any) (Case, bool, error) {
	k, err := c.scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM case_case WHERE `+where, arg).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	return k, err == nil, err
}

// load finds a case as a person names it: by its number or its id.
func (c *Cases) load(tx *sql.Tx, name string) (Case, error) {
	where, arg := `number = $1`, any(nil)
	if name = strings.ToLower(name); pdg.IsUUID(name) {
		where, arg = `id = $1`, name
	} else {
		var n int64
		if _, err := fmt.Sscanf(name, "%d", &n); err != nil || fmt.Sprint(n) != name {
			return Case{}, missing("there is no case %.80q; list them with pedigree case list", name)
		}
		arg = n
	}
	k, found, err := c.one(tx, where, arg)
	if err == nil && !found {
		err = missing("there is no case %s; list them with pedigree case list", name)
	}
	return k, err
}

func (c *Cases) items(tx *sql.Tx, number int64) ([]Item, error) { return c.itemsIn(tx, number, 0) }

// itemsIn are a case's items in one state, or all of them.
func (c *Cases) itemsIn(tx *sql.Tx, number int64, only ItemState) ([]Item, error) {
	rows, err := tx.Query(`SELECT uuid, state, asked, answered, sealed FROM case_item WHERE case_number = $1 AND ($2 = 0 OR state = $2) ORDER BY uuid`, number, int(only))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Item
	for rows.Next() {
		var i Item
		var uuid string
		var state int
		var asked, answered int64
		var sealed []byte
		if err := rows.Scan(&uuid, &state, &asked, &answered, &sealed); err != nil {
			return nil, err
		}
		if err := c.unseal(itemContext(number, uuid), sealed, &i); err != nil {
			return nil, err
		}
		i.UUID, i.state, i.asked, i.answered = uuid, ItemState(state), asked, answered
		i.State = i.state.String()
		list = append(list, i)
	}
	return list, rows.Err()
}

// putItem writes an item, new or changed.
func (c *Cases) putItem(tx *sql.Tx, number int64, i Item) error {
	i.State = ""
	sealed, err := c.seal(itemContext(number, i.UUID), i)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO case_item (case_number, uuid, path, state, asked, answered, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (case_number, uuid) DO UPDATE SET path = excluded.path, state = excluded.state, asked = excluded.asked, answered = excluded.answered, sealed = excluded.sealed`,
		number, i.UUID, i.Path, int(i.state), i.asked, i.answered, sealed)
	return err
}
