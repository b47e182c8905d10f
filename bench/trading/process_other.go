//go:build !linux

package trading

import (
	"errors"
	"os/exec"
	"time"
)

func bind(*exec.Cmd) {}

func processorTime(int) (time.Duration, error) {
	return 0, errors.New("a node's processor time is read on Linux only")
}

func forgetPeak(int) error { return errors.New("a node's memory is read on Linux only") }

func peak(int) (int64, error) { return 0, errors.New("a node's memory is read on Linux only") }
