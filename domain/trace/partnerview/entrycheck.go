package partnerview

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// The words that an entry may use.
var (
	siteUses = []string{"", "ship-to", "bill-to"}
	purposes = []string{"exceptions", "recalls", "orders"}
)

// check refuses an entry that can't be used, and says which part of it.
func (p Partner) check() error {
	if p.ID < 0 {
		return invalid("a partner's number is 0 for the organisation itself, or more; not %d", p.ID)
	}
	if p.Name == "" {
		return invalid("the partner has no name; give one")
	}
	if p.Org != "" {
		if err := org.CheckID(p.Org); err != nil {
			return fmt.Errorf("the partner's id on the ledger: %w", err)
		}
	}
	if p.Roles > proof.RolesMax {
		return invalid("the partner's roles have unknown ones")
	}
	if err := texts("partner", p.Name); err != nil {
		return err
	}
	for _, n := range []struct {
		what      string
		have, max int
	}{{"sites", len(p.Sites), sitesMax}, {"contacts", len(p.Contacts), contactsMax}, {"routes", len(p.Routes), routesMax}} {
		if n.have > n.max {
			return limited("the partner has %d %s, more than %d", n.have, n.what, n.max)
		}
	}
	for _, s := range p.Sites {
		if err := s.check(); err != nil {
			return err
		}
	}
	for _, c := range p.Contacts {
		if err := c.check(); err != nil {
			return err
		}
	}
	for _, r := range p.Routes {
		if err := r.check(); err != nil {
			return err
		}
	}
	return p.once()
}

// once refuses an entry that has a site, a contact's or a route's purpose twice.
func (p Partner) once() error {
	var names []string
	for _, s := range p.Sites {
		names = append(names, "site "+s.GLN)
	}
	for _, c := range p.Contacts {
		names = append(names, "contact for "+c.Purpose)
	}
	for _, r := range p.Routes {
		names = append(names, "route for "+r.Purpose)
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return invalid("the partner has the %s twice; keep one", names[i])
		}
	}
	return nil
}

func (s Site) check() error {
	if _, err := gs1.ParseGLN(s.GLN); err != nil {
		return err
	}
	if !slices.Contains(siteUses, s.Use) {
		return invalid("site %s: the use %q is none of ship-to and bill-to; leave it empty for both", s.GLN, s.Use)
	}
	if s.Zone == "Local" {
		return invalid("site %s: the zone Local means another place on each machine; name the place's, such as America/New_York", s.GLN)
	}
	if _, err := time.LoadLocation(s.Zone); err != nil {
		return invalid("site %s: there is no time zone %q; write it as in America/New_York", s.GLN, s.Zone)
	}
	a := s.Address
	if !region(a.Country, 2, 2) || !region(a.State, 1, 3) {
		return invalid("site %s: write the country as two capital letters and the state as the part of ISO 3166-2 after the hyphen, such as US and CA; not %q and %q", s.GLN, a.Country, a.State)
	}
	if len(s.Keys) > matchesMax {
		return limited("site %s is matched with %d keys of lists, more than %d", s.GLN, len(s.Keys), matchesMax)
	}
	return texts("site "+s.GLN, s.Name, a.Street1, a.Street2, a.City, a.Postal, s.Calendar, s.Facility)
}

// region accepts an empty text, or capital letters and, after a country, digits.
func region(s string, least, most int) bool {
	other := func(r rune) bool { return (r < 'A' || r > 'Z') && (least == 2 || r < '0' || r > '9') }
	return s == "" || len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, other)
}

func (c Contact) check() error {
	if !slices.Contains(purposes, c.Purpose) {
		return invalid("a contact is for exceptions, recalls or orders, not for %q", c.Purpose)
	}
	if c.Email == "" && c.Phone == "" {
		return invalid("the contact for %s has neither an e-mail address nor a telephone number; give one", c.Purpose)
	}
	if _, host, at := strings.Cut(c.Email, "@"); c.Email != "" && (!at || host == "") {
		return invalid("the contact for %s: %q is no e-mail address", c.Purpose, c.Email)
	}
	return texts("contact for "+c.Purpose, c.Name, c.Email, c.Phone)
}

// texts refuses what is too long, isn't UTF-8, or has characters that no name has.
func texts(of string, list ...string) error {
	for _, s := range list {
		if len(s) > textMax {
			return limited("%s: a text has %d bytes, more than %d", of, len(s), textMax)
		}
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return invalid("%s: %q has characters that can't be printed", of, s)
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Invalid, "partner/invalid")
}

func limited(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Limit, "partner/limit")
}

func conflict(format string, args ...any) error {
	return api.Coded(fmt.Errorf(format, args...), ledger.Conflict, "partner/conflict")
}

// ErrNotFound says that there is no such partner, or part of one.
var ErrNotFound = errors.New("not found")

func missing(format string, args ...any) error {
	return api.Coded(fmt.Errorf("%w: "+format, append([]any{ErrNotFound}, args...)...), ledger.NotFound, "partner/not-found")
}
