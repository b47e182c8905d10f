package traceview

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/turns"
	"pedigree/ledger"
)

func TestOneLargeDocumentAtATimeIsLookedAtAndSmallOnesPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Config{Turns: turns.New()})
		small, large := strings.Repeat("a", turns.SmallBytes), strings.Repeat("a", turns.SmallBytes+1)
		open := func(text string) (look, error) {
			t.Helper()
			r, l, err := d.lookAt(t.Context(), strings.NewReader(text))
			if err != nil {
				return l, err
			}
			if got, err := io.ReadAll(r); !bytes.Equal(got, []byte(text)) || err != nil {
				t.Errorf("%d bytes were read as %d: %v", len(text), len(got), err)
			}
			return l, nil
		}
		first, err := open(large)
		if err != nil || first.turns == nil {
			t.Fatalf("a large document is read in turns: %v, %v", first.turns, err)
		}
		if l, err := open(small); err != nil || l.turns != nil {
			t.Errorf("a small document is read at once: %v, %v", l.turns, err)
		}
		began := time.Now()
		var refusal api.Refusal
		if _, err := open(large); !errors.As(err, &refusal) || refusal.Kind() != ledger.Limit || time.Since(began) != lookWait {
			t.Errorf("after %s: %v, want a refusal after %s that asks to come again", time.Since(began), err, lookWait)
		}
		go func() {
			time.Sleep(lookWait / 2)
			first.end()
		}()
		second, err := open(large)
		if err != nil {
			t.Fatalf("the next large document is taken when the first is done: %v", err)
		}
		second.end()
	})
}

func TestOnlySoManyLargeDocumentsWaitToBeLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Config{})
		open := func() (look, error) {
			_, l, err := d.lookAt(t.Context(), strings.NewReader(strings.Repeat("a", turns.SmallBytes+1)))
			return l, err
		}
		first, err := open()
		if err != nil {
			t.Fatal(err)
		}
		ends := make(chan error, lookersMax)
		for range lookersMax - 1 {
			go func() {
				l, err := open()
				if err == nil {
					l.end()
				}
				ends <- err
			}()
		}
		synctest.Wait()
		began := time.Now()
		_, err = open()
		var later interface{ RetryAfter() time.Duration }
		if !errors.Is(err, errLooking) || !errors.As(err, &later) || later.RetryAfter() != lookAgain || time.Since(began) != 0 {
			t.Errorf("one past the limit was answered after %s: %v; want a refusal at once that says when to come again", time.Since(began), err)
		}
		first.end()
		for range lookersMax - 1 {
			if err := <-ends; err != nil {
				t.Errorf("one that waited was not taken: %v", err)
			}
		}
		last, err := open()
		if err != nil {
			t.Fatalf("when all are done the next is taken: %v", err)
		}
		last.end()
	})
}

func TestADocumentThatBreaksOffIsNotLookedAt(t *testing.T) {
	d := New(Config{})
	broken := errors.New("broken off")
	if _, _, err := d.lookAt(t.Context(), io.MultiReader(strings.NewReader("<"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("got %v, want that it broke off", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
