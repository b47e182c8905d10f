//go:build crashpoints && unix

package crash

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
)

var arrivals struct {
	mu    sync.Mutex
	armed []byte // the file as it was last read
	count int    // arrivals at its point since
}

// At ends the process if the point is armed and this is the arrival.
func At(p Point) {
	if !slices.Contains(Points(), p) {
		panic(fmt.Sprintf("the crash point %q does not stand in Points", p))
	}
	path := os.Getenv(Variable)
	if path == "" {
		return
	}
	a := &arrivals
	a.mu.Lock()
	defer a.mu.Unlock()
	armed, err := os.ReadFile(path)
	if err != nil {
		return // nothing is armed
	}
	if !bytes.Equal(armed, a.armed) {
		a.armed, a.count = armed, 0
	}
	name, nth, ok := parse(armed)
	if !ok || name != p {
		return
	}
	if a.count++; a.count < nth {
		return
	}
	fmt.Fprintf(os.Stderr, "*** crash point %s ***\n", p)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // not one step further
}

// parse reads what Arm wrote.
func parse(text []byte) (Point, int, bool) {
	text, whole := bytes.CutSuffix(text, []byte("\n"))
	at := bytes.LastIndexByte(text, ' ')
	if !whole || at < 0 {
		return "", 0, false // it is being written
	}
	nth, err := strconv.Atoi(string(text[at+1:]))
	return Point(text[:at]), nth, err == nil
}
