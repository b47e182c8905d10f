package catalogview

import (
	"database/sql"
	"errors"
	"slices"
	"time"

	"pedigree/domain/org"
)

// The kinds of sources.
const (
	KindOwn     = "own"           // typed here, or from a file of one's own
	KindOwner   = "label-owner"   // a document of whoever the number belongs to on the ledger
	KindNDC     = "ndc-directory" // the FDA's National Drug Code directory
	KindPartner = "partner"       // a document of anybody else
	KindCSV     = "list"          // a file of somebody else's
	KindGTIN    = "gtin"          // the number itself, where it holds a National Drug Code
)

// Kinds are the kinds of sources, the most trusted first.
var Kinds = []string{KindOwn, KindOwner, KindNDC, KindPartner, KindCSV, KindGTIN}

func trust(kind string) int { return slices.Index(Kinds, kind) }

// Source is who says something.
type Source struct {
	Kind     string    `json:"kind" doc:"own, label-owner, ndc-directory, partner, list or gtin"`
	Who      string    `json:"who,omitempty" doc:"The partner's GLN or id, or the list's name"`
	AsOf     time.Time `json:"as_of,omitzero" doc:"The day of the document or the list"`
	Document int64     `json:"document,omitempty" doc:"Its number in the private store"`

	id int64
}

// sourceID gives a source its number.
func sourceID(tx *sql.Tx, kind, who string) (id int64, err error) {
	err = tx.QueryRow(`SELECT id FROM catalogue_source WHERE kind = $1 AND who = $2`, kind, who).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	var count int64
	if err := tx.QueryRow(`SELECT COUNT(*) FROM catalogue_source`).Scan(&count); err != nil {
		return 0, err
	}
	if count >= sourcesMax {
		return 0, limited("the catalogue has %d sources, the most it holds", count)
	}
	err = tx.QueryRow(`INSERT INTO catalogue_source (kind, who) VALUES ($1, $2) RETURNING id`, kind, who).Scan(&id)
	return id, err
}

func dayOf(t time.Time) int64 { return max(0, t.Unix()/86400) }

func timeOf(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

func dayText(day int64) string {
	if day == 0 {
		return ""
	}
	return org.Day(day).String()
}

// parseDay reads a day such as 2026-03-05; an empty text is the given one.
func parseDay(text string, otherwise int64) (int64, error) {
	if text == "" {
		return otherwise, nil
	}
	var d org.Day
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return 0, invalid("%w", err)
	}
	return int64(d), nil
}
