package caseview

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"pedigree/internal/api"
	"pedigree/proof"
)

// About is the newest case about a thing that isn't closed, by the thing's path.
func (c *Cases) About(tx *sql.Tx, path string) (Case, bool, error) {
	return c.shown(tx, `closed = 0 AND number IN (SELECT case_number FROM case_item WHERE path = $1) ORDER BY number DESC LIMIT 1`, path)
}

// Keyed is the case that a key opened, closed or not.
func (c *Cases) Keyed(tx *sql.Tx, key proof.Hash) (Case, bool, error) {
	return c.shown(tx, `unique_key = $1`, key[:])
}

func (c *Cases) shown(tx *sql.Tx, where string, arg any) (Case, bool, error) {
	k, found, err := c.one(tx, where, arg)
	if err != nil {
		return k, false, fmt.Errorf("couldn't look for a case: %w", err)
	}
	k.show(c.now())
	return k, found, nil
}

// Suspect is the case of suspect goods: the one that is open about the first item, or
// else the one that the key opened, closed or not. Where there is neither, open opens it.
func (c *Cases) Suspect(tx *sql.Tx, n New, open bool) (k Case, found bool, err error) {
	if len(n.Items) == 0 {
		return k, false, invalid("a case of suspect goods names the goods")
	}
	if k, found, err = c.About(tx, n.Items[0].Path); found || err != nil {
		return k, found, err
	}
	if k, found, err = c.Keyed(tx, n.Key); found || err != nil || !open {
		return k, found, err
	}
	n.Category, n.Scenario = Unavailable, suspectScenario
	n.Note = strings.ToValidUTF8(cut(n.Note, fieldMax), "")
	if n.Org == c.Org {
		n.Org, n.Partner = "", 0 // they are this organisation's own
	}
	k, err = c.Open(tx, n)
	return k, err == nil, err
}

// suspectScenario is the scenario of goods that something makes suspect.
const suspectScenario = "5.4"

// Seen adds a scan to the evidence of a case, in the caller's transaction. The same
// again changes nothing; nor does one more than are kept, for a scan is never refused.
func (c *Cases) Seen(tx *sql.Tx, number int64, seen api.Said, by string) error {
	n := 0
	if err := tx.QueryRow(`SELECT COUNT(*) FROM case_evidence WHERE case_number = $1`, number).Scan(&n); err != nil {
		return fmt.Errorf("couldn't count the evidence of case %d: %w", number, err)
	}
	if n >= evidenceMax {
		return nil
	}
	seen.Text = cut(seen.Text, textMax)
	return c.AddEvidence(tx, strconv.FormatInt(number, 10), evidenceOf(seen, EvidenceScan, by))
}
