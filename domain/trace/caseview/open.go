package caseview

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"pedigree/domain/trace/caseview/deadline"
	"pedigree/domain/trace/partnerview"
	"pedigree/format/gs1"
	"pedigree/format/pdg"
	"pedigree/proof"
)

// Roles that own a case until a person takes it.
var owners = map[Category]string{DataIssue: "clerk", ProductNoData: "clerk", DataNoProduct: "clerk", Packaging: "pharmacist", Unavailable: "pharmacist"}

// ownerOfAnswers is who answers a partner's case.
const ownerOfAnswers = "serialization"

// Open opens a case, in the caller's transaction. The same key again gives the case that
// it opened, as it is by now.
func (c *Cases) Open(tx *sql.Tx, n New) (Case, error) {
	k, err := c.open(tx, n)
	if err != nil {
		return Case{}, fmt.Errorf("couldn't open a case: %w", err)
	}
	return k, nil
}

func (c *Cases) open(tx *sql.Tx, n New) (Case, error) {
	s, err := kindOf(n.Category, n.Scenario)
	if err != nil {
		return Case{}, err
	}
	if n.Key == (proof.Hash{}) {
		return Case{}, invalid("a case needs a key that is not zero")
	}
	k, found, err := c.byKey(tx, n.Key)
	if err != nil {
		return k, err
	}
	if found {
		k.show(c.now())
		return k, nil
	}
	if err := n.check(); err != nil {
		return Case{}, err
	}
	k = Case{
		ID: newUUID(), Asking: true, Category: s.Category, Scenario: s.Number, State: Open, Owner: owners[s.Category],
		Partner: n.Partner, Org: n.Org, Site: n.Site, PO: n.PO, Shipment: n.Shipment, Document: n.Document, Opened: n.Found, Note: n.Note, by: n.By, deadline: n.Deadline,
	}
	if now := c.now(); k.Opened.IsZero() || k.Opened.After(now) {
		k.Opened = now // no case is found in the future, whatever a device's clock says
	}
	if err := c.name(tx, &k); err != nil {
		return k, err
	}
	if err := c.wind(tx, &k, k.Opened, c.paceOf(tx, &k)); err != nil {
		return k, err
	}
	if err := c.insert(tx, &k, n.Key); err != nil {
		return k, err
	}
	if err := c.addItems(tx, &k, s, n.Items); err != nil {
		return k, err
	}
	k.show(c.now())
	return k, nil
}

// name finds a member's number in the address book.
func (c *Cases) name(tx *sql.Tx, k *Case) error {
	if k.Org == "" || k.Partner != 0 {
		return nil
	}
	p, found, err := c.Book.PartnerOf(tx, "", k.Org)
	if found {
		k.Partner = p.ID
	}
	return err
}

// paceOf are the rules for a partner's answer.
func (c *Cases) paceOf(tx *sql.Tx, k *Case) []deadline.Rule {
	var days int
	if err := tx.QueryRow(`SELECT days FROM case_pace WHERE partner = $1`, paceKey(k.Org, k.Partner)).Scan(&days); err == nil {
		return []deadline.Rule{deadline.Agreed(days)}
	}
	return deadline.For(deadline.ExceptionAnswer)
}

// wind sets a case's clock: what applies from a moment, at the site that it is about.
func (c *Cases) wind(tx *sql.Tx, k *Case, from time.Time, rules []deadline.Rule) error {
	zone, calendar, err := c.place(tx, k)
	if err != nil {
		return err
	}
	k.Due = deadline.Of(from, rules, zone, calendar)
	if !k.Suspect.IsZero() {
		for _, e := range deadline.Of(k.Suspect, suspectRules(), zone, calendar).All {
			k.Due = k.Due.Also(e.At, e.Rule)
		}
	}
	if !k.deadline.IsZero() && k.deadline.After(k.Opened) {
		k.Due = k.Due.Also(k.deadline, deadline.Offer)
	}
	return nil
}

// place is the zone and the holidays that a case's days are counted by: those of its
// site, or of the organisation's first one.
func (c *Cases) place(tx *sql.Tx, k *Case) (*time.Location, deadline.Calendar, error) {
	own, found, err := c.Book.PartnerOf(tx, k.Site, c.Org)
	if err != nil || !found || own.ID != partnerview.Self && own.Org != c.Org || len(own.Sites) == 0 {
		return time.UTC, deadline.Federal(), err
	}
	site := own.Sites[0]
	for _, s := range own.Sites {
		if s.GLN == k.Site {
			site = s
		}
	}
	zone, err := time.LoadLocation(site.Zone)
	if err != nil {
		return nil, deadline.Calendar{}, fmt.Errorf("the time zone of site %s: %w", site.GLN, err)
	}
	calendar, err := deadline.ParseCalendar(site.Calendar)
	if err != nil && !strings.Contains(k.Note, site.GLN) {
		k.Note = strings.TrimSpace(k.Note + " The holiday list of site " + site.GLN + " can't be read, so its holidays don't count.")
	}
	return zone, calendar, nil
}

// AddItems adds to a case what was found later. An item that is there by its uuid, or
// as the same thing, is left as it is.
func (c *Cases) AddItems(ctx context.Context, name string, list []Item) (Case, error) {
	return c.change(ctx, name, func(tx *sql.Tx, k *Case) error {
		switch {
		case !k.Asking:
			return notNow("case %d is the partner's: what else is wrong is a case of your own", k.Number)
		case k.State.closed():
			return notNow("case %d is %s; open another one", k.Number, k.State)
		}
		s, err := kindOf(k.Category, k.Scenario)
		if err != nil {
			return err
		}
		if err = c.addItems(tx, k, s, list); err == nil && k.State != Open {
			k.State = Open // to be told
		}
		return err
	})
}

func (c *Cases) addItems(tx *sql.Tx, k *Case, s Scenario, list []Item) error {
	all, err := c.items(tx, k.Number)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, i := range all {
		there[i.UUID], there[i.mark()] = true, true
	}
	for _, i := range list {
		if err := i.normal(s); err != nil {
			return err
		}
		if there[i.UUID] || there[i.mark()] {
			continue
		}
		if i.UUID == "" {
			i.UUID = newUUID()
		}
		i.state = Asked
		if err := c.putItem(tx, k.Number, i); err != nil {
			return err
		}
		there[i.UUID], there[i.mark()] = true, true
		all = append(all, i)
	}
	if len(all) > ItemsMax {
		return limited("a case has at most %d items; open another one for the rest", ItemsMax)
	}
	k.Items = len(all)
	return c.save(tx, k)
}

// mark tells whether two items are about the same thing.
func (i *Item) mark() string {
	return strings.Join([]string{"", i.Path, i.GTIN, i.Lot, i.Serial, i.Says.Serial, i.Wrong, i.Rule}, "\x00")
}

// check refuses what no case can be opened with.
func (n New) check() error {
	if len(n.Items) == 0 || len(n.Items) > ItemsMax {
		return limited("a case has 1 to %d items, this one %d", ItemsMax, len(n.Items))
	}
	if n.Site != "" {
		if _, err := gs1.ParseGLN(n.Site); err != nil {
			return fmt.Errorf("the site: %w", invalid("%w", err))
		}
	}
	return texts(map[string]string{"organisation": n.Org, "order number": n.PO, "shipment": n.Shipment, "document": n.Document, "person": n.By, "note": n.Note})
}

func texts(list map[string]string) error {
	for name, text := range list {
		if len(text) > fieldMax || !utf8.ValidString(text) {
			return limited("the %s has %d bytes, more than %d, or is no text", name, len(text), fieldMax)
		}
	}
	return nil
}

// normal completes an item and refuses one that says nothing.
func (i *Item) normal(s Scenario) error {
	i.UUID = strings.ToLower(i.UUID)
	if i.UUID != "" && !pdg.IsUUID(i.UUID) {
		return invalid("%.80q is no UUID of an item", i.UUID)
	}
	if len(i.Path) > pathMax || len(i.In) > pathMax || len(i.Claim) > textMax || len(i.Comment) > textMax || !utf8.ValidString(i.Path+i.In+i.Claim+i.Comment) {
		return limited("an item's path, container or words are too long, or no text")
	}
	err := texts(map[string]string{
		"GTIN": i.GTIN, "lot": i.Lot, "serial number": i.Serial, "rule": i.Rule, "claimed GTIN": i.Says.GTIN, "claimed lot": i.Says.Lot,
		"claimed serial number": i.Says.Serial, "wrong identifier": i.Wrong, "right identifier": i.Right,
	})
	if err != nil {
		return err
	}
	if i.Ordered < 0 || i.Received < 0 || i.Ordered > quantityMax || i.Received > quantityMax {
		return invalid("an item has 0 to %d packages", quantityMax)
	}
	if i.Resolution == "" {
		i.Resolution = s.Request
	}
	if err := i.words(); err != nil {
		return err
	}
	i.identify()
	if i.Path == "" && i.GTIN == "" && i.Wrong == "" && i.Claim == "" {
		return invalid("an item needs a path, a GTIN, a wrong identifier, or words")
	}
	return i.dates()
}

// identify completes a path, a GTIN and a serial number from each other.
func (i *Item) identify() {
	if i.Path == "" && i.GTIN != "" && i.Serial != "" {
		if path, err := gs1.SGTINPath(gs1.GTIN(i.GTIN), i.Serial); err == nil {
			i.Path = path
		}
		return
	}
	rest, ok := strings.CutPrefix(i.Path, "/01/")
	if !ok {
		return
	}
	gtin, serial, ok := strings.Cut(rest, "/21/")
	if i.GTIN == "" && len(gtin) == len("00000000000000") {
		i.GTIN = gtin
	}
	if plain, err := gs1.UnescapePath(serial); ok && err == nil && i.Serial == "" {
		i.Serial = plain
	}
}

// dates brings an item's dates into one form, and says where they may be others.
func (i *Item) dates() error {
	for _, f := range []*string{&i.Expiry, &i.Says.Expiry} {
		if *f == "" {
			continue
		}
		day, doubt, ok := pdg.ReadDate(*f)
		if !ok {
			return invalid("%.40q is no expiry; write it as 2027-01-31", *f)
		}
		if *f = day.Format(time.DateOnly); doubt != "" {
			i.Doubt = "expiry: " + doubt
		}
	}
	return nil
}

// keyOf makes a case's key from what makes it one.
func keyOf(parts ...string) proof.Hash {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return proof.Hash(h.Sum(nil))
}
