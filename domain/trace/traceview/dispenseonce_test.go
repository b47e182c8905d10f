package traceview

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
)

// order is a pack dispensed an hour ago by a device without connection, told under a key.
func (x shelf) order(key string, pack int) DispenseRequest {
	return DispenseRequest{
		Items: []string{x.s.Pack(pack)}, Reason: "dispensing", By: Asker{ID: "somebody"}, Key: key, At: x.desks["dispenser"].now().Add(-time.Hour),
	}
}

func TestADispensingThatIsSentAgainIsDoneOnce(t *testing.T) {
	x := newShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	first, err := d.DispenseAsked(ctx, x.order("k1", 0))
	if err != nil || first[0].Verdict != verdict.OK {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := d.DispenseAsked(ctx, x.order("k1", 0))
	if diff := cmp.Diff(first, again); diff != "" || err != nil {
		t.Errorf("sent again, it is answered otherwise: %v\n%s", err, diff)
	}
	other, err := d.DispenseAsked(ctx, x.order("k2", 0))
	if err != nil || other[0].Rule != verdict.RuleDispensed {
		t.Errorf("another request for the same pack: %+v, %v", other, err)
	}
	foreign := x.order("k1", 0)
	foreign.By.ID = "somebody else"
	if got, err := d.DispenseAsked(ctx, foreign); err != nil || got[0].Rule != verdict.RuleDispensed {
		t.Errorf("another person's request of that name: %+v, %v", got, err)
	}
	var coded interface{ Code() string }
	if _, err := d.DispenseAsked(ctx, x.order("k1", 1)); !errors.As(err, &coded) || coded.Code() != "trace/request-reused" {
		t.Errorf("another pack under the same key: %v", err)
	}
}

func TestADispensingCountsFromWhenItWasDone(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    time.Duration // from now
		noted time.Duration
		fails bool
	}{
		{"an hour ago", -time.Hour, -time.Hour, false},
		{"by a device whose clock is ahead", time.Hour, 0, false},
		{"as long ago as is taken", -dispenseBackMax, -dispenseBackMax, false},
		{"longer ago", -dispenseBackMax - time.Second, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newShelf(t)
			d := x.desks["dispenser"]
			r := x.order("", 0)
			now := d.now()
			r.At = now.Add(c.at)
			_, err := d.DispenseAsked(context.Background(), r)
			a := x.judge("dispenser", x.s.Pack(0))[0]
			if c.fails {
				if err == nil || a.Rule == verdict.RuleDispensed {
					t.Errorf("%v; afterwards %+v", err, a)
				}
				return
			}
			if want := now.Add(c.noted).UTC().Format(time.RFC3339); err != nil || !strings.Contains(a.Text, want) {
				t.Errorf("%v: %q doesn't name %s", err, a.Text, want)
			}
		})
	}
}
