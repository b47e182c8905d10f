//go:build !linux

package statebench

import "time"

// processCPU isn't measured on this system.
func processCPU() time.Duration { return 0 }

// processMemory isn't measured on this system.
func processMemory() (int64, error) { return 0, nil }
