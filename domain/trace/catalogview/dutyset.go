package catalogview

import (
	"context"
	"database/sql"
	"strings"
)

// Claim is what a person enters of a product: by what ground the law's duties don't hold
// for it, on which days, and what shows it.
type Claim struct {
	Ground string `json:"ground" maxLength:"40" doc:"Code of a ground of a product; empty takes back what was entered from that day on"`
	Since  string `json:"since,omitempty" maxLength:"10" doc:"The day from which it holds, such as 2026-03-05; today without it"`
	Until  string `json:"until,omitempty" maxLength:"10" doc:"The last day on which it holds"`
	Why    string `json:"why" minLength:"1" maxLength:"200" doc:"What shows it: the label, a letter of the maker"`
	By     string `json:"-"`
}

// dutyEntries is the name of the source of claims. They have days of their own, so they
// stand apart from what else the organisation entered of a product.
const dutyEntries = "duty"

// SetDuty enters a claim.
func (c *Catalogue) SetDuty(ctx context.Context, text string, in Claim) (f Facts, err error) {
	values := Values{}
	if in.Ground != "" {
		values[FieldDuty] = in.Ground
	}
	if err := values.check(); err != nil {
		return f, err
	}
	if strings.TrimSpace(in.Why) == "" || !fit(in.Why) {
		return f, invalid("say in at most %d bytes what shows it: the label, or a letter of the maker", valueBytesMax)
	}
	values[whySaid], values[bySaid] = in.Why, in.By
	since, err := parseDay(in.Since, c.today())
	if err != nil {
		return f, err
	}
	until, err := parseDay(in.Until, 0)
	if err != nil {
		return f, err
	}
	if until != 0 && until < since {
		return f, invalid("the ground ends on %s, before it begins on %s", in.Until, dayText(since))
	}
	err = c.vault.Update(ctx, func(tx *sql.Tx) error {
		gtin, err := c.GTINOf(tx, text)
		if err != nil {
			return err
		}
		s := Source{Kind: KindOwn, Who: dutyEntries, AsOf: c.vault.Now()}
		if s.id, err = sourceID(tx, s.Kind, s.Who); err != nil {
			return err
		}
		if _, err := c.put(ctx, tx, s, []entry{{gtin: gtin, from: since, to: until, values: values}}); err != nil {
			return err
		}
		if err := c.compare(tx, gtin); err != nil {
			return err
		}
		f, _, err = c.told(tx, gtin, c.vault.Now())
		return err
	})
	return f, err
}
