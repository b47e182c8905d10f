package engine

import (
	"os"
	"syscall"
)

// syncData makes the bytes of a file durable. Its size never changes, so there
// is nothing else about the file that would have to reach the disk.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return err
		}
	}
}
