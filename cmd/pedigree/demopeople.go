package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pedigree/internal/api"
	"pedigree/web/console"
)

// demoChain begins the chain id of every demonstration, and of no other network.
const demoChain = "pedigree-demo-"

// demoLinksFor is how long the links of a demonstration's people work.
const demoLinksFor = 12 * time.Hour

// demoPeopleFile is where a home of a demonstration names its people.
func (h home) demoPeopleFile() string { return filepath.Join(h.dir, "demo-people.json") }

// demoPeopleNote is what stands there.
type demoPeopleNote struct {
	Until  time.Time        `json:"until"`
	People []api.DemoPerson `json:"people"`
}

// demoPeople reads as whom anybody at this machine may sign in. It is nil, and the file
// is not looked at, unless the chain is a demonstration's and the interface can be
// reached from this machine alone.
func (h home) demoPeople(chain, listen string) func() []api.DemoPerson {
	host, _, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() || !strings.HasPrefix(chain, demoChain) {
		return nil
	}
	return func() []api.DemoPerson {
		var note demoPeopleNote
		raw, err := os.ReadFile(h.demoPeopleFile())
		if err != nil || json.Unmarshal(raw, &note) != nil || time.Now().After(note.Until) {
			return nil
		}
		return note.People
	}
}

// demoCast are the people of the demonstration.
var demoCast = []struct{ company, role, called, first, at string }{
	{"pharmacy", "pharmacist", "Pharmacist", "One pack is on hold: look at it, and decide.", "/"},
	{"pharmacy", "", "Owner of the pharmacy", "See what waits, and who may do what.", "/"},
	{"pharmacy", "regulator", "Inspector", "Look a pack up, and follow it to its maker.", "/"},
	{"wholesaler", "clerk", "Receiving clerk", "A pallet stands at the dock: receive it.", "/"},
	{"maker", "serialization", "Serialization manager", "The wholesaler reported a pack without data: answer it.", "/"},
}

// enterPeople enters the people of every company, as its owner would.
func (s *story) enterPeople() error {
	notes := map[string]*demoPeopleNote{}
	everybody := map[string][]api.DemoPerson{} // by company, as the other companies' pages name them
	for _, one := range demoCast {
		co := s.net.of(one.company)
		p := api.DemoPerson{Key: newDemoKey(), Role: one.called, First: one.first}
		if console.Ready() {
			p.At = "/console" + one.at
		}
		if one.role != "" {
			var u struct {
				ID string `json:"id"`
			}
			if err := co.node.Post(s.ctx, "/api/v1/people", map[string]string{"name": one.called + " (demonstration)"}, &u); err != nil {
				return err
			}
			if err := co.node.Put(s.ctx, "/api/v1/people/"+u.ID+"/roles/"+one.role); err != nil {
				return err
			}
			p.ID = u.ID
		}
		if notes[co.id] == nil {
			notes[co.id] = &demoPeopleNote{Until: time.Now().Add(demoLinksFor)}
		}
		notes[co.id].People = append(notes[co.id].People, p)
		s.people = append(s.people, demoGuest{Org: co.id, Role: one.called, First: one.first, URL: co.url + p.Link()})
		p.Elsewhere = co.url
		everybody[co.id] = append(everybody[co.id], p)
	}
	for id, note := range notes {
		for _, other := range slices.Sorted(maps.Keys(everybody)) {
			if other != id {
				note.People = append(note.People, everybody[other]...)
			}
		}
		if err := writeJSONFile(s.net.of(id).home.demoPeopleFile(), note); err != nil {
			return fmt.Errorf("couldn't name the people of the demonstration: %w", err)
		}
	}
	return nil
}

// demoGuest is a person of the demonstration as its end prints them.
type demoGuest struct {
	Org   string `json:"company"`
	Role  string `json:"role"`
	First string `json:"first"`
	URL   string `json:"url"`
}

func newDemoKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
