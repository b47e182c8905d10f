package partnerview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/proof"
)

// GLNs with right check digits under the prefixes that the tests use.
const (
	glnDock   = "0614141000012"
	glnOffice = "0614141000029"
	glnOther  = "0399991000015"
)

func (w world) add(t testing.TB, p Partner) Partner {
	t.Helper()
	p, err := w.Add(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w world) change(t testing.TB, id int64, change func(p *Partner)) Partner {
	t.Helper()
	p, err := w.Change(t.Context(), id, func(p *Partner) error { change(p); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w world) view(t testing.TB, do func(tx *sql.Tx) error) {
	t.Helper()
	if err := w.vault.View(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

func dock(city string) Site {
	return Site{GLN: glnDock, Name: "Dock", Address: Address{Street1: "1 Example Street", City: city, State: "IL", Postal: "62701", Country: "US"}, Zone: "America/Chicago"}
}

func TestADocumentOfLastMonthShowsLastMonthsAddress(t *testing.T) {
	w := newWorld(t)
	p := w.add(t, Partner{Name: "Wholesaler (test)", Org: "wholesaler", Roles: proof.RoleWholesaler, Sites: []Site{dock("Springfield")}})
	then := w.clock.at
	w.clock.at = then.AddDate(0, 1, 0)
	w.change(t, p.ID, func(p *Partner) { p.Sites[0] = dock("Peoria") })
	w.view(t, func(tx *sql.Tx) error {
		for _, c := range []struct {
			at   time.Time
			city string
		}{{then, "Springfield"}, {w.clock.at.Add(-time.Second), "Springfield"}, {w.clock.at, "Peoria"}} {
			party, found, err := w.PartyAt(tx, glnDock, c.at)
			if err != nil || !found || party.Address.City != c.city {
				t.Errorf("at %s it is in %q (found %t, %v), want %s", c.at, party.Address.City, found, err, c.city)
			}
		}
		party, _, err := w.PartyOf(tx, glnDock)
		want := dscsa.Party{GLN: glnDock, Name: "Dock", Place: glnDock}
		want.Address.Name, want.Address.Street1, want.Address.City, want.Address.State, want.Address.Postal, want.Address.Country = "Dock", "1 Example Street", "Peoria", "IL", "62701", "US"
		if diff := cmp.Diff(want, party); diff != "" || err != nil {
			t.Errorf("the party of today (-want +got, %v):\n%s", err, diff)
		}
		if _, found, err := w.PartyAt(tx, glnDock, then.Add(-time.Minute)); found || err != nil {
			t.Errorf("before it was entered it is found: %t, %v", found, err)
		}
		return nil
	})
	if p, err := w.Get(t.Context(), p.ID, then); err != nil || p.Sites[0].Address.City != "Springfield" {
		t.Errorf("the entry of then: %+v, %v", p, err)
	}
}

func TestAPartnerIsFoundByAnyOfItsGLNsAndByItsID(t *testing.T) {
	w := newWorld(t)
	office := Site{GLN: glnOffice, Use: "bill-to"}
	p := w.add(t, Partner{Name: "Wholesaler (test)", Org: "wholesaler", Sites: []Site{dock("Springfield"), office}})
	w.view(t, func(tx *sql.Tx) error {
		for _, c := range []struct {
			gln, org string
			found    bool
		}{{glnDock, "", true}, {glnOffice, "", true}, {"", "wholesaler", true}, {glnOther, "wholesaler", true}, {glnOther, "", false}, {"", "", false}} {
			got, found, err := w.PartnerOf(tx, c.gln, c.org)
			if err != nil || found != c.found || found && got.ID != p.ID {
				t.Errorf("%q, %q: partner %d, found %t, %v", c.gln, c.org, got.ID, found, err)
			}
		}
		party, _, _ := w.PartyOf(tx, glnOffice)
		if party.Name != "Wholesaler (test)" {
			t.Errorf("a site without a name is shown as %q, want the partner's", party.Name)
		}
		return nil
	})
}

func TestAGLNIsOnePartnersAtATime(t *testing.T) {
	w := newWorld(t)
	first := w.add(t, Partner{Name: "First (test)", Sites: []Site{dock("Springfield")}})
	_, err := w.Add(t.Context(), Partner{Name: "Second (test)", Sites: []Site{dock("Peoria")}})
	if err == nil || !strings.Contains(err.Error(), "partner 1, First (test) (Springfield, US-IL)") {
		t.Fatalf("a second claim of a GLN: %v", err)
	}
	second := w.add(t, Partner{Name: "Second (test)"})
	before := w.clock.at
	w.clock.at = before.Add(time.Hour)
	if err := w.Remove(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	w.change(t, second.ID, func(p *Partner) { p.Sites = []Site{dock("Peoria")} })
	w.view(t, func(tx *sql.Tx) error {
		for at, city := range map[time.Time]string{before.Add(time.Minute): "Springfield", w.clock.at.Add(time.Minute): "Peoria"} {
			if party, _, err := w.PartyAt(tx, glnDock, at); party.Address.City != city || err != nil {
				t.Errorf("at %s the GLN is in %q, %v; want %s", at, party.Address.City, err, city)
			}
		}
		return nil
	})
	if _, err := w.Get(t.Context(), first.ID, time.Time{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a removed partner: %v", err)
	}
	if p, err := w.Get(t.Context(), first.ID, before.Add(time.Minute)); err != nil || p.Name != "First (test)" {
		t.Errorf("a removed partner as it was: %+v, %v", p, err)
	}
}

func TestWritesAreInOrderWhateverTheClockDoes(t *testing.T) {
	w := newWorld(t)
	p := w.add(t, Partner{Name: "First name"})
	w.clock.at = w.clock.at.AddDate(0, 0, -1)
	again := w.change(t, p.ID, func(p *Partner) { p.Name = "Second name" })
	if !again.Since.After(p.Since) {
		t.Errorf("with the clock a day back, the second entry is from %s, the first from %s", again.Since, p.Since)
	}
	if got, err := w.Get(t.Context(), p.ID, time.Time{}); err != nil || got.Name != "Second name" {
		t.Errorf("it is %q, %v", got.Name, err)
	}
}

func TestWhatIsPrivateIsNowhereInClear(t *testing.T) {
	w := newWorld(t)
	w.add(t, Partner{
		Name: "Canary Wholesale", Sites: []Site{dock("Canaryville")},
		Contacts: []Contact{{Purpose: "recalls", Name: "Canary Person", Email: "canary@partner.example"}},
		Routes:   []Route{{Purpose: "ti", Way: "https", Format: dscsa.R13, Address: "https://canary.example/in"}},
	})
	w.view(t, func(tx *sql.Tx) error {
		var sealed []byte // the other columns are numbers
		if err := tx.QueryRow(`SELECT sealed FROM partner_entry`).Scan(&sealed); err != nil {
			return err
		}
		if bytes.Contains(bytes.ToLower(sealed), []byte("canary")) {
			t.Error("the store has a private text")
		}
		return nil
	})
	list, err := w.List(t.Context(), Filter{Text: "CANARYVILLE"})
	if err != nil || len(list) != 1 {
		t.Errorf("it is found %d times by its city, %v", len(list), err)
	}
}

func TestAnEntryThatCantBeUsedIsRefused(t *testing.T) {
	w := newWorld(t)
	contact := func(c Contact) Partner { return Partner{Name: "P", Contacts: []Contact{c}} }
	site := func(change func(s *Site)) Partner {
		s := dock("Springfield")
		change(&s)
		return Partner{Name: "P", Sites: []Site{s}}
	}
	many := func(n int) (p Partner) {
		p.Name = "P"
		for range n {
			p.Contacts = append(p.Contacts, Contact{Purpose: "orders", Phone: "1"})
		}
		return p
	}
	for name, c := range map[string]struct {
		p    Partner
		says string
	}{
		"without a name":                 {Partner{}, "has no name"},
		"an id that is none":             {Partner{Name: "P", Org: "Not An Id"}, "lower-case"},
		"a name over the limit":          {Partner{Name: strings.Repeat("é", 100) + "e"}, "more than 200"},
		"a name with a line end":         {Partner{Name: "P\nQ"}, "can't be printed"},
		"a GLN with another check digit": {site(func(s *Site) { s.GLN = "0614141000013" }), "check digit"},
		"a use that is none":             {site(func(s *Site) { s.Use = "sell-to" }), "none of ship-to"},
		"a zone that is none":            {site(func(s *Site) { s.Zone = "Springfield" }), "no time zone"},
		"the zone of the machine":        {site(func(s *Site) { s.Zone = "Local" }), "another place on each machine"},
		"a state in words":               {site(func(s *Site) { s.Address.State = "Illinois" }), "ISO 3166-2"},
		"a country in small letters":     {site(func(s *Site) { s.Address.Country = "us" }), "ISO 3166-2"},
		"a contact for nothing":          {contact(Contact{Purpose: "fun", Phone: "1"}), "exceptions, recalls or orders"},
		"a contact without a way":        {contact(Contact{Purpose: "recalls"}), "neither an e-mail"},
		"an e-mail address that is none": {contact(Contact{Purpose: "recalls", Email: "someone"}), "no e-mail address"},
		"too many contacts":              {many(contactsMax + 1), "more than 20"},
		"contacts for one purpose":       {many(2), "contact for orders twice"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := w.Add(t.Context(), c.p); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it is answered with %v, want %q", err, c.says)
			}
		})
	}
	w.add(t, Partner{Name: strings.Repeat("é", 100)})
	w.add(t, Partner{Name: "שם של חברה"})
}

func TestPartnerZeroIsTheOrganisationItself(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Get(t.Context(), Self, time.Time{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("before it is entered: %v", err)
	}
	w.change(t, Self, func(p *Partner) { p.Name, p.Sites = "Pharmacy (test)", []Site{dock("Springfield")} })
	p := w.add(t, Partner{Name: "Another (test)"})
	if p.ID != 1 {
		t.Errorf("the first partner is number %d", p.ID)
	}
	if own, err := w.Get(t.Context(), Self, time.Time{}); err != nil || own.Name != "Pharmacy (test)" {
		t.Errorf("the organisation itself: %+v, %v", own, err)
	}
}

func TestOfTwoChangesAtATimeOneIsRefused(t *testing.T) {
	w := newWorld(t)
	p := w.add(t, Partner{Name: "P"})
	_, err := w.Change(t.Context(), p.ID, func(mine *Partner) error {
		w.change(t, p.ID, func(p *Partner) { p.Name = "Theirs" })
		mine.Name = "Mine"
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "changed by another at the same time") {
		t.Errorf("the second change: %v", err)
	}
}

func TestRoutesThatLeadNowhereAPartnerIsAreRefused(t *testing.T) {
	away := map[string]string{"inside.example": "10.0.0.7", "here.example": "127.0.0.1", "cloud.example": "169.254.169.254", "partner.example": "93.184.215.14"}
	w := worldWith(t, Config{Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
		if a, ok := away[host]; ok {
			return []netip.Addr{netip.MustParseAddr("93.184.215.14"), netip.MustParseAddr(a)}, nil
		}
		return nil, errors.New("no such host")
	}})
	p := w.add(t, Partner{Name: "P"})
	for _, c := range []struct {
		name string
		r    Route
		says string // empty: it is taken
	}{
		{"a partner's URL", Route{Way: "https", Address: "https://partner.example/in"}, ""},
		{"a name that can't be resolved now", Route{Way: "sftp", Address: "sftp://later.example:2222/in"}, ""},
		{"a repository", Route{Way: "capture", Address: "https://partner.example/epcis/capture"}, ""},
		{"a repository without encryption", Route{Way: "capture", Address: "http://partner.example/capture"}, "write its address as https://"},
		{"a repository of the inside", Route{Way: "capture", Address: "https://inside.example/capture"}, "not one that a partner can have"},
		{"a member", Route{Way: "node", Address: "wholesaler"}, ""},
		{"a folder", Route{Way: "folder", Address: "/srv/out"}, ""},
		{"by hand", Route{Way: "hand"}, ""},
		{"a name of the inside", Route{Way: "https", Address: "https://inside.example/"}, "not one that a partner can have"},
		{"a name of this machine", Route{Way: "sftp", Address: "sftp://here.example/"}, "not one that a partner can have"},
		{"a cloud's credentials", Route{Way: "https", Address: "https://cloud.example/latest"}, "not one that a partner can have"},
		{"a private address", Route{Way: "https", Address: "https://192.168.1.1/"}, "not one that a partner can have"},
		{"this machine", Route{Way: "https", Address: "https://[::1]:8443/"}, "not one that a partner can have"},
		{"an address in a hidden form", Route{Way: "https", Address: "https://[::ffff:10.0.0.1]/"}, "not one that a partner can have"},
		{"no encryption", Route{Way: "https", Address: "http://partner.example/"}, "write its address as https://"},
		{"a secret in the URL", Route{Way: "https", Address: "https://user:secret@partner.example/"}, "name a credential"},
		{"a secret in the query", Route{Way: "https", Address: "https://partner.example/?key=secret"}, "name a credential"},
		{"a credential's value", Route{Way: "https", Address: "https://partner.example/", Credential: "pass word"}, "never written here"},
		{"a folder from here", Route{Way: "folder", Address: "out"}, "whole path"},
		{"a folder with a way up", Route{Way: "folder", Address: "/srv/../etc"}, "whole path"},
		{"by hand to somewhere", Route{Way: "hand", Address: "desk"}, "has no address"},
		{"a way that is none", Route{Way: "ftp", Address: "ftp://partner.example/"}, "there is no way"},
		{"an address over the limit", Route{Way: "https", Address: "https://partner.example/" + strings.Repeat("a", addressMax)}, "more than 500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.r.Purpose, c.r.Format = "ti", dscsa.R13
			_, err := w.Change(t.Context(), p.ID, func(p *Partner) error { p.Routes = []Route{c.r}; return nil })
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it is answered with %v, want %q", err, c.says)
			}
		})
	}
}
