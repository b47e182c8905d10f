package ledger

import (
	"encoding/binary"
	"testing"
)

// counted is committed state that counts its reads: every second key is there.
type counted struct{ reads int }

func (c *counted) get(key []byte) ([]byte, bool) {
	c.reads++
	if key[len(key)-1]%2 == 0 {
		return nil, false
	}
	return append([]byte("value of "), key...), true
}

func (c *counted) each([]byte, func(key, value []byte) bool) {}

func rowKey(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func TestARowIsReadOnceAndReadsAsItIs(t *testing.T) {
	below := &counted{}
	r := &remembered{reader: below, rows: map[string]row{}}
	plain := &counted{}
	for range 3 {
		for i := range 10 {
			value, found := r.get(rowKey(i))
			want, there := plain.get(rowKey(i))
			if string(value) != string(want) || found != there {
				t.Errorf("row %d reads %q, %v, want %q, %v", i, value, found, want, there)
			}
		}
	}
	if below.reads != 10 {
		t.Errorf("10 rows were read %d times", below.reads)
	}
}

func TestRowsAreRememberedUpToTheirLimit(t *testing.T) {
	below := &counted{}
	r := &remembered{reader: below, rows: map[string]row{}}
	for range 2 {
		for i := range rowsRememberedMax + 1 {
			r.get(rowKey(i))
		}
	}
	if want := rowsRememberedMax + 2; below.reads != want || len(r.rows) != rowsRememberedMax {
		t.Errorf("%d reads and %d rows remembered, want %d and %d", below.reads, len(r.rows), want, rowsRememberedMax)
	}
}

func TestABlocksOwnWritesStandAboveWhatWasRead(t *testing.T) {
	base := newLayer(&remembered{reader: &counted{}, rows: map[string]row{}})
	key := rowKey(1)
	base.get(key)
	base.set(key, []byte("new"))
	if value, found := base.get(key); !found || string(value) != "new" {
		t.Errorf("a written row reads %q, %v", value, found)
	}
	base.del(key)
	if value, found := base.get(key); found {
		t.Errorf("a deleted row reads %q", value)
	}
}
