package main

import (
	"testing"
	"time"

	"pedigree/internal/courier"
	"pedigree/internal/exchange"
)

func TestDeliveriesAndWaysOfHostedOrganisationsAreSummedWithoutNames(t *testing.T) {
	at := time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)
	s := &hosting{orgs: map[string]*hostedOrg{"corner": {}, "market": {}, "silent": {}}}
	s.noteMail("corner", exchange.Figures{Out: map[string]int{"dead": 2, "sending": 7}, In: map[string]int{"stuck": 1}, OldestOut: time.Hour}, at)
	s.noteMail("market", exchange.Figures{Out: map[string]int{"dead": 3}, OldestOut: 50 * time.Minute, OldestIn: time.Minute}, at.Add(-20*time.Minute))
	s.noteMail("gone", exchange.Figures{Out: map[string]int{"dead": 99}}, at)
	s.noteWays("corner", courier.Figures{Failing: 1, Files: map[string]int{"failed": 4, "taken": 9}, Parcels: map[string]int{"failed": 2, "sent": 9}, Oldest: time.Hour}, at)
	s.noteWays("market", courier.Figures{Failing: 2, Files: map[string]int{"failed": 1}, Oldest: 2 * time.Minute}, at)
	s.noteWays("gone", courier.Figures{Failing: 99}, at)
	want := map[string]float64{
		"pedigree_hosted_ways_inlets_failing": 3, "pedigree_hosted_ways_files_failed": 5, "pedigree_hosted_ways_parcels_failed": 2,
		"pedigree_hosted_ways_oldest_parcel_seconds": (65 * time.Minute).Seconds(),
		"pedigree_hosted_organisations":              3, "pedigree_hosted_exchange_dead": 5, "pedigree_hosted_exchange_stuck": 1,
		"pedigree_hosted_exchange_oldest_out_seconds": (50*time.Minute + 25*time.Minute).Seconds(), "pedigree_hosted_exchange_oldest_in_seconds": (time.Minute + 25*time.Minute).Seconds(),
	}
	for _, m := range s.metrics(at.Add(5 * time.Minute)) {
		if m.Label != "" || len(m.Samples) != 1 || m.Samples[0].Value != want[m.Name] {
			t.Errorf("%s is %+v, want %v", m.Name, m.Samples, want[m.Name])
		}
		delete(want, m.Name)
	}
	if len(want) != 0 {
		t.Errorf("not given: %v", want)
	}
	s.noteMail("corner", exchange.Figures{}, at)
	s.noteMail("market", exchange.Figures{}, at)
	s.noteWays("corner", courier.Figures{}, at)
	s.noteWays("market", courier.Figures{}, at)
	for _, m := range s.metrics(at.Add(time.Hour)) {
		if m.Name != "pedigree_hosted_organisations" && m.Samples[0].Value != 0 {
			t.Errorf("%s is %v when nothing waits", m.Name, m.Samples[0].Value)
		}
	}
}
