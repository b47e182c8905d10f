//go:build !linux

package pgtest

import (
	"fmt"
	"os"
	"syscall"
)

func give(string) error { return nil }

func asOwner() *syscall.SysProcAttr { return nil }

// launch starts the server's first process.
func (s *Server) launch() error {
	c := s.command("postgres", "-D", s.Data())
	if err := c.Start(); err != nil {
		return fmt.Errorf("couldn't start the PostgreSQL server: %w", err)
	}
	ended := make(chan struct{})
	s.process, s.ended = c, ended
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	return nil
}

// killAll kills a process; those that it started end when they notice.
func killAll(p *os.Process) error { return p.Kill() }
