package caseview

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"pedigree/internal/api"
)

// Filter chooses cases. Its zero value is the newest open ones.
type Filter struct {
	All     bool // those that are closed too
	State   State
	Partner int64
	Org     string
	Path    string // about this thing
	Overdue bool
	Before  int64 // number of the last one of the page before
	Limit   int
}

// List lists cases, the newest first, without their items.
func (c *Cases) List(ctx context.Context, f Filter) ([]Case, error) {
	if f.Limit <= 0 {
		f.Limit = ListDefault
	}
	f.Limit = min(f.Limit, ListMax)
	where, args := []string{"1 = 1"}, []any{}
	and := func(text string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(text, len(args)))
	}
	switch {
	case f.State == Escalated:
		and("suspect > $%d AND closed = 0", 0)
	case f.State != 0:
		and("state = $%d", int(f.State))
	case !f.All:
		and("closed = $%d", 0)
	}
	for text, arg := range map[string]any{"partner = $%d": f.Partner, "number < $%d": f.Before} {
		if arg != int64(0) {
			and(text, arg)
		}
	}
	for text, arg := range map[string]string{"org = $%d": f.Org, "number IN (SELECT case_number FROM case_item WHERE path = $%d)": f.Path} {
		if arg != "" {
			and(text, arg)
		}
	}
	if f.Overdue {
		and("closed = 0 AND due > 0 AND due < $%d", millis(c.now()))
	}
	list := []Case{}
	err := c.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+caseColumns+` FROM case_case WHERE `+strings.Join(where, " AND ")+fmt.Sprintf(" ORDER BY number DESC LIMIT %d", f.Limit), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			k, err := c.scanCase(rows.Scan)
			if err != nil {
				return err
			}
			k.show(c.now())
			list = append(list, k)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the cases: %w", err)
	}
	return list, nil
}

// Detail is a case with everything that belongs to it.
type Detail struct {
	Case
	Things   []Item     `json:"things"`
	Evidence []Evidence `json:"evidence"`
	Messages []Message  `json:"messages"`
	Form     []Field    `json:"form,omitempty" doc:"Of an escalated case: the fields of Form FDA 3911 as far as they are known, by name"`
	Tasks    []string   `json:"tasks,omitempty" doc:"What an escalated case asks for besides"`
	Asks     []api.Said `json:"asks,omitempty" doc:"The codes of tasks, in their order"`
}

// Get returns a case by its number or id, without its items.
func (c *Cases) Get(ctx context.Context, name string) (Case, error) {
	d, err := c.Show(ctx, name)
	return d.Case, err
}

// Show returns a case with its items, evidence and messages.
func (c *Cases) Show(ctx context.Context, name string) (d Detail, err error) {
	err = c.Vault.View(ctx, func(tx *sql.Tx) error {
		if d.Case, err = c.load(tx, name); err != nil {
			return err
		}
		if d.Things, err = c.items(tx, d.Number); err != nil {
			return err
		}
		if d.Evidence, err = c.evidence(tx, d.Number); err != nil {
			return err
		}
		d.Messages, err = c.messages(tx, d.Number)
		return err
	})
	if err != nil {
		return Detail{}, fmt.Errorf("couldn't show the case: %w", err)
	}
	d.show(c.now())
	if d.State == Escalated {
		d.Asks, d.Form = tasks(d.Things), form(&d)
		for _, a := range d.Asks {
			d.Tasks = append(d.Tasks, a.Text)
		}
	}
	for i := range d.Messages {
		c.delivered(ctx, &d.Messages[i])
	}
	return d, nil
}

// tasks are what an investigation of suspect product asks for.
func tasks(list []Item) []api.Said {
	packages := 0
	for _, i := range list {
		if i.Serial != "" {
			packages++
		}
	}
	return []api.Said{
		TaskSayings.Say("task/quarantine"),
		TaskSayings.Say("task/sample", "sample", strconv.Itoa(Sample(packages)), "packages", strconv.Itoa(packages)),
		TaskSayings.Say("task/maker"), TaskSayings.Say("task/tell"),
	}
}
