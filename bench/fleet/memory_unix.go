//go:build unix

package fleet

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// outsideHeap returns an empty slice with room for n bytes that the Go runtime
// doesn't count.
func outsideHeap(n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	area, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return area[:0], nil
}

// processCPU is the processor time that this process has used.
func processCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hold stops a process for a while, release lets it go on.
func hold(p *os.Process) error    { return p.Signal(syscall.SIGSTOP) }
func release(p *os.Process) error { return p.Signal(syscall.SIGCONT) }

// ownGroup keeps a terminal's interrupt from a child: its parent stops it.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
