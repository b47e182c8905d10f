package main

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/care"
	"pedigree/internal/config"
	"pedigree/internal/freeport"
	"pedigree/internal/vault"
)

// TestEachLineOfDoctorCanFail makes what each check looks for, good and bad. Those
// of files, secrets and a whole node are in testdata/script/doctor.txt.
func TestEachLineOfDoctorCanFail(t *testing.T) {
	figures := func(name, value string) map[string]string {
		return map[string]string{"pedigree_build_info": version, "pedigree_vault_failed": "0", "pedigree_vault_readable": "1", "pedigree_prekeys_unused": "1000", "pedigree_scrub_faults": "0", name: value}
	}
	backup := func(age time.Duration) func(*examination) {
		return func(e *examination) {
			if err := e.home.noteBackup(care.Manifest{Taken: time.Now().Add(-age), Height: 7}); err != nil {
				t.Fatal(err)
			}
			e.backup()
		}
	}
	for _, c := range []struct {
		name, check, want string
		look              func(e *examination)
	}{
		{"a disk with room", "disk", doctorOK, func(e *examination) { e.room(20, 100, nil) }},
		{"a disk that fills up", "disk", doctorWarn, func(e *examination) { e.room(19, 100, nil) }},
		{"a disk at its last room", "disk", doctorWarn, func(e *examination) { e.room(5, 100, nil) }},
		{"a full disk", "disk", doctorFail, func(e *examination) { e.room(4, 100, nil) }},
		{"a disk that can't be asked", "disk", doctorWarn, func(e *examination) { e.room(0, 0, errors.New("gone")) }},
		{"a clock that is right", "clock", doctorOK, func(e *examination) { e.blockTime(-9 * time.Second) }},
		{"a clock that is behind", "clock", doctorFail, func(e *examination) { e.blockTime(-11 * time.Second) }},
		{"a block of this minute", "last block", doctorOK, func(e *examination) { e.blockTime(time.Minute) }},
		{"a block of some minutes ago", "last block", doctorWarn, func(e *examination) { e.blockTime(4 * time.Minute) }},
		{"a network that stands still", "last block", doctorFail, func(e *examination) { e.blockTime(16 * time.Minute) }},
		{"a node of this version", "version", doctorOK, func(e *examination) { e.version(figures("", "")) }},
		{"a node of another version", "version", doctorWarn, func(e *examination) { e.version(figures("pedigree_build_info", "v0")) }},
		{"a store that works", "private store", doctorOK, func(e *examination) { e.privateStore(figures("", "")) }},
		{"a store whose disk failed", "private store", doctorFail, func(e *examination) { e.privateStore(figures("pedigree_vault_failed", "1")) }},
		{"a store that can't be read", "private store", doctorFail, func(e *examination) { e.privateStore(figures("pedigree_vault_readable", "0")) }},
		{"a store that is as it was written", "what is stored", doctorOK, func(e *examination) { e.stored(figures("", "")) }},
		{"a store that was changed", "what is stored", doctorFail, func(e *examination) { e.stored(figures("pedigree_scrub_faults", "1")) }},
		{"a store that nobody reads", "what is stored", doctorWarn, func(e *examination) { e.stored(map[string]string{}) }},
		{"keys for some time", "prekeys", doctorOK, func(e *examination) { e.prekeys(figures("pedigree_prekeys_unused", "100")) }},
		{"few keys", "prekeys", doctorWarn, func(e *examination) { e.prekeys(figures("pedigree_prekeys_unused", "99")) }},
		{"keys that nobody counted", "prekeys", doctorWarn, func(e *examination) { e.prekeys(map[string]string{}) }},
		{"no offer that waits", "offers", doctorOK, func(e *examination) { e.overdue(0, nil) }},
		{"an offer that nobody took", "offers", doctorWarn, func(e *examination) { e.overdue(1, nil) }},
		{"offers that can't be asked for", "offers", doctorWarn, func(e *examination) { e.overdue(0, errors.New("gone")) }},
		{"a backup of today", "backup", doctorOK, backup(23 * time.Hour)},
		{"a backup of the day before", "backup", doctorWarn, backup(25 * time.Hour)},
		{"no backup", "backup", doctorWarn, func(e *examination) { e.backup() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
				t.Fatal(err)
			}
			e := &examination{home: home{dir}}
			c.look(e)
			checkFinding(t, e, c.check, c.want)
		})
	}
}

// goodServer is a database server as it should be.
func goodServer() vault.ServerState {
	return vault.ServerState{User: "pedigree", Schema: "pedigree_maker", MayMake: true, MayUse: true, Amcheck: true, Remote: true, TLS: "TLSv1.3", NamesMatch: true, Free: 25, Wanted: 25}
}

// TestEachLineAboutTheServerCanFail is about what an examination found; how it is
// found is tested with the private store.
func TestEachLineAboutTheServerCanFail(t *testing.T) {
	type state = vault.ServerState
	rights, secrecy, room, limits := (*examination).serverRights, (*examination).serverTLS, (*examination).serverRoom, (*examination).serverLimits
	for _, c := range []struct {
		name, check, want string
		look              func(*examination, state)
		change            func(*state)
	}{
		{"a user with its rights", "server rights", doctorOK, rights, func(*state) {}},
		{"a schema that can't be made", "server rights", doctorFail, rights, func(s *state) { s.MayMake = false }},
		{"a schema that is there needs no more", "server rights", doctorOK, rights, func(s *state) { s.MayMake, s.IsThere = false, true }},
		{"a schema of another user", "server rights", doctorFail, rights, func(s *state) { s.MayUse = false }},
		{"a table of another user", "server rights", doctorFail, rights, func(s *state) { s.Foreign = "note" }},
		{"a superuser", "server rights", doctorWarn, rights, func(s *state) { s.Superuser = true }},
		{"no amcheck", "server rights", doctorWarn, rights, func(s *state) { s.Amcheck = false }},
		{"a server that proved its name", "server TLS", doctorOK, secrecy, func(*state) {}},
		{"a server that any certificate would do for", "server TLS", doctorWarn, secrecy, func(s *state) { s.NamesMatch = false }},
		{"clear text over a network", "server TLS", doctorFail, secrecy, func(s *state) { s.TLS = "" }},
		{"clear text within the machine", "server TLS", doctorOK, secrecy, func(s *state) { s.TLS, s.Remote = "", false }},
		{"enough connections", "server room", doctorOK, room, func(*state) {}},
		{"one connection too few", "server room", doctorWarn, room, func(s *state) { s.Free = 24 }},
		{"a node that has them already", "server room", doctorOK, room, func(s *state) { s.Free, s.Own = 0, 25 }},
		{"hardly any connection", "server room", doctorFail, room, func(s *state) { s.Free = 5 }},
		{"time-outs as they should be", "server limits", doctorOK, limits, func(*state) {}},
		{"a time-out of another's", "server limits", doctorWarn, limits, func(s *state) { s.Limits = []string{"idle_session_timeout is 7000 ms, not 0"} }},
		{"a clock that is right", "server clock", doctorOK, clockOf, func(s *state) { s.ClockAhead = 5 * time.Second }},
		{"a clock that is behind", "server clock", doctorWarn, clockOf, func(s *state) { s.ClockAhead = -6 * time.Second }},
		{"a clock that is far ahead", "server clock", doctorFail, clockOf, func(s *state) { s.ClockAhead = 6 * time.Minute }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, e := goodServer(), &examination{}
			c.change(&s)
			c.look(e, s)
			checkFinding(t, e, c.check, c.want)
		})
	}
}

func clockOf(e *examination, s vault.ServerState) { e.serverClock(s.ClockAhead) }

func checkFinding(t *testing.T, e *examination, check, want string) {
	t.Helper()
	for _, f := range e.list {
		if f.Check != check {
			continue
		}
		if f.Verdict != want || f.Text == "" || want == doctorFail && f.Do == "" {
			t.Errorf("%+v, want %s and what to do", f, want)
		}
		return
	}
	t.Errorf("there is no line %s among %+v", check, e.list)
}

func TestDoctorTellsPeersThatAnswerFromThoseThatDont(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	away, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	there, gone := config.Peer{Org: "there", Addr: l.Addr().String()}, config.Peer{Org: "gone", Addr: away}
	for _, c := range []struct {
		name    string
		peers   []config.Peer
		figures map[string]string
		want    string
	}{
		{"none are configured", nil, nil, doctorOK},
		{"one answers", []config.Peer{there}, nil, doctorOK},
		{"one of two answers", []config.Peer{there, gone}, nil, doctorWarn},
		{"none answers", []config.Peer{gone}, nil, doctorFail},
		{"all are connected already", []config.Peer{gone}, map[string]string{"pedigree_peers": "1"}, doctorOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &examination{}
			e.peers(t.Context(), config.Config{P2P: config.P2P{Peers: c.peers}}, c.figures)
			checkFinding(t, e, "peers", c.want)
		})
	}
}
