//go:build unix

package care

import (
	"fmt"
	"syscall"
)

// DiskFree returns how many bytes the file system of a folder has, and how many of
// them this user may still write.
func DiskFree(dir string) (free, total uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("couldn't ask how full the disk of %s is: %w", dir, err)
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil
}
