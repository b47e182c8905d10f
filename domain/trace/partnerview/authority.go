package partnerview

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/domain/org"
	"pedigree/format/register"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// The words of an authority.
const (
	Authorised    = "authorised"
	NotAuthorised = "not-authorised"
	Unknown       = "unknown"
)

// Query asks whether a partner was authorised to act in a role at a moment.
type Query struct {
	Partner int64     // number in the book; 0 when it is named otherwise
	Org     string    // its id on the ledger
	GLN     string    // of the site; without one, nothing is known but what holds for all sites
	Role    uint64    // one of proof's roles
	At      time.Time // now, when zero
}

// Authority answers a Query.
type Authority struct {
	Word     string    `json:"word" enum:"authorised,not-authorised,unknown"`
	Text     string    `json:"text" doc:"Why, and what to do next"`
	Needs    []Need    `json:"needs,omitempty" doc:"What a partner of the role must have, and what is known of it"`
	Grounds  []Ground  `json:"grounds" doc:"All that was found, also what contradicts"`
	At       time.Time `json:"at" doc:"The moment that is asked about"`
	KnownAt  time.Time `json:"known_at" doc:"The moment up to which what was known counts"`
	Height   uint64    `json:"height,omitempty" doc:"Of the ledger, when its word was last new"`
	Evidence int64     `json:"evidence,omitempty" doc:"Number of the check that was kept"`
}

// Need is one kind of ground without which a partner of a role isn't authorised.
type Need struct {
	Kind  register.Kind `json:"kind" doc:"licence, registration or reporting"`
	State string        `json:"state,omitempty" doc:"in-effect, ended, suspended, revoked, absent or stale; empty when nothing tells of it"`
}

// Ground is one thing that speaks for or against a partner.
type Ground struct {
	Kind   register.Kind `json:"kind" doc:"licence, registration, reporting or accreditation; empty for membership"`
	Source string        `json:"source" doc:"ledger, or a list's name"`
	State  string        `json:"state" doc:"in-effect, ended, suspended, revoked, absent or stale"`
	Number string        `json:"number,omitempty"`
	Place  string        `json:"place,omitempty"`
	From   time.Time     `json:"from,omitzero"`
	To     time.Time     `json:"to,omitzero" doc:"Last day of effect"`
	AsOf   time.Time     `json:"as_of,omitzero" doc:"Day of the list"`
	List   int64         `json:"list,omitempty"`
	Line   int           `json:"line,omitempty"`
	Known  int           `json:"known" doc:"1 proved by the ledger, 3 reported by a list"`
}

// The states of a ground, from the gravest.
const (
	revoked   = "revoked"
	suspended = "suspended"
	absent    = "absent"
	ended     = "ended"
	stale     = "stale"
	inEffect  = "in-effect"
)

var gravest = []string{revoked, suspended, absent, ended, stale, inEffect}

// required are the grounds that make a partner of a role an authorised trading partner
// (FD&C Act section 581(2)).
func required(role uint64) ([]register.Kind, error) {
	switch role {
	case proof.RoleManufacturer, proof.RoleRepackager:
		return []register.Kind{register.Registration}, nil
	case proof.RoleWholesaler, proof.RoleThirdPartyLogistics:
		return []register.Kind{register.Licence, register.Reporting}, nil
	case proof.RoleDispenser:
		return []register.Kind{register.Licence}, nil
	}
	return nil, api.Coded(fmt.Errorf("authority is asked of a manufacturer, repackager, wholesaler, logistics or dispenser, one at a time; not of %q", org.Roles(role)), ledger.Invalid, "partner/invalid")
}

// inquiry is a Query with what was found for it.
type inquiry struct {
	tx      *sql.Tx
	known   int64
	role    uint64
	org     string
	site    Site
	at      time.Time
	day     int64 // of the site's zone
	grounds []Ground
	height  uint64
	today   *today // where many are asked about now
}

// judge answers a query from what was known at a moment, and from nothing else.
func (b *Book) judge(tx *sql.Tx, q Query, known int64) (Authority, error) {
	return b.inquire(&inquiry{tx: tx, known: known}, q)
}

func (b *Book) inquire(i *inquiry, q Query) (Authority, error) {
	kinds, err := required(q.Role)
	if err != nil {
		return Authority{}, err
	}
	i.role, i.org, i.at = q.Role, q.Org, q.At.UTC()
	if i.at.IsZero() {
		i.at = time.UnixMilli(i.known).UTC()
	}
	if err := b.place(i, q); err != nil {
		return Authority{}, err
	}
	if err := b.fromLedger(i); err != nil {
		return Authority{}, err
	}
	if err := i.fromLists(); err != nil {
		return Authority{}, err
	}
	a := Authority{Grounds: i.grounds, At: i.at, KnownAt: time.UnixMilli(i.known).UTC(), Height: i.height}
	for _, kind := range kinds {
		a.Needs = append(a.Needs, Need{kind, met(i.grounds, kind)})
	}
	a.Word, a.Text = conclude(i.grounds, a.Needs)
	return a, nil
}

// place finds the partner's site, and the day that it is there.
func (b *Book) place(i *inquiry, q Query) error {
	var p Partner
	var err error
	found := false
	if i.today != nil {
		p, found = i.today.partner, true
	} else if q.Partner != 0 {
		if p, found, err = b.entryAt(i.tx, q.Partner, i.known); err != nil {
			return err
		}
	}
	for _, key := range []string{q.GLN, q.Org} {
		if !found && err == nil {
			p, found, err = b.holder(i.tx, i.known, key)
		}
	}
	if err != nil {
		return err
	}
	if i.org == "" {
		i.org = p.Org
	}
	i.site, _ = p.site(q.GLN)
	zone, err := i.site.zone()
	if err != nil {
		return fmt.Errorf("couldn't tell the day at site %s: %w", i.site.GLN, err)
	}
	y, m, d := i.at.In(zone).Date()
	i.day = time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	return nil
}

func date(day int64) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Unix(day*86400, 0).UTC()
}

// fromLedger adds what the ledger says: whether it is a member in good standing, and
// its licences of the role. One of another state is no ground for this site.
func (b *Book) fromLedger(i *inquiry) error {
	if i.org == "" {
		return nil
	}
	newest, then, found, err := b.memberOf(i)
	if err != nil || !found {
		return err
	}
	i.height = newest.height
	if then.member.Standing != proof.MemberActive {
		i.grounds = append(i.grounds, Ground{Source: "ledger", State: suspended, Known: 1})
	}
	kind := register.Licence
	if i.role&(proof.RoleManufacturer|proof.RoleRepackager) != 0 {
		kind = register.Registration
	}
	for _, l := range newest.member.Licences {
		region := i.site.Region()
		elsewhere := kind == register.Licence && region != "" && l.Place != region
		if l.Role != i.role || elsewhere {
			continue
		}
		g := Ground{Kind: kind, Source: "ledger", State: ended, Number: l.Number, Place: l.Place, From: date(int64(l.FromDay)), To: date(int64(l.ToDay)), Known: 1}
		switch {
		case l.HoldsOn(uint64(max(i.day, 0))):
			g.State = inEffect
		case l.Revoked != 0 && int64(l.Revoked) <= i.day:
			g.State = revoked
		}
		i.grounds = append(i.grounds, g)
	}
	return nil
}

// fromLists adds what the lists say that cover the role and the place.
func (i *inquiry) fromLists() error {
	pairs, err := i.lists()
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		last := pair[len(pair)-1]
		region := i.site.Region()
		covers := last.mapping.Place == region || last.mapping.Place == i.site.Address.Country
		if uint64(last.role) != i.role || !covers || region == "" {
			continue
		}
		var base []Ground
		if pair[0].ID != 0 {
			if base, err = i.fromList(pair[0]); err != nil {
				return err
			}
		}
		i.grounds = append(i.grounds, base...)
		if len(pair) == 1 {
			continue
		}
		later, err := i.fromList(last)
		if err != nil {
			return err
		}
		for _, g := range later { // what a later list dates back
			if (g.State == revoked || g.State == suspended) && !g.From.IsZero() {
				i.grounds = append(i.grounds, g)
			}
		}
	}
	return nil
}

// fromList is what one list says of the site. A complete list that doesn't have it says
// so, if a person found before under which key it would be.
func (i *inquiry) fromList(l loadedList) (grounds []Ground, err error) {
	found := i.site.Facility != ""
	keys := []string{i.site.Facility}
	matched := false
	for _, k := range i.site.Keys {
		if k.Source == l.Source {
			keys, matched, found = append(keys, k.Key), true, true
		}
	}
	if !found {
		return nil, nil
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		rows, err := i.rows(l, key)
		if err != nil {
			return nil, err
		}
		grounds = append(grounds, rows...)
	}
	if len(grounds) == 0 && matched && l.mapping.Complete && l.Bad == 0 {
		g := l.ground()
		g.State = i.aged(l, absent)
		return []Ground{g}, nil
	}
	return grounds, nil
}

func (l loadedList) ground() Ground {
	return Ground{Kind: l.mapping.Kind, Source: l.Source, Place: l.mapping.Place, AsOf: date(l.day), List: l.ID, Known: 3}
}

func (i *inquiry) rows(l loadedList, key string) (grounds []Ground, err error) {
	if key == "" {
		return nil, nil
	}
	rows, err := i.tx.Query(`SELECT line, number, from_day, to_day, since_day, status FROM partner_row WHERE list = $1 AND key = $2 ORDER BY line LIMIT $3`, l.ID, key, rowsOfKeyMax)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r register.Row
		if err := rows.Scan(&r.Line, &r.Number, &r.From, &r.To, &r.Since, &r.Status); err != nil {
			return nil, err
		}
		g := l.ground()
		g.Number, g.Line, g.From, g.To = r.Number, r.Line, date(r.From), date(r.To)
		g.State = i.aged(l, i.state(r))
		if g.State == revoked || g.State == suspended {
			g.From = date(r.Since)
		}
		grounds = append(grounds, g)
	}
	return grounds, rows.Err()
}

// state is what a row says of the day.
func (i *inquiry) state(r register.Row) string {
	begun := r.Since == 0 || r.Since <= i.day
	switch {
	case r.Status == register.Revoked && begun:
		return revoked
	case r.Status == register.Suspended && begun:
		return suspended
	case r.Status == register.Expired && begun, r.To != 0 && r.To < i.day, r.From > i.day:
		return ended
	}
	return inEffect
}

// aged turns what an old list says into nothing, but for what ends only when somebody
// says so.
func (i *inquiry) aged(l loadedList, state string) string {
	if old := i.day-l.day > int64(l.mapping.Age()); old && state != revoked && state != suspended {
		return stale
	}
	return state
}

// conclude is the word that grounds make for what is needed. Of one number, the gravest
// word counts; of several licences, one in effect is enough.
func conclude(grounds []Ground, needs []Need) (word, text string) {
	if slices.ContainsFunc(grounds, func(g Ground) bool { return g.Kind == "" }) {
		return NotAuthorised, "it is suspended or removed as a member of the network; nothing may be exchanged with it until the council reinstates it"
	}
	word = Authorised
	var why []string
	for _, need := range needs {
		switch kind := need.Kind; need.State {
		case inEffect:
			why = append(why, string(kind)+" in effect")
		case "":
			word = worse(word, Unknown)
			why = append(why, fmt.Sprintf("nothing tells of its %s: record its key with pedigree partner match, and load a list that covers the role and the state with pedigree partner load", kind))
		case stale:
			word = worse(word, Unknown)
			why = append(why, fmt.Sprintf("the newest list that tells of its %s is too old; load a newer one", kind))
		default:
			word = NotAuthorised
			why = append(why, fmt.Sprintf("its %s is %s; ask the partner, and load a newer list when it has mended that", kind, need.State))
		}
	}
	return word, strings.Join(why, "; ")
}

func worse(a, b string) string {
	if a == NotAuthorised || b == NotAuthorised {
		return NotAuthorised
	}
	return b
}

// met is the state of a kind of ground: in effect when a number is that nothing graver
// is said of, else the gravest that is said; empty when nothing is. A complete list
// that lacks the place speaks of all numbers.
func met(grounds []Ground, kind register.Kind) string {
	byNumber := map[string]string{}
	all := ""
	for _, g := range grounds {
		if g.Kind != kind {
			continue
		}
		number := strings.ToUpper(strings.ReplaceAll(g.Number, " ", ""))
		byNumber[number] = graver(byNumber[number], g.State)
		all = graver(all, g.State)
	}
	if byNumber[""] == absent {
		return absent
	}
	for _, state := range byNumber {
		if state == inEffect {
			return inEffect
		}
	}
	return all
}

func graver(a, b string) string {
	for _, s := range gravest {
		if a == s || b == s {
			return s
		}
	}
	return ""
}
