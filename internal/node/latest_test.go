package node

import (
	"fmt"
	"testing"

	"pedigree/ledger"
)

// countedState is a state in memory that counts how often it is read.
type countedState struct {
	State
	height  int64
	rows    map[string]string
	reads   int
	reading func() // called within a read
}

func (c *countedState) Height() int64 { return c.height }

func (c *countedState) Get(key []byte) ([]byte, bool, error) {
	c.reads++
	v, ok := c.rows[string(key)]
	if c.reading != nil {
		c.reading()
	}
	return []byte(v), ok, nil
}

var _ ledger.Backend = (*latestState)(nil)

func get(t *testing.T, l *latestState, key string) string {
	t.Helper()
	v, found, err := l.Get([]byte(key))
	if err != nil || found != (len(v) > 0) {
		t.Fatalf("%q, %v, %v", v, found, err)
	}
	return string(v)
}

func TestRowsAreReadOnceAHeight(t *testing.T) {
	c := &countedState{height: 1, rows: map[string]string{"a": "1"}}
	l := &latestState{State: c}
	for range 3 {
		if get(t, l, "a") != "1" || get(t, l, "missing") != "" {
			t.Fatal("a row reads wrong")
		}
	}
	if c.reads != 2 {
		t.Errorf("two rows were read %d times", c.reads)
	}
	c.height, c.rows["a"], c.rows["missing"] = 2, "2", "3"
	if get(t, l, "a") != "2" || get(t, l, "missing") != "3" {
		t.Error("a row of an earlier height was remembered")
	}
}

func TestARowReadWhileABlockIsCommittedIsNotKept(t *testing.T) {
	c := &countedState{height: 1, rows: map[string]string{"a": "1"}}
	l := &latestState{State: c}
	c.reading = func() { c.height, c.rows["a"] = 2, "2" }
	get(t, l, "a")
	c.reading = nil
	if get(t, l, "a") != "2" {
		t.Error("the row from before the block is still given")
	}
}

func TestRowsOfAnEarlierHeightDontReplaceLaterOnes(t *testing.T) {
	c := &countedState{height: 5, rows: map[string]string{"a": "5"}}
	l := &latestState{State: c}
	get(t, l, "a")
	l.keep(4, []byte("a"), latestRow{[]byte("4"), true})
	if get(t, l, "a") != "5" {
		t.Error("an earlier row took the place of a later one")
	}
}

func TestRowsAreKeptUpToTheirLimit(t *testing.T) {
	c := &countedState{height: 1, rows: map[string]string{}}
	l := &latestState{State: c}
	for range 2 {
		for i := range latestRowsMax + 1 {
			get(t, l, fmt.Sprint(i))
		}
	}
	if want := latestRowsMax + 2; c.reads != want || len(l.rows) != latestRowsMax {
		t.Errorf("%d reads and %d rows kept, want %d and %d", c.reads, len(l.rows), want, latestRowsMax)
	}
}
