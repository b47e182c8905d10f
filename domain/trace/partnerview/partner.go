package partnerview

import (
	"time"

	"pedigree/domain/org"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

// Partner is a company that goods come from or go to.
type Partner struct {
	ID       int64     `json:"id" doc:"0 is the organisation itself"`
	Org      string    `json:"org,omitempty" doc:"Its id on the ledger, if it is a member"`
	Name     string    `json:"name"`
	Roles    org.Roles `json:"roles" doc:"Names, with commas"`
	Sites    []Site    `json:"sites"`
	Contacts []Contact `json:"contacts"`
	Routes   []Route   `json:"routes"`
	Since    time.Time `json:"since" doc:"From when this entry holds"`
}

// Site is a place of a partner, by its GLN.
type Site struct {
	GLN      string    `json:"gln"`
	Name     string    `json:"name"`
	Use      string    `json:"use,omitempty" doc:"ship-to, bill-to, or empty for both"`
	Address  Address   `json:"address"`
	Zone     string    `json:"zone,omitempty" doc:"IANA time zone of the place, such as America/New_York; UTC without one"`
	Calendar string    `json:"calendar,omitempty" doc:"Holiday list of the place"`
	Facility string    `json:"facility,omitempty" doc:"Number under which lists have the place: DUNS, FEI or the number of its licence"`
	Keys     []ListKey `json:"keys,omitempty" doc:"Keys under which a person found this place on lists"`
}

// Address is where a site is.
type Address struct {
	Street1 string `json:"street1,omitempty"`
	Street2 string `json:"street2,omitempty"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty" doc:"Such as CA; the part of ISO 3166-2 after the hyphen"`
	Postal  string `json:"postal,omitempty"`
	Country string `json:"country,omitempty" doc:"ISO 3166-1, two letters"`
}

// ListKey says under which key a list has a site, and who found that so.
type ListKey struct {
	Source string    `json:"source" doc:"The list's name"`
	Key    string    `json:"key"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Contact is whom to ask, by purpose.
type Contact struct {
	Purpose string `json:"purpose" doc:"exceptions, recalls or orders"`
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// Route is how documents of a purpose reach a partner.
type Route struct {
	Purpose    string        `json:"purpose" doc:"ti: transaction information; exceptions: cases"`
	Way        string        `json:"way" doc:"node, https, capture, sftp, folder or hand"`
	Format     dscsa.Version `json:"format" doc:"R1.2, R1.3, EPCIS2.0 or EPCIS2.0-XML"`
	Address    string        `json:"address,omitempty" doc:"Where it leads: a member's id, a URL, or a folder; empty for hand"`
	Credential string        `json:"credential,omitempty" doc:"Name of a credential in the configuration, never the credential"`
}

// Region is the ISO 3166-2 code of a site's address, such as US-CA, or its country.
func (s Site) Region() string {
	if s.Address.State == "" {
		return s.Address.Country
	}
	return s.Address.Country + "-" + s.Address.State
}

// zone is the time zone that the days of a site are counted in.
func (s Site) zone() (*time.Location, error) { return time.LoadLocation(s.Zone) }

// site is the partner's place with a GLN.
func (p Partner) site(gln string) (Site, bool) {
	for _, s := range p.Sites {
		if s.GLN == gln {
			return s, true
		}
	}
	return Site{}, false
}

// party is the partner at one of its places as a document names it.
func (p Partner) party(s Site) dscsa.Party {
	a := s.Address
	name := s.Name
	if name == "" {
		name = p.Name
	}
	return dscsa.Party{GLN: s.GLN, Name: name, Place: s.GLN, Address: epcis.Address{
		Name: name, Street1: a.Street1, Street2: a.Street2, City: a.City, State: a.State, Postal: a.Postal, Country: a.Country,
	}}
}
