package care

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAScrubTakesItsShareAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const work, pieces = 10 * time.Millisecond, 20
		began, rested := time.Now(), 0
		s := Scrub{Share: 5, Pause: time.Minute, Log: slog.New(slog.DiscardHandler), Parts: []Part{{Name: "it", Walk: func(_ context.Context, rest func() error, _ func(error)) error {
			for range pieces {
				time.Sleep(work)
				if err := rest(); err != nil {
					return err
				}
				rested++
			}
			return nil
		}}}}
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		time.Sleep(pieces*work*20 + time.Second)
		f := s.Figures()
		if f.Rounds != 1 || rested != pieces || f.Took != pieces*work*20 || f.Age != time.Second {
			t.Errorf("after %v: %+v, %d pieces", time.Since(began), f, rested)
		}
		time.Sleep(time.Minute + pieces*work*20)
		if f := s.Figures(); f.Rounds != 2 {
			t.Errorf("after a pause: %+v", f)
		}
		cancel()
		synctest.Wait()
	})
}

func TestAScrubKeepsAFaultWhileItIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		wrong, away := true, false
		s := Scrub{Share: 100, Pause: time.Second, Log: slog.New(slog.NewTextHandler(&log, nil)), Parts: []Part{
			{Name: "one", Walk: func(_ context.Context, _ func() error, fault func(error)) error {
				if wrong {
					fault(errors.New("row 5 was changed"))
				}
				return nil
			}},
			{Name: "two", Walk: func(context.Context, func() error, func(error)) error {
				if away {
					return errors.New("it is away")
				}
				return nil
			}},
		}}
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		second := func() ScrubFigures {
			time.Sleep(time.Second)
			synctest.Wait()
			return s.Figures()
		}
		second()
		if f := second(); len(f.Faults) != 1 || f.Faults[0] != "one: row 5 was changed" || strings.Count(log.String(), "row 5") != 1 {
			t.Errorf("%+v, logged %s", f, log.String())
		}
		wrong, away = false, true
		before := s.Figures().Rounds
		if f := second(); len(f.Faults) != 1 || f.Rounds != before || !strings.Contains(log.String(), "it is away") {
			t.Errorf("a round without a part ends a fault or counts: %+v", f)
		}
		away = false
		second()
		if f := second(); len(f.Faults) != 0 || f.Rounds <= before {
			t.Errorf("the fault was mended: %+v", f)
		}
		cancel()
		synctest.Wait()
	})
}

func TestAScrubRemembersSoManyFaults(t *testing.T) {
	for _, n := range []int{faultsMax, faultsMax + 1} {
		s := Scrub{Log: slog.New(slog.DiscardHandler)}
		for i := range n {
			s.Note("it", fmt.Errorf("row %d was changed", i))
		}
		if got := len(s.Figures().Faults); got != faultsMax {
			t.Errorf("of %d faults it has %d", n, got)
		}
	}
}
