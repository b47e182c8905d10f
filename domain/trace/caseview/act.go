package caseview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"pedigree/domain/trace/caseview/deadline"
	"pedigree/format/pdg"
)

// Tell says what of a case is told.
type Tell struct {
	By string
	// Accept takes what the partner offers instead, where it refused and offered
	// something.
	Accept bool
	// Ask is what is asked for instead of what the items say; empty: what they say.
	Ask string
	// Words are a person's own, which go along for people. Where everything was told,
	// they go alone: to ask again.
	Words string
}

// check refuses what can't be asked for or said.
func (t Tell) check() error {
	if t.Ask != "" && !slices.Contains(pdg.Resolutions, t.Ask) {
		return invalid("%.80q is nothing that can be asked for; use one of %q", t.Ask, pdg.Resolutions)
	}
	if len(t.Words) > textMax || !utf8.ValidString(t.Words) {
		return limited("the words have %d bytes, more than %d, or are no text", len(t.Words), textMax)
	}
	if _, _, is := fromSentence(t.Words); is {
		return invalid("the words look like an item of a message; say them otherwise")
	}
	return nil
}

// Message tells the partner what was not told yet. Node to node it goes by itself; else
// it is written, and NoteSent says that somebody carried it.
func (c *Cases) Message(ctx context.Context, name string, t Tell) (Case, error) {
	k, err := c.speak(ctx, name, func(k *Case, list []Item, to talk) (plan, error) { return c.telling(k, list, to, t) })
	if err != nil {
		return k, fmt.Errorf("couldn't tell the partner: %w", err)
	}
	return k, nil
}

// tells refuses to tell where nobody is to be told by this side.
func (k *Case) tells() error {
	switch {
	case !k.Asking:
		return notNow("case %d is the partner's; answer it with pedigree case answer %d", k.Number, k.Number)
	case k.state.closed():
		return notNow("case %d is %s", k.Number, k.state)
	case k.Org == "" && k.Partner == 0:
		return notNow("case %d has no partner yet; %s", k.Number, StepNamePartner.Says())
	}
	return nil
}

// news are the items of a case that were not told as they are now.
func (t Tell) news(list []Item, at int64) (news []Item) {
	for _, i := range list {
		switch {
		case i.state == Asked && i.asked == 0:
			if t.Ask != "" {
				i.Resolution = t.Ask
			}
		case t.Accept && i.state == Alternative && i.Offered != "":
			i.Resolution, i.state = i.Offered, Accepted
		default:
			continue
		}
		i.asked = at
		news = append(news, i)
	}
	return news
}

// telling plans a report of what was not told.
func (c *Cases) telling(k *Case, list []Item, to talk, t Tell) (plan, error) {
	if err := k.tells(); err != nil {
		return plan{}, err
	}
	if err := t.check(); err != nil {
		return plan{}, err
	}
	news := t.news(list, to.at)
	words := strings.TrimSpace(t.Words)
	if len(news) == 0 && words == "" {
		return plan{}, notNow("everything in case %d was told; if the partner is silent, ask by telephone, and write down what it says with pedigree case note %d", k.Number, k.Number)
	}
	var p plan
	var err error
	p.drafts, err = inParts(news, func(part []Item) (draft, error) {
		r := k.report(to.contact, to.at, part, false)
		if first := len(part) == 0 || part[0].UUID == news[0].UUID; first && words != "" {
			r.Other = append(r.Other, words)
		}
		return drafted(r)
	})
	if err != nil {
		return p, err
	}
	p.keep = func(tx *sql.Tx, k *Case) error {
		for _, i := range news {
			if err := c.putItem(tx, k.Number, i); err != nil {
				return err
			}
		}
		if to.leaves() && len(news) > 0 { // asking again gives the partner no more time
			return c.told(tx, k)
		}
		return nil
	}
	return p, nil
}

// inParts writes items as one message, or as several where one would be too large.
func inParts[T any](list []T, write func([]T) (draft, error)) ([]draft, error) {
	if len(list) <= messageItemsMax {
		d, err := write(list)
		if err == nil || len(list) <= 1 {
			return []draft{d}, err
		}
	}
	half := len(list) / 2
	first, err := inParts(list[:half], write)
	if err != nil {
		return nil, err
	}
	second, err := inParts(list[half:], write)
	return append(first, second...), err
}

func drafted(r *pdg.Report) (draft, error) {
	raw, err := r.Encode()
	return draft{uuid: r.Message, sort: sortReport, raw: raw}, err
}

// told sets a case's state after its messages went, and starts the partner's clock.
func (c *Cases) told(tx *sql.Tx, k *Case) error {
	if err := c.settleState(tx, k); err != nil {
		return err
	}
	return c.wind(tx, k, c.now(), c.paceOf(tx, k))
}

// settleState derives a case's state from those of its items.
func (c *Cases) settleState(tx *sql.Tx, k *Case) error {
	n, all, err := c.counts(tx, k.Number)
	if err != nil {
		return err
	}
	switch {
	case n[Asked] > 0 && k.Asking:
		k.State = Sent
	case n[Asked] > 0:
		k.State = Open
	case n[Refused]+n[Alternative] > 0:
		k.State = Answered
	case n[Accepted] > 0:
		k.State = Agreed
	case n[Dropped] == all:
		k.State = Withdrawn
	default:
		k.State = Settled
	}
	if k.State.closed() {
		k.Closed, k.Due = c.now(), deadline.Due{}
	}
	return nil
}

// counts are how many items of a case are in each state, and in all.
func (c *Cases) counts(tx *sql.Tx, number int64) (n map[ItemState]int, all int, err error) {
	rows, err := tx.Query(`SELECT state, COUNT(*) FROM case_item WHERE case_number = $1 GROUP BY state`, number)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	n = map[ItemState]int{}
	for rows.Next() {
		var state, count int
		if err := rows.Scan(&state, &count); err != nil {
			return nil, 0, err
		}
		n[ItemState(state)] = count
		all += count
	}
	return n, all, rows.Err()
}

// NoteSent notes that a person carried the messages of a case that were written, and how.
func (c *Cases) NoteSent(ctx context.Context, name, by, how string) (Case, error) {
	if strings.TrimSpace(how) == "" {
		return Case{}, invalid("say how the message was sent, such as: by e-mail to the purchasing desk")
	}
	k, err := c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		res, err := tx.Exec(`UPDATE case_message SET sent = $1 WHERE case_number = $2 AND way = $3 AND sent = 0`, millis(c.now()), k.Number, wayOut)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return notNow("case %d has no message that waits to be carried; write one with pedigree case message %d", k.Number, k.Number)
		}
		k.carry = false
		err = c.addEvidence(tx, k.Number, noted(EvidenceWord, by, "evidence/sent-by-hand", "how", how))
		if again := k.State == Sent; err != nil || !k.Asking || again || k.State.closed() { // asking again gives the partner no more time
			return err
		}
		return c.told(tx, k)
	})
	if err != nil {
		return k, fmt.Errorf("couldn't note that the message was sent: %w", err)
	}
	return k, nil
}

// Reply is the answer to items of a partner's case.
type Reply struct {
	Items []ReplyItem `json:"items"`
	Notes string      `json:"notes,omitempty" maxLength:"2000"`
	By    string      `json:"-"`
}

// ReplyItem answers one item, or, without an item, all that are not answered.
type ReplyItem struct {
	Item        string `json:"item,omitempty" maxLength:"36" doc:"uuid; empty: all that are not answered"`
	Accept      bool   `json:"accept"`
	Comment     string `json:"comment,omitempty" maxLength:"2000"`
	Alternative string `json:"alternative,omitempty" maxLength:"40" doc:"What would be done instead"`
	FollowUp    string `json:"follow_up,omitempty" maxLength:"10" doc:"Email or Phone"`
	Details     string `json:"details,omitempty" maxLength:"200" doc:"Whom to reach how"`
}

// Answer answers a partner's case.
func (c *Cases) Answer(ctx context.Context, name string, r Reply) (Case, error) {
	k, err := c.speak(ctx, name, func(k *Case, list []Item, to talk) (plan, error) {
		switch {
		case k.Asking:
			return plan{}, notNow("case %d is yours: the partner answers it", k.Number)
		case k.state.closed():
			return plan{}, notNow("case %d is %s", k.Number, k.state)
		}
		return c.answering(k, list, to, r)
	})
	if err != nil {
		return k, fmt.Errorf("couldn't answer the case: %w", err)
	}
	return k, nil
}

func (c *Cases) answering(k *Case, list []Item, to talk, r Reply) (plan, error) {
	var news []Item
	response := pdg.Response{}
	for _, a := range r.Items {
		found := false
		for j := range list {
			i := &list[j]
			if a.Item == "" && i.state != Asked || a.Item != "" && i.UUID != a.Item || i.answered == to.at {
				continue
			}
			found = true
			if err := a.apply(i, to.at); err != nil {
				return plan{}, err
			}
			news = append(news, *i)
			response.Items = append(response.Items, a.item(i.UUID))
		}
		if !found {
			return plan{}, missing("case %d has no item %.80q that waits for an answer", k.Number, a.Item)
		}
	}
	if len(news) == 0 {
		return plan{}, invalid("an answer accepts or rejects at least one item")
	}
	var p plan
	var err error
	p.drafts, err = inParts(response.Items, func(part []pdg.ResponseItem) (draft, error) {
		one := pdg.Response{Message: newUUID(), Case: k.ID, Timestamp: to.at, PO: k.PO, Sender: to.contact, Items: part, Notes: pdg.Text(r.Notes)}
		raw, err := one.Encode()
		return draft{uuid: one.Message, sort: sortResponse, raw: raw}, err
	})
	if err != nil {
		return p, err
	}
	p.keep = func(tx *sql.Tx, k *Case) error {
		for _, i := range news {
			if err := c.putItem(tx, k.Number, i); err != nil {
				return err
			}
		}
		return c.told(tx, k)
	}
	return p, nil
}

// apply gives an item its answer.
func (a ReplyItem) apply(i *Item, at int64) error {
	switch {
	case a.Accept && a.Alternative != "":
		return invalid("an item is accepted as it is, or rejected with something else in its place; not both")
	case a.Alternative != "" && !slices.Contains(pdg.Resolutions, a.Alternative):
		return invalid("%.80q is nothing that can be offered; use one of %q", a.Alternative, pdg.Resolutions)
	case a.FollowUp != "" && a.FollowUp != pdg.ByEmail && a.FollowUp != pdg.ByPhone:
		return invalid("%.80q is no way to follow up; use Email or Phone", a.FollowUp)
	case i.state == Done || i.state == Dropped:
		return notNow("item %s is %s already", i.UUID, i.state)
	}
	i.answered, i.Comment, i.Offered, i.FollowUp = at, a.Comment, a.Alternative, strings.TrimSpace(a.FollowUp+" "+a.Details)
	switch {
	case a.Accept:
		i.state = Accepted
	case a.Alternative != "":
		i.state = Alternative
	default:
		i.state = Refused
	}
	return nil
}

func (a ReplyItem) item(uuid string) pdg.ResponseItem {
	out := pdg.ResponseItem{Item: uuid, Answer: pdg.Reject, Comments: pdg.Text(a.Comment)}
	if a.Accept {
		out.Answer = pdg.Accept
	}
	if a.Alternative != "" || a.FollowUp != "" {
		out.Alternative = &pdg.Alternative{Resolution: pdg.Text(a.Alternative), FollowUp: pdg.Text(a.FollowUp), Details: pdg.Text(a.Details)}
	}
	return out
}
