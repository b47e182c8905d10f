package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// owner is the user that the server runs as: it refuses to be root.
func owner() (uid, gid int, change bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup("postgres") // comes with Debian's package
	if err != nil {
		u = &user.User{Uid: "65534", Gid: "65534"}
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, true
}

// give makes a folder the server's.
func give(dir string) error {
	if uid, gid, change := owner(); change {
		return os.Chown(dir, uid, gid)
	}
	return nil
}

// asOwner starts a process as the server's user, which ends when the tests do.
func asOwner() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid, change := owner(); change {
		a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}
	}
	return a
}

// launch starts the server's first process on a thread that lives as long as it,
// for the kernel ends a process when the thread ends that started it.
func (s *Server) launch() error {
	c := s.command("postgres", "-D", s.Data())
	started := make(chan error)
	s.ended = make(chan struct{})
	ended := s.ended
	go func() {
		runtime.LockOSThread() // to its end
		err := c.Start()
		started <- err
		if err == nil {
			_ = c.Wait()
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("couldn't start the PostgreSQL server: %w", err)
	}
	s.process = c
	return nil
}

// killAll kills a process, and then those that it started.
func killAll(p *os.Process) error {
	children, err := childrenOf(p.Pid)
	err = errors.Join(err, p.Kill())
	for _, pid := range children {
		if killed := syscall.Kill(pid, syscall.SIGKILL); !errors.Is(killed, syscall.ESRCH) {
			err = errors.Join(err, killed)
		}
	}
	return err
}

func childrenOf(parent int) (pids []int, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids, err
}
