package caseview

import (
	"context"
	"fmt"
)

// Ways by which a message leaves.
const (
	WayNode  = "node"  // to the partner's node
	WayRoute = "route" // by the partner's route for exceptions
	WayHand  = "hand"  // a person carries it, say by e-mail
)

// Draft is what a partner would be told now. Nothing is kept of it.
type Draft struct {
	Way      string   `json:"way" enum:"node,route,hand" doc:"How it leaves: to the partner's node, by a route of the partner's, or by a person's hand"`
	To       string   `json:"to,omitempty" doc:"The partner's e-mail address for exceptions, if the address book has one"`
	Subject  string   `json:"subject" doc:"Of the e-mail"`
	Text     string   `json:"text" doc:"Of the e-mail"`
	Items    int      `json:"items" doc:"How many things of the case are told; 0: all were told, and only own words can go"`
	Messages []string `json:"messages" doc:"The messages for programs, each as JSON, as they would go; their ids and times are new when they do"`
}

// Draft shows what Message would tell the partner now, and changes nothing.
func (c *Cases) Draft(ctx context.Context, name string, t Tell) (Draft, error) {
	k, list, to, err := c.begin(ctx, name)
	if err != nil {
		return Draft{}, fmt.Errorf("couldn't write what the partner would be told: %w", err)
	}
	if err := k.tells(); err != nil {
		return Draft{}, err
	}
	news := t.news(list, to.at)
	d := Draft{Way: to.way(), To: to.email(), Subject: k.subject(), Items: len(news), Messages: []string{}}
	d.Text = (&Detail{Case: k, Things: news}).letter()
	if len(news) == 0 {
		return d, nil
	}
	p, err := c.telling(&k, list, to, t)
	if err != nil {
		return Draft{}, err
	}
	for _, m := range p.drafts {
		d.Messages = append(d.Messages, string(m.raw))
	}
	return d, nil
}

// way is how a message leaves.
func (t talk) way() string {
	switch {
	case t.node:
		return WayNode
	case t.route.Way != "":
		return WayRoute
	}
	return WayHand
}

// email is where the partner takes e-mail about exceptions; empty when nobody knows.
func (t talk) email() string { return emailOf(t.partner) }
