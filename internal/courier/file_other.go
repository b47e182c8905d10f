//go:build !unix

package courier

import "io/fs"

const openFlags = 0

// checkPlain refuses what is no file of its own.
func checkPlain(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return refuse("it is no plain file")
	}
	return nil
}

// mayChange can't tell before something is written.
func mayChange(string) error { return nil }
