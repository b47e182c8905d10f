//go:build unix

package vault

import (
	"os"
	"syscall"
)

// lockFile keeps other processes away until this one ends or closes the file.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
