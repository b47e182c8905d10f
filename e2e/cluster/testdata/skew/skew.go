package main

import (
	"os"
	"strconv"
	"time"
)

// The clock is shifted before main runs, or after a while of the process's life.
var _ = shiftClock(os.Getenv("PEDIGREE_TEST_SKEW_SECONDS"), os.Getenv("PEDIGREE_TEST_SKEW_AFTER_SECONDS"))

// skewed is by how many seconds the clock is shifted, truly where it really is read.
var skewed, truly int64

// deceive puts a reading of the clock that adds skewed in the place of the system's
// own, of which truly is the address; it is zero on a system that has none.
func deceive()

func shiftClock(by, after string) bool {
	seconds, err := strconv.ParseInt(by, 10, 64)
	if err != nil {
		return false
	}
	wait, _ := strconv.ParseInt(after, 10, 64)
	shift := func() {
		skewed = seconds
		deceive()
		if truly == 0 {
			panic("this system has no clock that can be shifted for a test")
		}
	}
	if wait == 0 {
		shift()
		return true
	}
	go func() {
		time.Sleep(time.Duration(wait) * time.Second)
		shift()
	}()
	return true
}
