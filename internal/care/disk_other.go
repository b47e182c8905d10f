//go:build !unix

package care

import "errors"

// DiskFree isn't known here.
func DiskFree(string) (free, total uint64, err error) {
	return 0, 0, errors.New("this system isn't asked how full a disk is")
}
