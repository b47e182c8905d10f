package trading

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// bind ends a node with its parent, even if that is killed.
func bind(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// processorTime is what a process has taken of the processors so far. The unit of
// /proc's times is a hundredth of a second.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("couldn't read a node's processor time: %w", err)
	}
	_, rest, _ := bytes.Cut(text, []byte(") ")) // the name may hold spaces
	fields := bytes.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("couldn't read a node's processor time: %q", text)
	}
	var user, system int64
	if _, err := fmt.Sscan(string(fields[11])+" "+string(fields[12]), &user, &system); err != nil {
		return 0, fmt.Errorf("couldn't read a node's processor time: %w", err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// forgetPeak makes peak count from now on.
func forgetPeak(pid int) error {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
		return fmt.Errorf("couldn't reset a node's peak of memory: %w", err)
	}
	return nil
}

// peak is the most memory in bytes that a process held since forgetPeak.
func peak(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("couldn't read a node's memory: %w", err)
	}
	for line := range bytes.Lines(text) {
		var kilobytes int64
		if k, _ := fmt.Sscanf(string(line), "VmHWM: %d kB", &kilobytes); k == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, fmt.Errorf("couldn't read a node's memory: %q", text)
}
