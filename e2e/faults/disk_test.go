//go:build linux

package faults

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pedigree/e2e/cluster"
)

// fullMember has a disk of its own.
const fullMember = "regulator"

// fullDiskRow fills a member's disk up to some room, which the node uses up; the node
// must end and say why, and start by itself when there is room again.
func fullDiskRow(s *scene) {
	m := s.Of(fullMember)
	m.SetAside(true)
	defer m.SetAside(false)
	filler := filepath.Join(m.Home, "filler")
	for i := range fullDisks {
		room := []int{0, 64 << 10, 1 << 20}[i%3] + s.rand.IntN(4096)
		before := len(m.Log())
		s.must(fill(filler, room))
		code, err := m.Ended(endWait)
		s.must(err)
		said := m.Log()[before:]
		if code == 0 || code == -1 || !strings.Contains(said, syscall.ENOSPC.Error()) {
			s.Fatal("with", room, "bytes left the node ended with exit code", code, "and said:", tail(said))
		}
		s.goesOn("while one has no disk")
		s.must(os.Remove(filler), m.Restart(s.T.Context(), 0))
		s.Logf("%d bytes were left", room)
	}
}

// fill takes all room of a disk but some. The node writes meanwhile, so what was free a
// moment ago may not be.
func fill(path string, room int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for range fillTries {
		var disk syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
			return err
		}
		free := int64(disk.Bavail)*int64(disk.Bsize) - int64(room)
		if free <= 0 {
			return nil
		}
		if err = syscall.Fallocate(int(f.Fd()), 0, 0, free); !errors.Is(err, syscall.ENOSPC) {
			return err
		}
	}
	return err
}

func tail(text string) string { return text[max(0, len(text)-2000):] }

// strace is what puts faults into the calls of the node's process; needs says why it
// can't.
func strace(inject string) (wrap []string, needs error) {
	path, err := exec.LookPath("strace")
	if err != nil {
		return nil, err
	}
	wrap = []string{path, "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:" + inject}
	if out, err := exec.Command(wrap[0], append(wrap[1:], "true")...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return wrap, nil
}

// failedSyncRow lets one sync of the disk fail: after it nobody knows what the disk
// holds, so the node must end and not try again.
func failedSyncRow(s *scene) {
	if _, needs := strace("error=EIO:when=1"); needs != nil {
		s.Skipf("needs root: strace with fault injection: %v", needs)
	}
	m := s.Of(fullMember)
	m.SetAside(true)
	defer m.SetAside(false)
	for range failedSyncs {
		at := 1 + s.rand.IntN(syncMax)
		wrap, err := strace(fmt.Sprintf("error=EIO:when=%d", at))
		s.must(err, m.Kill())
		before := len(m.Log())
		s.must(m.Start(cluster.Launch{Wrap: wrap}))
		code, err := m.Ended(endWait)
		s.must(err)
		if code == 0 {
			s.Fatal("sync", at, "failed and the node ended as if nothing were wrong:", tail(m.Log()[before:]))
		}
		s.must(m.Restart(s.T.Context(), 0))
		s.Logf("sync %d failed: exit code %d", at, code)
	}
}

// slowDiskRow makes each sync of one node slow; the network goes on, and the node
// keeps up or catches up.
func slowDiskRow(s *scene) {
	wrap, needs := strace(fmt.Sprintf("delay_enter=%d", slowSync.Microseconds()))
	if needs != nil {
		s.Skipf("needs root: strace with fault injection: %v", needs)
	}
	m := s.Of(fullMember)
	s.must(m.Kill(), m.Start(cluster.Launch{Wrap: wrap}), m.WaitReady(s.T.Context()))
	began := time.Now()
	s.goesOn("while one disk is slow")
	s.Logf("%d entries answered in %v", progress, time.Since(began).Round(time.Millisecond))
	s.must(m.Kill(), m.Restart(s.T.Context(), 0))
}
