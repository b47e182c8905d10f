package main

import (
	"os"
	"path/filepath"
)

// orgsFolder holds the homes of the organisations that a node hosts, by their ids.
const orgsFolder = "orgs"

// hosted is the home of an organisation that this home's node hosts. It has a
// card, keys, a private store and a quota, but neither a node nor a configuration.
func (h home) hosted(org string) home { return home{filepath.Join(h.dir, orgsFolder, org)} }

// host is the home of the node that hosts this home's organisation, if one does.
func (h home) host() (home, bool) {
	dir, err := filepath.Abs(h.dir)
	if err != nil || filepath.Base(filepath.Dir(dir)) != orgsFolder {
		return home{}, false
	}
	host := home{filepath.Dir(filepath.Dir(dir))}
	_, err = os.Stat(host.founding())
	return host, err == nil
}

func (h home) quota() string { return filepath.Join(h.dir, "quota.json") }

// network is the founding file of the home's network, which is its host's when one
// hosts it.
func (h home) network() string {
	if host, hosted := h.host(); hosted {
		return host.founding()
	}
	return h.founding()
}
