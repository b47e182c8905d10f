//go:build unix

package engine

import (
	"os"
	"syscall"
	"time"
)

// lockFile keeps other processes away until this one ends. It tries for a moment:
// the process before may be just ending, and one that this program is starting
// holds a copy of every open file until it has become another program.
func lockFile(f *os.File) error {
	for try := 1; ; try++ {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || try == lockTries {
			return err
		}
		time.Sleep(lockPause)
	}
}
