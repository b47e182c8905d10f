package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestEventsAreReadAsTheStandardHasThem(t *testing.T) {
	for _, one := range []struct {
		name, stream string
		want         []Event
	}{
		{"one with everything", "id: 7\nevent: scan\ndata: {}\n\n", []Event{{"7", "scan", []byte("{}")}}},
		{"comments and unknown fields", ": here\n\nwhat: ever\ndata:x\n\n", []Event{{"", "", []byte("x")}}},
		{"several lines of data", "data: a\ndata: b\n\n", []Event{{"", "", []byte("a\nb")}}},
		{"the id stays", "id: 7\ndata: a\n\ndata: b\n\n", []Event{{"7", "", []byte("a")}, {"7", "", []byte("b")}}},
		{"lines that end as in Windows", "id: 1\r\ndata: a\r\n\r\n", []Event{{"1", "", []byte("a")}}},
		{"an event that broke off is none", "id: 1\ndata: a\n\nid: 2\ndata: b\n", []Event{{"1", "", []byte("a")}}},
		{"an id with a zero byte counts not", "id: 1\x002\ndata: a\n\n", []Event{{"", "", []byte("a")}}},
	} {
		var got []Event
		d := eventReader{}
		if err := d.read(strings.NewReader(one.stream), func(e Event) error { got = append(got, e); return nil }); err != nil {
			t.Errorf("%s: %v", one.name, err)
		}
		if diff := cmp.Diff(one.want, got); diff != "" {
			t.Errorf("%s:\n%s", one.name, diff)
		}
	}
}

func TestAnEventOfAnySizeIsBounded(t *testing.T) {
	for _, stream := range []string{"data: " + strings.Repeat("x", eventBytesMax+1) + "\n\n", strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", eventBytesMax/1000) + "\n"} {
		d := eventReader{}
		if err := d.read(strings.NewReader(stream), func(Event) error { return nil }); err == nil {
			t.Error("an event of more than the limit was read")
		}
	}
	d := eventReader{}
	if err := d.read(strings.NewReader("retry: 99999999\n\n"), nil); err != nil || d.again != againMax {
		t.Errorf("asks again after %s, %v", d.again, err)
	}
}

func TestALostStreamGoesOnWhereItWas(t *testing.T) {
	var after []string
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after = append(after, r.Header.Get("Last-Event-ID"))
		if n++; n == 2 {
			w.WriteHeader(http.StatusBadGateway) // as of a proxy, while the node starts
			return
		}
		fmt.Fprintf(w, "retry: 1\n\nid: %d\ndata: %d\n\n", n, n)
	}))
	defer s.Close()
	var got []string
	err := New(s.URL, "token").Events(t.Context(), "/events", func(e Event) error {
		if got = append(got, string(e.Data)); len(got) == 3 {
			return ErrEnough
		}
		return nil
	})
	if err != nil || cmp.Diff([]string{"1", "3", "4"}, got) != "" || cmp.Diff([]string{"", "1", "1", "3"}, after) != "" {
		t.Errorf("read %q after %q, %v", got, after, err)
	}
}

func TestAStreamEndsForGood(t *testing.T) {
	status := http.StatusNotFound
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status != http.StatusOK {
			w.WriteHeader(status)
		}
		fmt.Fprint(w, "retry: 1\n\ndata: 1\n\n")
	}))
	defer s.Close()
	c := New(s.URL, "token")
	var refused *Problem
	if err := c.Events(t.Context(), "/", nil); !errors.As(err, &refused) {
		t.Errorf("a refusal: %v", err)
	}
	status = http.StatusServiceUnavailable
	d := &eventReader{again: time.Millisecond}
	if _, err := c.events(t.Context(), "/", d, nil); !errors.As(err, &refused) {
		t.Errorf("a node that isn't ready: %v", err)
	}
	status = http.StatusOK
	own := errors.New("its reader failed")
	if err := c.Events(t.Context(), "/", func(Event) error { return own }); !errors.Is(err, own) {
		t.Errorf("its reader's error: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.Events(ctx, "/", func(Event) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("its reader left: %v", err)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add("id: 7\nevent: scan\ndata: {}\n\n")
	f.Add(": x\r\nretry: 5\r\n\r\n")
	f.Fuzz(func(t *testing.T, stream string) {
		d := eventReader{}
		_ = d.read(strings.NewReader(stream), func(e Event) error {
			if strings.Contains(e.ID+e.Name, "\n") || strings.Contains(e.ID, "\x00") {
				t.Errorf("%q has a line break", e)
			}
			return nil
		})
		if d.again > againMax {
			t.Errorf("asks again after %s", d.again)
		}
	})
}
