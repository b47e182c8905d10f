//go:build linux

package upgrade

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pedigree/domain/network"
	"pedigree/e2e/cluster"
)

// exitRefused is the exit code of a node that stops before an upgrade.
const exitRefused = 6

// The versions of the rules that the tests are about.
const (
	skipped = 2
	rolled  = 3
)

func TestFourCompaniesChangeTheRulesUnderLoad(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/upgrade -seed %d", *seed, *seed)
	s := &scene{T: t, Load: cluster.Found(t, cluster.Options{Program: present}).Load(*seed)}
	s.maker, s.wholesaler, s.pharmacy, s.regulator = s.Of("maker"), s.Of("wholesaler"), s.Of("pharmacy"), s.Of("regulator")
	s.goesOn("before anything is done")
	s.calledOff()
	s.skippedByAll()
	height := s.rolledOut()
	s.noticeIsLonger()
	s.Logf("the rules of version %d are in force from height %d on", rolled, height)
	s.Verify()
}

// calledOff schedules an upgrade, and has it cancelled.
func (s *scene) calledOff() {
	s.T.Helper()
	height := s.schedule(skipped, aheadCalm)
	if r, ready := s.status(s.regulator); ready || len(r.Ahead) != 1 || r.Ahead[0].Height != height || r.Ahead[0].Binary != s.release() {
		s.Errorf("the regulator reads %+v, ready %v, while an upgrade at height %d lies ahead", r, ready, height)
	}
	s.cancel(skipped)
	s.reaches(height+1, s.List...)
	s.inForce(1, s.List...)
}

// skippedByAll lets an upgrade come for which one node alone is ready. The network
// stands still, and all go back.
func (s *scene) skippedByAll() {
	s.T.Helper()
	s.roll(s.regulator, next)
	height := s.schedule(skipped, aheadCalm)
	if _, ready := s.status(s.regulator); !ready {
		s.Error("the node with the next release says that it is not ready")
	}
	old := []*cluster.Member{s.maker, s.wholesaler, s.pharmacy}
	for _, m := range old {
		s.halts(m, height)
	}
	time.Sleep(stillLasts)
	// It may lack the last block before, which the others had no time to pass on.
	if got := s.height(s.regulator); got >= height {
		s.Fatalf("one of four is at height %d; the upgrade is at %d", got, height)
	}
	s.must(s.regulator.End())
	for _, m := range s.List {
		s.must(appendTo(filepath.Join(m.Home, "pedigree.yaml"), fmt.Sprintf("skip_upgrade: %d\n", height)))
	}
	// The regulator leaves the next release where it is: skipping is what counts.
	for _, m := range s.List {
		s.must(m.Start(cluster.Launch{}))
	}
	s.takePart()
	s.goesOn("after all went back")
	s.reaches(height+2, s.List...)
	s.inForce(1, s.List...)
}

// rolledOut installs the next release on three nodes, one at a time, before an upgrade,
// and on the fourth too late.
func (s *scene) rolledOut() (height uint64) {
	s.T.Helper()
	before := s.newest()
	s.roll(s.maker, next)
	s.goesOn("while two nodes of four have the next release")
	took := s.newest() - before
	s.backUp(s.pharmacy)
	height = s.schedule(rolled, max(aheadCalm, took*aheadRolls))
	s.roll(s.wholesaler, next)
	s.goesOn("while three nodes of four have the next release")
	now := s.newest()
	s.Logf("three nodes of four were changed at height %d, the upgrade is at %d", now, height)
	if now >= height {
		s.Fatalf("the nodes were changed too late, at height %d, for an upgrade at height %d: this test must leave more time", now, height)
	}
	s.inForce(1, s.maker, s.wholesaler, s.regulator)

	s.halts(s.pharmacy, height)
	s.goesOn("while one of four stands before the upgrade")
	s.inForce(rolled, s.maker, s.wholesaler, s.regulator)
	for _, m := range s.List {
		if _, err := os.Stat(filepath.Join(m.Home, "data", fmt.Sprintf("before-version-%d", rolled))); err != nil {
			s.Error(err)
		}
	}
	s.rehearsed(height)
	s.pharmacy.Install(next)
	s.must(s.pharmacy.Restart(s.T.Context(), 0))
	s.reaches(s.height(s.maker), s.pharmacy)
	s.inForce(rolled, s.List...)
	return height
}

// backUp keeps a node's data and keys as they are before an upgrade.
func (s *scene) backUp(m *cluster.Member) {
	s.T.Helper()
	safe := m.Home + ".safe"
	s.must(os.Mkdir(safe, 0o700))
	for _, name := range []string{"keys", "node_key.json", "consensus_key.json", "api.token"} {
		if out, err := exec.CommandContext(s.T.Context(), "cp", "-r", filepath.Join(m.Home, name), safe).CombinedOutput(); err != nil {
			s.Fatalf("%v: %s", err, out)
		}
	}
	if code, out := s.verb(m, present, "backup", "--out", m.Home+".tar"); code != 0 {
		s.Fatalf("the backup ended with exit code %d:\n%s", code, out)
	}
}

// rehearsed restores the pharmacy from its backup of before the upgrade. With the old
// program it comes to the height as it did, and stops there again.
func (s *scene) rehearsed(height uint64) {
	s.T.Helper()
	m := s.pharmacy
	s.must(os.Rename(m.Home, m.Home+".lost"))
	if code, out := s.verb(m, present, "restore", m.Home+".tar", "--keys", m.Home+".safe"); code != 0 {
		s.Fatalf("the restore ended with exit code %d:\n%s", code, out)
	}
	s.must(m.Start(cluster.Launch{}))
	s.halts(m, height)
	if code, out := s.verb(m, present, "fsck"); code != 0 {
		s.Errorf("the restored node that stands before the upgrade is damaged, exit code %d:\n%s", code, out)
	}
}

// noticeIsLonger holds that a rule changed: what the first version takes is refused.
func (s *scene) noticeIsLonger() {
	s.T.Helper()
	height := s.height(s.maker) + 2*network.UpgradeNoticeMin
	d := s.act(s.maker, "upgrade", "propose", "--version", fmt.Sprint(rolled+1), "--height", fmt.Sprint(height), "--text", "too near")
	s.act(s.wholesaler, "org", "approve", d.ID.String())
	code, out := s.verb(s.pharmacy, present, "org", "approve", d.ID.String())
	if code != exitRefused {
		s.Errorf("an upgrade with the notice that version 1 asks for ended with exit code %d:\n%s", code, out)
	}
	s.Logf("refused, as the new rules ask: %s", out)
}

// inForce holds that nodes follow a version, and that the validators signed it.
func (s *scene) inForce(version uint64, list ...*cluster.Member) {
	s.T.Helper()
	for _, m := range list {
		if r, _ := s.status(m); r.Version != version {
			s.Errorf("%s says that version %d is in force at height %d, not %d", m.ID, r.Version, r.Height, version)
		}
		p, err := s.Prove(s.T.Context(), m)
		s.must(err)
		if h := p.Header.Signed.Header; h.AppVersion != version {
			s.Errorf("%s proves a header of height %d with version %d, not %d", m.ID, h.Height, h.AppVersion, version)
		}
	}
}

func (s *scene) takePart() {
	s.T.Helper()
	for _, m := range s.List {
		s.must(m.WaitReady(s.T.Context()))
	}
}

// release is the SHA-256 of the next program.
func (s *scene) release() string {
	s.T.Helper()
	raw, err := os.ReadFile(next)
	s.must(err)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Close()
}
