package org_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// founder is a member of the test network; its signing key is the test key of its
// id, its consensus key the test key of its id with "-node" behind.
func founder(id string, roles org.Roles, validates bool) org.FoundingMember {
	m := org.FoundingMember{Admit: org.Admit{ID: id, Name: "Test member " + id, Roles: roles, Key: ledgertest.Key(id)}}
	if validates {
		m.Validator = ledgertest.Key(id + "-node")
	}
	return m
}

// founding is the network of the transcripts: four members, of which three make a
// quorum.
func founding() org.Founding {
	f := org.Founding{Members: []org.FoundingMember{
		founder("alpha", proof.RoleManufacturer, true),
		founder("beta", proof.RoleWholesaler, true),
		founder("gamma", proof.RoleDispenser|proof.RoleProvider, false),
		founder("state", proof.RoleBoard, false),
	}}
	f.Members[0].Prefixes = []string{"0614141"}
	f.Members[0].Identifiers = []org.Identifier{{Kind: proof.IdentGLN, Value: "0614141000012"}}
	f.Members[1].Licences = []org.LicenceTerms{{Role: proof.RoleWholesaler, Place: "US-CA", Number: "W-1", From: date("2026-01-01"), To: date("2026-12-31")}}
	return f
}

func date(text string) org.Day {
	var d org.Day
	if err := d.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return d
}

func encoded(f org.Founding) map[string][]byte {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return map[string][]byte{"org": b}
}

func script(f org.Founding) ledgertest.Script {
	symbols := map[string]string{}
	for _, m := range f.Members {
		symbols["@k."+m.ID], symbols["@k."+m.ID+"-node"] = m.Key.String(), ledgertest.Key(m.ID+"-node").String()
	}
	return ledgertest.Script{
		Modules: []ledger.Module{org.Module()}, Governor: org.Governor{}, Founding: encoded(f), Symbols: symbols,
		Print: map[string]func(key, value []byte) (string, string){
			"org/member":     printMember,
			"org/vote":       printVote,
			"org/identifier": printIdentifier,
			"org/lapse":      printLapse,
		},
	}
}

func printMember(key, value []byte) (string, string) {
	m, err := proof.DecodeMember(value)
	if err != nil {
		return string(key), err.Error()
	}
	standing := [...]string{"", "active", "suspended", "removed"}[m.Standing]
	lines := []string{m.Name, standing, "roles " + org.Roles(m.Roles).String(), fmt.Sprintf("admitted %d", m.Admitted)}
	for _, i := range m.IDs {
		lines = append(lines, fmt.Sprintf("%s %s", org.IdentKind(i.Kind), i.Value))
	}
	for _, k := range m.Keys {
		lines = append(lines, fmt.Sprintf("key %d %s from %d", k.ID, k.Key, k.From)+unlessZero(" to ", k.To)+unlessZero(" compromised ", k.Compromised))
	}
	for _, p := range m.Prefixes {
		line := fmt.Sprintf("prefix %s from %d", p.Prefix, p.From) + unlessZero(" to ", p.To)
		if p.Owner != "" {
			line += " of " + p.Owner
		}
		lines = append(lines, line)
	}
	for _, l := range m.Licences {
		line := fmt.Sprintf("licence %s %s %s %s to %s, recorded %d", org.Roles(l.Role), l.Place, l.Number, org.Day(l.FromDay), org.Day(l.ToDay), l.Recorded)
		if l.By != "" {
			line += " by " + l.By
		}
		if l.Revoked != 0 {
			line += ", revoked from " + org.Day(l.Revoked).String()
		}
		lines = append(lines, line)
	}
	return string(key), strings.Join(lines, "\n")
}

func unlessZero(what string, n uint64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(what, n)
}

func printVote(key, value []byte) (string, string) {
	return fmt.Sprintf("%x %s", key[:proof.HashSize], key[proof.HashSize:]), [...]string{"", "yes", "no"}[value[0]]
}

func printLapse(key, value []byte) (string, string) {
	return fmt.Sprintf("%d %x", binary.BigEndian.Uint64(key), key[8:]), "of " + string(value[1:])
}

func printIdentifier(key, value []byte) (string, string) {
	return fmt.Sprintf("%s %s", org.IdentKind(key[0]), key[1:]), string(value[1:])
}

func TestTranscripts(t *testing.T) {
	s := script(founding())
	s.Seen = ledgertest.NewCoverage()
	s.Run(t, "testdata")
	for _, missing := range s.Seen.Missing(org.Module()) {
		// A key counts from the height after its entry, and the kernel looks keys up
		// before a block: only the mempool, between the two, can meet this one. See
		// TestAKeyIsNoAdmissionBeforeItsHeight.
		if missing != "no transcript shows the code "+org.CodeKeyEarly.Name {
			t.Error(missing)
		}
	}
}
