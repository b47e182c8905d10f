package outbox_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
	"pedigree/internal/vault/outbox"
)

var ctx = context.Background()

// open opens a new vault with an outbox, whose clock is at a time that the test
// can move.
func open(t testing.TB, now *time.Time) (*vault.Vault, *outbox.Outbox) {
	t.Helper()
	v, err := vault.Open(ctx, vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{1}, Schemas: []vault.Schema{outbox.Schema()},
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return *now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v, outbox.New(v)
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// envelope is one whose id follows from its text.
func envelope(seq int, text string) outbox.Envelope {
	return outbox.Envelope{ID: sha256.Sum256([]byte(text)), Seq: seq, Raw: []byte(text), Note: "note of " + text}
}

func add(v *vault.Vault, o *outbox.Outbox, job int64, list ...outbox.Envelope) (n int, err error) {
	err = v.Update(ctx, func(tx *sql.Tx) (err error) {
		n, err = o.Add(ctx, tx, job, list)
		return err
	})
	return n, err
}

func mark(v *vault.Vault, o *outbox.Outbox, list ...outbox.Outcome) (n int, err error) {
	err = v.Update(ctx, func(tx *sql.Tx) (err error) {
		n, err = o.Mark(ctx, tx, list...)
		return err
	})
	return n, err
}

func mustAdd(t testing.TB, v *vault.Vault, o *outbox.Outbox, job int64, list ...outbox.Envelope) {
	t.Helper()
	if n, err := add(v, o, job, list...); err != nil || n != len(list) {
		t.Fatalf("%d of %d were added: %v", n, len(list), err)
	}
}

func mustMark(t testing.TB, v *vault.Vault, o *outbox.Outbox, list ...outbox.Outcome) {
	t.Helper()
	if n, err := mark(v, o, list...); err != nil || n != len(list) {
		t.Fatalf("%d of %d changed: %v", n, len(list), err)
	}
}

// texts are the envelopes of a listing.
func texts(list []outbox.Item) (got []string) {
	for _, i := range list {
		got = append(got, string(i.Raw))
	}
	return got
}

func TestEnvelopesLeaveInTheOrderOfJobAndSeq(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	mustAdd(t, v, o, 2, envelope(1, "2/1"), envelope(0, "2/0"))
	mustAdd(t, v, o, 1, envelope(5, "1/5"), envelope(5, "1/5 again"), envelope(0, "1/0"))
	mustAdd(t, v, o, 0, envelope(0, "alone"))
	mustAdd(t, v, o, 1, envelope(3, "1/3"))
	want := []string{"alone", "1/0", "1/3", "1/5", "1/5 again", "2/0", "2/1"}
	list, err := o.Next(ctx, 100)
	if err != nil || cmp.Diff(want, texts(list)) != "" {
		t.Fatal(cmp.Diff(want, texts(list)), err)
	}
	first, err := o.Next(ctx, 2)
	if err != nil || cmp.Diff(want[:2], texts(first)) != "" {
		t.Error(cmp.Diff(want[:2], texts(first)), err)
	}
	rest, err := o.InState(ctx, outbox.Pending, first[1].Position(), 3)
	if err != nil || cmp.Diff(want[2:5], texts(rest)) != "" {
		t.Error(cmp.Diff(want[2:5], texts(rest)), err)
	}
	mustMark(t, v, o, outbox.Outcome{ID: list[0].ID, State: outbox.Submitted}, outbox.Outcome{ID: list[3].ID, State: outbox.Submitted})
	left, err := o.Next(ctx, 100)
	if want := []string{"1/0", "1/3", "1/5 again", "2/0", "2/1"}; err != nil || cmp.Diff(want, texts(left)) != "" {
		t.Error(cmp.Diff(want, texts(left)), err)
	}
	sent, err := o.InState(ctx, outbox.Submitted, outbox.Position{}, 100)
	if want := []string{"alone", "1/5"}; err != nil || cmp.Diff(want, texts(sent)) != "" {
		t.Error(cmp.Diff(want, texts(sent)), err)
	}
	of1, err := o.OfJob(ctx, 1, outbox.Position{Job: 1, Seq: 3, Number: list[2].Number}, 100)
	if want := []string{"1/5", "1/5 again"}; err != nil || cmp.Diff(want, texts(of1)) != "" {
		t.Error(cmp.Diff(want, texts(of1)), err)
	}
}

func TestAnEnvelopeIsKeptWithAllThatIsKnownOfIt(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	e := envelope(7, "text")
	mustAdd(t, v, o, 3, e)
	want := outbox.Item{Envelope: e, Job: 3, Number: 1, State: outbox.Pending, Added: noon, Changed: noon}
	if got, err := o.Get(ctx, e.ID); err != nil || cmp.Diff(want, got) != "" {
		t.Error(cmp.Diff(want, got), err)
	}
	now = noon.Add(time.Minute)
	mustMark(t, v, o, outbox.Outcome{ID: e.ID, State: outbox.Refused, Height: 9, Index: 4, Code: "trace/not-holder", Text: "it is not yours"})
	want.State, want.Height, want.Index, want.Code, want.Text, want.Changed = outbox.Refused, 9, 4, "trace/not-holder", "it is not yours", now
	if got, err := o.Get(ctx, e.ID); err != nil || cmp.Diff(want, got) != "" {
		t.Error(cmp.Diff(want, got), err)
	}
	if _, err := o.Get(ctx, [32]byte{1}); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestAddingAnEnvelopeAgainChangesNothing(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	e := envelope(0, "text")
	mustAdd(t, v, o, 1, e)
	mustMark(t, v, o, outbox.Outcome{ID: e.ID, State: outbox.Committed, Height: 5})
	before, err := o.Get(ctx, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	other := outbox.Envelope{ID: e.ID, Seq: 9, Raw: []byte("other"), Note: "other"}
	if n, err := add(v, o, 2, other, envelope(1, "new"), other, envelope(1, "new")); err != nil || n != 1 {
		t.Errorf("%d were added, %v", n, err)
	}
	if after, err := o.Get(ctx, e.ID); err != nil || cmp.Diff(before, after) != "" {
		t.Error(cmp.Diff(before, after), err)
	}
	for job, want := range map[int64]outbox.Counts{1: {Committed: 1}, 2: {Pending: 1}, 3: {}} {
		if got, err := o.Job(ctx, job); err != nil || got != want {
			t.Errorf("job %d has %+v, %v", job, got, err)
		}
	}
	if got, err := o.Totals(ctx); err != nil || got != (outbox.Counts{Pending: 1, Committed: 1}) || got.Total() != 2 || got.Open() != 1 {
		t.Errorf("the totals are %+v, %v", got, err)
	}
}

func TestAnOutcomeYieldsOnlyToWhatIsBetterKnown(t *testing.T) {
	outcomes := map[string]outbox.Outcome{
		"pending":               {},
		"submitted":             {State: outbox.Submitted},
		"expired":               {State: outbox.Expired},
		"refused":               {State: outbox.Refused, Code: "full"},
		"committed in a block":  {State: outbox.Committed, Height: 5, Index: 1},
		"refused in a block":    {State: outbox.Refused, Height: 5, Index: 1, Code: "no"},
		"committed in another":  {State: outbox.Committed, Height: 6, Index: 1},
		"committed at other":    {State: outbox.Committed, Height: 5, Index: 2},
		"refused in a block, 2": {State: outbox.Refused, Height: 5, Index: 1, Code: "no, in other words"},
	}
	// What happens when the second is said after the first: by default nothing.
	moves := map[[2]string]bool{}
	for to := range outcomes {
		moves[[2]string{"pending", to}] = true
		for _, unsure := range []string{"submitted", "expired", "refused"} {
			moves[[2]string{unsure, to}] = outcomes[to].Height > 0
		}
	}
	moves[[2]string{"submitted", "expired"}], moves[[2]string{"submitted", "refused"}] = true, true
	contradiction := func(from, to outbox.Outcome) bool {
		return from.Height > 0 && to.Height > 0 && (from.State != to.State || from.Height != to.Height || from.Index != to.Index)
	}
	now := noon
	v, o := open(t, &now)
	for from, first := range outcomes {
		for to, second := range outcomes {
			if to == "pending" {
				continue
			}
			t.Run(from+", then "+to, func(t *testing.T) {
				e := envelope(0, from+", then "+to)
				mustAdd(t, v, o, 1, e)
				first.ID, second.ID = e.ID, e.ID
				if from != "pending" {
					mustMark(t, v, o, first)
				}
				n, err := mark(v, o, second)
				if errors.Is(err, outbox.ErrContradiction) != contradiction(first, second) || err != nil && !errors.Is(err, outbox.ErrContradiction) {
					t.Errorf("marking gave %v", err)
				}
				want := first
				if moves[[2]string{from, to}] {
					want = second
				}
				if moved := n == 1; moved != moves[[2]string{from, to}] {
					t.Errorf("%d changed", n)
				}
				got, err := o.Get(ctx, e.ID)
				if err != nil || got.State != want.State || got.Height != want.Height || got.Index != want.Index || got.Code != want.Code {
					t.Errorf("it is %s at %d, %d (%s), %v", got.State, got.Height, got.Index, got.Code, err)
				}
			})
		}
	}
}

func TestMarkPassesOverWhatIsNotOurs(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	e := envelope(0, "ours")
	mustAdd(t, v, o, 1, e)
	n, err := mark(v, o,
		outbox.Outcome{ID: [32]byte{1}, State: outbox.Committed, Height: 1},
		outbox.Outcome{ID: e.ID, State: outbox.Committed, Height: 1, Index: 1},
		outbox.Outcome{ID: e.ID, State: outbox.Committed, Height: 1, Index: 1})
	if err != nil || n != 1 {
		t.Errorf("%d changed, %v", n, err)
	}
}

func TestAnOutcomeIsChecked(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	e := envelope(0, "text")
	mustAdd(t, v, o, 1, e)
	for name, bad := range map[string]outbox.Outcome{
		"pending is no outcome":      {State: outbox.Pending},
		"a state of its own":         {State: 5},
		"committed without a height": {State: outbox.Committed},
		"submitted with a height":    {State: outbox.Submitted, Height: 1},
		"expired with a height":      {State: outbox.Expired, Height: 1},
		"refused without a code":     {State: outbox.Refused},
		"a code of 129 bytes":        {State: outbox.Refused, Code: strings.Repeat("c", 129)},
		"a height below zero":        {State: outbox.Committed, Height: -1},
		"an index below zero":        {State: outbox.Committed, Height: 1, Index: -1},
	} {
		bad.ID = e.ID
		if _, err := mark(v, o, bad); err == nil {
			t.Errorf("%s, but it was taken", name)
		}
	}
	long := outbox.Outcome{ID: e.ID, State: outbox.Refused, Code: strings.Repeat("c", 128), Text: strings.Repeat("x", 1023) + "é and more"}
	mustMark(t, v, o, long)
	if got, err := o.Get(ctx, e.ID); err != nil || got.Text != strings.Repeat("x", 1023) {
		t.Errorf("the text was cut to %d bytes, %v", len(got.Text), err)
	}
}

func TestTheOutboxHoldsItsBounds(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	raw := func(bytes int) []byte { return make([]byte, bytes) }
	tests := map[string]struct {
		job  int64
		list []outbox.Envelope
		ok   bool
	}{
		"1 MiB":                 {1, []outbox.Envelope{{ID: [32]byte{1}, Raw: raw(outbox.EnvelopeBytesMax)}}, true},
		"1 MiB and a byte":      {1, []outbox.Envelope{{ID: [32]byte{2}, Raw: raw(outbox.EnvelopeBytesMax + 1)}}, false},
		"nothing":               {1, []outbox.Envelope{{ID: [32]byte{3}}}, false},
		"a note of 1 KiB":       {1, []outbox.Envelope{{ID: [32]byte{4}, Raw: raw(1), Note: strings.Repeat("n", 1024)}}, true},
		"a note of a byte more": {1, []outbox.Envelope{{ID: [32]byte{5}, Raw: raw(1), Note: strings.Repeat("n", 1025)}}, false},
		"a seq below zero":      {1, []outbox.Envelope{{ID: [32]byte{6}, Raw: raw(1), Seq: -1}}, false},
		"a job below zero":      {-1, []outbox.Envelope{{ID: [32]byte{7}, Raw: raw(1)}}, false},
		"no id":                 {1, []outbox.Envelope{{Raw: raw(1)}}, false},
		"no envelopes":          {1, nil, true},
		"50000 envelopes":       {2, numbered(outbox.AddMax), true},
		"50001 envelopes":       {3, numbered(outbox.AddMax + 1), false},
	}
	for name, test := range tests {
		if _, err := add(v, o, test.job, test.list...); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := o.Job(ctx, 3); err != nil || got != (outbox.Counts{}) {
		t.Errorf("of a list that was refused, %+v is there, %v", got, err)
	}
	var outcomes []outbox.Outcome
	for _, e := range numbered(outbox.MarkMax) {
		outcomes = append(outcomes, outbox.Outcome{ID: e.ID, State: outbox.Submitted})
	}
	if n, err := mark(v, o, outcomes...); err != nil || n != outbox.MarkMax {
		t.Errorf("%d outcomes at once: %d changed, %v", len(outcomes), n, err)
	}
	if _, err := mark(v, o, append(outcomes, outcomes[0])...); err == nil {
		t.Error("one more was taken")
	}
	for limit, ok := range map[int]bool{-1: false, 0: false, 1: true, outbox.ListMax: true, outbox.ListMax + 1: false} {
		if list, err := o.InState(ctx, outbox.Submitted, outbox.Position{}, limit); (err == nil) != ok || ok && len(list) != limit {
			t.Errorf("a page of %d: %d, %v", limit, len(list), err)
		}
	}
	for _, s := range []outbox.State{-1, outbox.Committed, 5} {
		if _, err := o.InState(ctx, s, outbox.Position{}, 1); err == nil {
			t.Errorf("a list of those %s was given", s)
		}
	}
}

// numbered are small envelopes.
func numbered(n int) (list []outbox.Envelope) {
	for i := range n {
		list = append(list, envelope(i, fmt.Sprint("number ", i)))
	}
	return list
}

func TestAPageFitsInMemory(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	var list []outbox.Envelope
	for i := range 40 {
		list = append(list, outbox.Envelope{ID: [32]byte{byte(i + 1)}, Seq: i, Raw: bytes.Repeat([]byte{byte(i)}, outbox.EnvelopeBytesMax)})
	}
	mustAdd(t, v, o, 1, list...)
	first, err := o.Next(ctx, 40)
	if err != nil || len(first) != 32 {
		t.Fatalf("%d envelopes of 1 MiB came at once, %v", len(first), err)
	}
	rest, err := o.InState(ctx, outbox.Pending, first[31].Position(), 40)
	if err != nil || len(rest) != 8 {
		t.Errorf("then %d, %v", len(rest), err)
	}
}

func TestPruneDeletesOldSettledEnvelopesAndKeepsTheirCount(t *testing.T) {
	now := noon
	v, o := open(t, &now)
	mustAdd(t, v, o, 1, envelope(0, "pending"), envelope(1, "submitted"), envelope(2, "committed"), envelope(3, "refused"), envelope(4, "expired"), envelope(5, "young"))
	id := func(text string) [32]byte { return envelope(0, text).ID }
	mustMark(t, v, o,
		outbox.Outcome{ID: id("submitted"), State: outbox.Submitted}, outbox.Outcome{ID: id("committed"), State: outbox.Committed, Height: 1},
		outbox.Outcome{ID: id("refused"), State: outbox.Refused, Code: "no"}, outbox.Outcome{ID: id("expired"), State: outbox.Expired})
	now = noon.Add(time.Hour)
	mustMark(t, v, o, outbox.Outcome{ID: id("young"), State: outbox.Committed, Height: 1, Index: 1})
	before, err := o.Job(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{3, 0} {
		err := v.Update(ctx, func(tx *sql.Tx) error {
			n, err := o.Prune(ctx, tx, now)
			if n != want {
				t.Errorf("%d were deleted, want %d", n, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	left, err := o.OfJob(ctx, 1, outbox.Position{}, 10)
	if want := []string{"pending", "submitted", "young"}; err != nil || cmp.Diff(want, texts(left)) != "" {
		t.Error(cmp.Diff(want, texts(left)), err)
	}
	if after, err := o.Job(ctx, 1); err != nil || after != before {
		t.Errorf("the counters were %+v and are %+v, %v", before, after, err)
	}
}
