package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"
)

// clockTick is the unit of /proc's times, which Linux has fixed at a hundredth of
// a second for programs.
const clockTick = 10 * time.Millisecond

// busy is processor time: of the whole machine, and of this program with the
// children that have ended.
type busy struct{ all, ours time.Duration }

// readBusy reads both; ok is false where the system doesn't tell.
func readBusy() (b busy, ok bool) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return b, false
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	var user, nice, system, idle, wait, irq, soft, steal int64
	n, _ := fmt.Sscanf(string(line), "cpu %d %d %d %d %d %d %d %d", &user, &nice, &system, &idle, &wait, &irq, &soft, &steal)
	if n != 8 {
		return b, false
	}
	b.all = time.Duration(user+nice+system+irq+soft+steal) * clockTick
	own, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return b, false
	}
	_, rest, _ := strings.Cut(string(own), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return b, false
	}
	for _, f := range fields[11:15] { // utime, stime and those of ended children
		var ticks int64
		if _, err := fmt.Sscan(f, &ticks); err != nil {
			return b, false
		}
		b.ours += time.Duration(ticks) * clockTick
	}
	return b, true
}

// others says what share of the processors other programs took since then. Call
// it when the children have ended.
func (b busy) others(since time.Duration, processors int) (share float64, ok bool) {
	now, ok := readBusy()
	if !ok || since <= 0 {
		return 0, false
	}
	theirs := (now.all - b.all) - (now.ours - b.ours)
	return max(0, theirs.Seconds()/since.Seconds()/float64(processors)), true
}
