package catalogview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Right is whose a number is from a day on: its owner, or a packager for the owner.
type Right struct {
	N      int64     `json:"n"`
	Number string    `json:"number" doc:"A GTIN, or the digits of a company prefix"`
	Kind   string    `json:"kind" doc:"owner or packager"`
	Who    string    `json:"who"`
	From   string    `json:"from" doc:"The day from which it holds"`
	To     string    `json:"to,omitempty" doc:"The last day on which it holds"`
	Ground string    `json:"ground" doc:"What shows it: a contract, a letter, an announcement"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`

	from, to int64
}

// sealedRight is what a right keeps sealed.
type sealedRight struct{ Who, Ground, By string }

// covering are the numbers under which a GTIN can stand: itself, and the beginnings of
// its digits without the indicator.
func covering(gtin string) []any {
	list := []any{gtin}
	for n := prefixDigitsMin; n <= 12; n++ {
		list = append(list, gtin[1:1+n])
	}
	return list
}

// prefixDigitsMin is the length of the shortest company prefix.
const prefixDigitsMin = 4

// rights are those that were entered over a GTIN, the most exact and the latest first.
func (c *Catalogue) rights(tx *sql.Tx, gtin string) ([]Right, error) {
	numbers := covering(gtin)
	rows, err := tx.Query(`SELECT n, number, kind, from_day, to_day, at, sealed FROM catalogue_right
		WHERE number IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ORDER BY n LIMIT 1000`, numbers...)
	if err != nil {
		return nil, fmt.Errorf("couldn't read whose product %s is: %w", gtin, err)
	}
	defer rows.Close()
	list := []Right{}
	for rows.Next() {
		var r Right
		var at int64
		var sealed []byte
		if err := rows.Scan(&r.N, &r.Number, &r.Kind, &r.from, &r.to, &at, &sealed); err != nil {
			return nil, err
		}
		plain, err := c.vault.OpenValue(r.context(at), sealed)
		var in sealedRight
		if err == nil {
			err = json.Unmarshal(plain, &in)
		}
		if err != nil {
			return nil, fmt.Errorf("couldn't open right %d: %w", r.N, err)
		}
		r.Who, r.Ground, r.By, r.At = in.Who, in.Ground, in.By, time.UnixMilli(at).UTC()
		r.From, r.To = dayText(r.from), dayText(r.to)
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(a, b Right) int {
		return cmp.Or(len(b.Number)-len(a.Number), cmp.Compare(b.from, a.from), cmp.Compare(b.N, a.N))
	})
	return list, rows.Err()
}

func (r Right) context(at int64) string {
	return rightContext(r.Number, r.Kind, r.from, at)
}

// rightRows are the owner and the packager of a day as rows before all sources.
func rightRows(rights []Right, day int64) (list []row) {
	for _, kind := range []string{FieldOwner, FieldPackager} {
		i := slices.IndexFunc(rights, func(r Right) bool {
			return r.Kind == kind && r.from <= day && (r.to == 0 || day <= r.to)
		})
		if i >= 0 {
			r := rights[i]
			list = append(list, row{source: Source{Kind: KindOwn, AsOf: r.At}, from: r.from, to: r.to, values: Values{kind: r.Who}})
		}
	}
	return list
}

// AddRight enters whose a number is from a day on. The one before ends where this
// begins, for the packages made from then on.
func (c *Catalogue) AddRight(ctx context.Context, r Right) (Right, error) {
	if err := c.checkRight(&r); err != nil {
		return r, err
	}
	err := c.vault.Update(ctx, func(tx *sql.Tx) error {
		var all, here int
		if err := tx.QueryRow(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN number = $1 THEN 1 ELSE 0 END), 0) FROM catalogue_right`, r.Number).Scan(&all, &here); err != nil {
			return err
		}
		if all >= numbersMax || here >= rightsMax {
			return limited("there are %d rights, %d of them over number %s; no more are kept", all, here, r.Number)
		}
		at := c.vault.Now().UnixMilli()
		plain, err := json.Marshal(sealedRight{r.Who, r.Ground, r.By})
		if err != nil {
			return err
		}
		sealed, err := c.vault.SealValue(r.context(at), plain)
		if err != nil {
			return err
		}
		r.At = time.UnixMilli(at).UTC()
		err = tx.QueryRow(`INSERT INTO catalogue_right (number, kind, from_day, to_day, at, sealed) VALUES ($1, $2, $3, $4, $5, $6) RETURNING n`, r.Number, r.Kind, r.from, r.to, at, sealed).Scan(&r.N)
		if err != nil {
			return fmt.Errorf("couldn't keep whose number %s is: %w", r.Number, err)
		}
		return c.compareUnder(tx, r.Number)
	})
	return r, err
}

func (c *Catalogue) checkRight(r *Right) (err error) {
	length := len(r.Number)
	switch {
	case !digits(r.Number) || length != 14 && (length < prefixDigitsMin || length > 12):
		return invalid("%q is neither a GTIN of 14 digits nor a company prefix of %d to 12", r.Number, prefixDigitsMin)
	case r.Kind != FieldOwner && r.Kind != FieldPackager:
		return invalid("a number has an owner or a packager, not a %q", r.Kind)
	case r.Who == "" || r.Ground == "" || !fit(r.Who) || !fit(r.Ground):
		return invalid("say whose the number is and what shows it, each in at most %d bytes", valueBytesMax)
	}
	if r.from, err = parseDay(r.From, c.today()); err != nil {
		return err
	}
	if r.to, err = parseDay(r.To, 0); err != nil {
		return err
	}
	if r.to != 0 && r.to < r.from {
		return invalid("the right ends on %s, before it begins on %s", r.To, r.From)
	}
	r.From, r.To = dayText(r.from), dayText(r.to)
	return nil
}

// compareUnder looks at the products under a number again, at most 10 000.
func (c *Catalogue) compareUnder(tx *sql.Tx, number string) error {
	gtins := []string{number}
	if len(number) != 14 {
		gtins = nil
		for indicator := range 10 {
			begin := fmt.Sprintf("%d%s", indicator, number)
			rest := 14 - len(begin)
			more, err := gtinsBetween(tx, begin+strings.Repeat("0", rest), begin+strings.Repeat("9", rest), rightsMax)
			if err != nil {
				return err
			}
			gtins = append(gtins, more...)
		}
	}
	for _, gtin := range gtins {
		if err := c.compare(tx, gtin); err != nil {
			return err
		}
	}
	return nil
}

// gtinsBetween lists the products whose number is in a range.
func gtinsBetween(tx *sql.Tx, first, last string, limit int) ([]string, error) {
	return gtinsIn(tx, `SELECT DISTINCT gtin FROM catalogue_fact WHERE gtin >= $1 AND gtin <= $2 ORDER BY gtin LIMIT $3`, first, last, limit)
}

// differingBetween lists those of them of which sources differ, and nobody has settled it.
func differingBetween(tx *sql.Tx, first, last string, limit int) ([]string, error) {
	return gtinsIn(tx, `SELECT DISTINCT gtin FROM catalogue_conflict WHERE gtin >= $1 AND gtin <= $2 AND ended = 0 AND settled = 0 ORDER BY gtin LIMIT $3`, first, last, limit)
}

func gtinsIn(tx *sql.Tx, query string, args ...any) (list []string, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var gtin string
		if err := rows.Scan(&gtin); err != nil {
			return nil, err
		}
		list = append(list, gtin)
	}
	return list, rows.Err()
}
