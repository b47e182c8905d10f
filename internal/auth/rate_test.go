package auth

import (
	"strconv"
	"testing"
	"time"
)

func TestAnAllowanceEndsAtItsBurstAndComesBackWithTime(t *testing.T) {
	now := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	l := NewLimiter(Rate{Every: 6 * time.Second, Burst: 3}, func() time.Time { return now })
	for i := range 3 {
		if _, ok := l.Take("a"); !ok {
			t.Fatalf("the %d. of 3 is refused", i+1)
		}
	}
	wait, ok := l.Take("a")
	if ok || wait != 6*time.Second {
		t.Fatalf("one past the burst: %v, wait %v", ok, wait)
	}
	if _, ok := l.Take("b"); !ok {
		t.Error("another key pays for it")
	}
	now = now.Add(wait)
	if _, ok := l.Take("a"); !ok {
		t.Error("after the wait it is refused again")
	}
	if _, ok := l.Take("a"); ok {
		t.Error("the wait gave more than one")
	}
}

func TestALimiterRemembersAsManyKeysAsItsLimit(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	l := NewLimiter(Rate{Every: time.Hour, Burst: 1}, func() time.Time { return now })
	for i := range keysMax {
		l.Take(strconv.Itoa(i))
	}
	if _, ok := l.Take("0"); ok {
		t.Error("at the limit a key is forgotten")
	}
	l.Take("one more") // forgets 1, the quietest
	if len(l.byKey) != keysMax || l.order.Len() != keysMax {
		t.Errorf("%d keys, %d in order; the limit is %d", len(l.byKey), l.order.Len(), keysMax)
	}
	if _, ok := l.Take("0"); ok {
		t.Error("a key that was used lately is forgotten")
	}
	if _, ok := l.Take("1"); !ok {
		t.Error("the key that was quiet longest is remembered past the limit")
	}
}
