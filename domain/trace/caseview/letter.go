package caseview

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pedigree/domain/trace/partnerview"
)

// letterItemsMax is how many items a letter names; the attached message has all.
const letterItemsMax = 50

// Letter is an e-mail that a person sends where no node takes a case's messages.
type Letter struct {
	To      string   `json:"to,omitempty" doc:"The partner's address for exceptions, if the address book has one"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Attach  []string `json:"attach" doc:"Messages to attach, by uuid: those that wait to be sent"`
}

// Letter is the e-mail that goes with the messages of a case that wait to be carried.
func (c *Cases) Letter(ctx context.Context, name string) (Letter, error) {
	d, err := c.Show(ctx, name)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{Subject: d.subject(), Attach: []string{}}
	if d.Partner > partnerview.Self {
		p, err := c.Book.Get(ctx, d.Partner, time.Time{})
		if err != nil {
			return Letter{}, err
		}
		l.To = emailOf(p)
	}
	for _, m := range d.Messages {
		if m.State == "by-hand" {
			l.Attach = append(l.Attach, m.UUID)
		}
	}
	if len(l.Attach) == 0 {
		return Letter{}, notNow("case %d has no message that waits to be sent; write one with pedigree case message %d", d.Number, d.Number)
	}
	l.Text = d.letter()
	return l, nil
}

// subject is the subject of an e-mail about a case.
func (k *Case) subject() string { return fmt.Sprintf("Exception case %s: %s", k.ID, k.What) }

// emailOf is a partner's address for exceptions; empty when the book has none.
func emailOf(p partnerview.Partner) (email string) {
	for _, k := range p.Contacts {
		if k.Purpose == purposeExceptions {
			email = k.Email
		}
	}
	return email
}

func (d *Detail) letter() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nCase: %s\n", d.What, d.ID)
	for _, f := range [][2]string{{"Order", d.PO}, {"Document", d.Document}} {
		if f[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
		}
	}
	b.WriteString("\n")
	for _, i := range d.Things[:min(len(d.Things), letterItemsMax)] {
		b.WriteString("- " + i.line(d.Asking) + "\n")
	}
	if more := len(d.Things) - letterItemsMax; more > 0 {
		fmt.Fprintf(&b, "and %d more in the attached message\n", more)
	}
	b.WriteString("\nThe attached file says the same for a program: an exception message as PDG (Partnership for DSCSA Governance) publishes them.\n")
	return b.String()
}

// Said is what the data says of an item, in words; empty where nothing tells.
func (i *Item) Said() string {
	var parts []string
	for _, f := range [][2]string{{"GTIN ", i.Says.GTIN}, {"lot ", i.Says.Lot}, {"expiry ", i.Says.Expiry}, {"serial number ", i.Says.Serial}} {
		if f[1] != "" && (f[0] != "GTIN " || f[1] != i.GTIN) {
			parts = append(parts, f[0]+f[1])
		}
	}
	if len(parts) == 0 {
		return i.Claim
	}
	return "the data says " + strings.Join(parts, ", ")
}

// line is an item in a line.
func (i *Item) line(asking bool) string {
	parts := []string{i.name()}
	for _, f := range [][2]string{{"lot ", i.Lot}, {"expiry ", i.Expiry}, {"should be ", i.Right}, {"", i.Said()}} {
		if f[1] != "" {
			parts = append(parts, f[0]+f[1])
		}
	}
	if i.Ordered > 0 || i.Received > 0 {
		parts = append(parts, fmt.Sprintf("ordered %d, received %d", i.Ordered, i.Received))
	}
	text := strings.Join(parts, ", ")
	if asking || i.state == Asked {
		return text + ": " + i.Resolution
	}
	if text += ": " + i.Resolution + ": " + i.state.String(); i.Offered != "" {
		text += ", " + i.Offered + " instead"
	}
	if i.Comment != "" {
		text += " (" + i.Comment + ")"
	}
	return text
}
