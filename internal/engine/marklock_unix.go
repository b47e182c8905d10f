//go:build unix

package engine

import (
	"os"
	"syscall"
)

// lockFile keeps other processes away until this one ends.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
