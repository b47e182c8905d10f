//go:build unix

package courier

import (
	"io/fs"
	"syscall"
)

// openFlags keep the opening of a file from waiting, and from following a link that
// took its place.
const openFlags = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// checkPlain refuses what is no file of its own: a link, a device, a pipe, or one that
// stands elsewhere too.
func checkPlain(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return refuse("it is no plain file")
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && s.Nlink > 1 {
		return refuse("it stands in another folder too (a hard link); copy it instead")
	}
	return nil
}

// mayChange tells whether this process may read and write in a folder.
func mayChange(folder string) error {
	const readWriteEnter = 4 | 2 | 1
	return syscall.Access(folder, readWriteEnter)
}
