package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	"pedigree/client"
	"pedigree/domain/org/orgview"
	"pedigree/domain/trace/partnerview"
	"pedigree/internal/auth"
	"pedigree/internal/config"
	"pedigree/internal/keys"
)

// When doctor speaks of what comes to its end.
const (
	daysAhead         = 30 // certificates, licences, permits
	keyDaysAhead      = 14 // API keys, which live 90 days unless their maker says otherwise
	listDaysAhead     = 2  // licence lists
	sealKeyDaysMax    = 120
	prekeysLeastWarn  = 50 // of one partner
	unanchoredWarn    = 3 * time.Hour
	certificatesMax   = 64 // in one file
	certificateBytes  = 1 << 20
	prekeysNeverGiven = -1
)

// day is how long days are in what is told of them.
const day = 24 * time.Hour

// ending adds a line about something that ends at a moment.
func (e *examination) ending(check, what string, end time.Time, ahead int, do string) {
	left := time.Until(end)
	switch {
	case left <= 0:
		e.add(check, doctorFail, fmt.Sprintf("%s ended on %s", what, end.UTC().Format(time.DateOnly)), do)
	case left < time.Duration(ahead)*day:
		e.add(check, doctorWarn, fmt.Sprintf("%s ends on %s, in %s", what, end.UTC().Format(time.DateOnly), counted(int(left/day), "day", "days")), do)
	}
}

// unless adds the line that all is well with a check, unless there is one already.
func (e *examination) unless(check, text string) {
	for _, f := range e.list {
		if f.Check == check {
			return
		}
	}
	e.add(check, doctorOK, text, "")
}

// certificates looks at those that the configuration names.
func (e *examination) certificates(c config.TLS) {
	const check = "certificates"
	if c.Cert == "" {
		return // the interface has none, and a proxy before it is not ours to ask
	}
	files := map[string]string{"the interface's certificate": c.Cert, "the authority of machines' certificates": c.ClientCA}
	for _, what := range []string{"the interface's certificate", "the authority of machines' certificates"} {
		if files[what] == "" {
			continue
		}
		path := e.home.at(files[what])
		end, err := firstEnd(path)
		if err != nil {
			e.add(check, doctorFail, fmt.Sprintf("%s, %s: %v", what, path, err), "put the certificate there again, as PEM")
			continue
		}
		e.ending(check, what+", "+path+",", end, daysAhead, "have it renewed, put the new one there, and restart the node")
	}
	e.unless(check, fmt.Sprintf("good for %d days and more", daysAhead))
}

// firstEnd is when the first of a file's certificates ends.
func firstEnd(path string) (end time.Time, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return end, err
	}
	if info.Size() > certificateBytes {
		return end, fmt.Errorf("it has more than %d bytes", certificateBytes)
	}
	rest, err := os.ReadFile(path)
	if err != nil {
		return end, err
	}
	for range certificatesMax {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return end, err
		}
		if end.IsZero() || c.NotAfter.Before(end) {
			end = c.NotAfter
		}
	}
	if end.IsZero() {
		return end, errors.New("it holds no certificate")
	}
	return end, nil
}

// keyAges looks at how old the keys are that another one should follow.
func (e *examination) keyAges(list []keys.Status) {
	const check = "key age"
	verbs := map[keys.Name]string{
		keys.Organisation: "pedigree keys rotate organisation", keys.Consensus: "pedigree keys rotate consensus", keys.Node: "pedigree keys rotate node",
		keys.Token: "pedigree keys rotate token", keys.Vault: "pedigree keys rotate vault",
	}
	for _, st := range list {
		if do, is := verbs[st.Name]; is && !st.Since.IsZero() {
			if age := int(time.Since(st.Since) / day); age > keyDaysMax-daysAhead {
				e.add(check, doctorWarn, fmt.Sprintf("the %s key is %d days old; change it once a year", st.Name, age), do)
			}
		}
	}
	e.unless(check, "each is younger than a year")
}

// ends asks the running node for what comes to its end.
func (e *examination) ends(ctx context.Context, n *client.Client, own string) {
	var m orgview.Member
	if err := n.Get(ctx, "/api/v1/organisations/"+url.PathEscape(own), &m); err == nil {
		e.licences(m)
	}
	var machines []auth.APIKey
	if err := n.Get(ctx, "/api/v1/apikeys", &machines); err == nil {
		e.apiKeys(machines)
	}
	var permits []auth.Permit
	if err := n.Get(ctx, auth.PermitPath, &permits); err == nil {
		e.permits(permits)
	}
	var lists []partnerview.List
	if err := n.Get(ctx, "/api/v1/partners/lists", &lists); err == nil {
		e.licenceLists(lists)
	}
}

// licences looks at those of the organisation on the ledger. One that another of the same
// place and role follows is not missed.
func (e *examination) licences(m orgview.Member) {
	const check = "licences"
	last := map[string]orgview.Licence{}
	for _, l := range m.Licences {
		if id := l.Role + " " + l.Place; l.Revoked == "" && l.To >= last[id].To {
			last[id] = l
		}
	}
	for id, l := range last {
		if to, err := time.Parse(time.DateOnly, l.To); err == nil {
			e.ending(check, "the licence "+l.Number+" ("+id+")", to.Add(day), daysAhead, "have who recorded it, or the council, move its last day: pedigree org act renew-licence FILE (docs/reference/organisations.md)")
		}
	}
	if len(last) > 0 {
		e.unless(check, fmt.Sprintf("all %d on the ledger hold for %d days and more", len(last), daysAhead))
	}
}

// apiKeys looks at the keys of machines that work.
func (e *examination) apiKeys(list []auth.APIKey) {
	const check = "API keys"
	used := 0
	for _, k := range list {
		if k.Revoked.IsZero() && time.Now().Before(k.Until) {
			used++
			e.ending(check, "the key "+k.ID+" of "+k.Name, k.Until, keyDaysAhead, "pedigree apikeys create makes another; give it to the machine, then pedigree apikeys revoke "+k.ID)
		}
	}
	if used > 0 {
		e.unless(check, fmt.Sprintf("all %d hold for %d days and more", used, keyDaysAhead))
	}
}

// permits looks at the last permit of each kind. Where none was ever given none is
// needed, or `pedigree backup` says so.
func (e *examination) permits(list []auth.Permit) {
	const check = "permits"
	last := map[string]auth.Permit{}
	for _, p := range list {
		if id := p.Terms.For + " " + p.Terms.Who; !p.Ended && p.Until.After(last[id].Until) {
			last[id] = p
		}
	}
	for _, p := range last {
		do := "pedigree permits ask --restore --days 366, and a second person approves"
		if p.Terms.For == auth.PermitTake {
			do = "pedigree permits ask --to " + p.Terms.Who + " --days 366, and a second person approves"
		}
		e.ending(check, "the permit "+p.ID+" to "+p.Terms.For+" backups", p.Until, daysAhead, do)
	}
	if len(last) > 0 {
		e.unless(check, fmt.Sprintf("hold for %d days and more", daysAhead))
	}
}

// licenceLists looks at the newest list of each source.
func (e *examination) licenceLists(list []partnerview.List) {
	const check = "licence lists"
	last := map[string]partnerview.List{}
	for _, l := range list {
		if l.AsOf > last[l.Source].AsOf {
			last[l.Source] = l
		}
	}
	for source, l := range last {
		if until, err := time.Parse(time.DateOnly, l.Until); err == nil {
			e.ending(check, "what the list "+source+" of "+l.AsOf+" shows", until.Add(day), listDaysAhead, "get today's list from its board, and pedigree partner load MAPPING FILE --as-of DAY")
		}
	}
	if len(last) > 0 {
		e.unless(check, fmt.Sprintf("of %s, each new enough", counted(len(last), "source", "sources")))
	}
}

// figuresOld looks at what only figures of the running node tell.
func (e *examination) figuresOld(figures map[string]string, noticeDays int) {
	number := func(name string) (float64, bool) {
		n, err := strconv.ParseFloat(figures[name], 64)
		return n, err == nil
	}
	if n, known := number("pedigree_prekeys_least"); known && n > prekeysNeverGiven {
		if n < prekeysLeastWarn {
			e.add("partner keys", doctorWarn, fmt.Sprintf("of one partner %.0f receiving keys are left, so as many things can be shipped to it", n), "see with pedigree outbox list --kind prekeys-request whether the partner is reached; ask one without a mailbox for a file, and pedigree prekeys import FILE")
		} else {
			e.add("partner keys", doctorOK, fmt.Sprintf("%.0f and more of each partner are left", n), "")
		}
	}
	if n, known := number("pedigree_exchange_seal_key_age_seconds"); known && n >= 0 {
		if age := int(n / day.Seconds()); age > sealKeyDaysMax {
			e.add("sealing key", doctorWarn, fmt.Sprintf("partners seal to a key of %d days", age), "pedigree exchange rotate")
		} else {
			e.add("sealing key", doctorOK, counted(age, "day", "days")+" old", "")
		}
	}
	if all, known := number("pedigree_witnesses_configured"); known && all > 0 {
		if n, _ := number("pedigree_witnesses_cosigned"); n < all {
			e.add("witnesses", doctorWarn, fmt.Sprintf("%.0f of %.0f cosigned the newest checkpoint", n, all), "the log says why; pedigree checkpoint shows the newest one")
		} else {
			e.add("witnesses", doctorOK, fmt.Sprintf("all %.0f cosigned the newest checkpoint", all), "")
		}
	}
	if n, known := number("pedigree_audit_unanchored_seconds"); known {
		if age := time.Duration(n) * time.Second; age > unanchoredWarn {
			e.add("audit trail", doctorWarn, fmt.Sprintf("its lines of the last %s are not on the ledger", age.Round(time.Minute)), "the log says why the hash could not be put there; see peers and last block")
		} else {
			e.add("audit trail", doctorOK, "its newest lines are on the ledger, or soon will be", "")
		}
	}
	if n, known := number("pedigree_recall_notices_age_seconds"); known && n >= 0 {
		if age := int(n / day.Seconds()); age > noticeDays {
			e.add("recall notices", doctorWarn, fmt.Sprintf("the newest list is %d days old, so answers about goods from outside say CAN'T TELL", age), "pedigree recalls load FILE --source NAME --as-of DAY, with today's list")
		} else {
			e.add("recall notices", doctorOK, "the newest list is of the last "+counted(noticeDays, "day", "days"), "")
		}
	}
}
