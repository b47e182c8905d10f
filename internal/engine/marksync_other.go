//go:build !linux

package engine

import "os"

// syncData makes a file durable with the strongest call the system has.
func syncData(f *os.File) error { return f.Sync() }
