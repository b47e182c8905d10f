package orgview

import (
	"time"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Member is an organisation as the API shows it. Heights are block heights; 0
// means "not".
type Member struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Standing    string       `json:"standing" doc:"active, suspended or removed"`
	Roles       string       `json:"roles" doc:"Names, with commas"`
	Admitted    uint64       `json:"admitted" doc:"Height of admission"`
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Keys        []Key        `json:"keys"`
	Prefixes    []Prefix     `json:"prefixes,omitempty"`
	Licences    []Licence    `json:"licences,omitempty"`
	Offers      []Prefix     `json:"offers,omitempty" doc:"Numbers that others offer it, which it may accept; at most 64 are shown"`
	Recovery    *Recovery    `json:"recovery,omitempty" doc:"The recovery under way, if there is one"`
}

// Recovery is what the council has opened for a member whose keys are lost.
type Recovery struct {
	Key    proof.Key `json:"key" doc:"The key that will take the place of all others"`
	Since  uint64    `json:"since,omitempty" doc:"Height from which the others will count as compromised"`
	Reason string    `json:"reason"`
	Opened uint64    `json:"opened" doc:"Height"`
	Due    time.Time `json:"due" doc:"Block time from which it can be finished; until then the member can veto it"`
}

// Identifier is a registered number.
type Identifier struct {
	Kind  string `json:"kind" doc:"gln, npi or dea"`
	Value string `json:"value"`
}

// Key is a signing key over its life.
type Key struct {
	ID          uint64    `json:"id"`
	Key         proof.Key `json:"key"`
	From        uint64    `json:"from"`
	To          uint64    `json:"to,omitempty" doc:"First height at which it is retired"`
	Compromised uint64    `json:"compromised,omitempty" doc:"First height at which it is known to be in other hands"`
}

// Prefix is a GS1 company prefix or a delegated number.
type Prefix struct {
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to,omitempty"`
	Owner  string `json:"owner,omitempty" doc:"Who delegated it; empty when it is the member's own"`
}

// Licence is a licence as it was recorded.
type Licence struct {
	Role     string `json:"role"`
	Place    string `json:"place"`
	Number   string `json:"number"`
	From     string `json:"from" doc:"First day of effect"`
	To       string `json:"to" doc:"Last day of effect"`
	Recorded uint64 `json:"recorded" doc:"Height at which it was recorded"`
	Revoked  string `json:"revoked,omitempty" doc:"First day on which it no longer holds"`
	By       string `json:"by,omitempty" doc:"Who recorded it; empty for the founding or the council"`
}

// offersShown is how many offers an answer holds.
const offersShown = 64

var standings = [...]string{"", "active", "suspended", "removed"}

// show turns a member's state into what the API shows.
func show(s ledger.State, id string, m proof.Member) Member {
	out := Member{ID: id, Name: m.Name, Standing: standings[m.Standing], Roles: org.Roles(m.Roles).String(), Admitted: m.Admitted}
	for _, i := range m.IDs {
		out.Identifiers = append(out.Identifiers, Identifier{org.IdentKind(i.Kind).String(), i.Value})
	}
	for _, k := range m.Keys {
		out.Keys = append(out.Keys, Key{k.ID, k.Key, k.From, k.To, k.Compromised})
	}
	for _, p := range m.Prefixes {
		out.Prefixes = append(out.Prefixes, Prefix{p.Prefix, p.From, p.To, p.Owner})
	}
	for _, l := range m.Licences {
		shown := Licence{Role: org.Roles(l.Role).String(), Place: l.Place, Number: l.Number, From: day(l.FromDay), To: day(l.ToDay), Recorded: l.Recorded, By: l.By}
		if l.Revoked != 0 {
			shown.Revoked = day(l.Revoked)
		}
		out.Licences = append(out.Licences, shown)
	}
	org.OffersTo(s, id, func(o org.Offer) bool {
		out.Offers = append(out.Offers, Prefix{o.Number, o.From, o.To, o.Owner})
		return len(out.Offers) < offersShown
	})
	if r, open := org.RecoveryOf(s, id); open {
		out.Recovery = &Recovery{r.Key, r.Since, r.Reason, r.Opened, time.Unix(int64(r.Due), 0).UTC()}
	}
	return out
}

func day(d uint64) string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }
