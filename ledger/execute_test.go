package ledger_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAnEnvelopeIsKeptOrDroppedWhole(t *testing.T) {
	c := newToy(t)
	before := len(c.State.Events)
	c.want(c.Do(c.by("ann", add("a", 1), add("b", 2), []act{{Do: "no"}})), codeToy)
	c.want(c.Do(c.by("ann", add("a", 1), []act{{Do: "validator", Name: "v", N: 1}, {Do: "no"}})), codeToy)
	if c.number("a") != 0 || c.number("b") != 0 || len(c.State.Events) != before || len(c.Last.Validators) != 0 {
		t.Fatalf("a refused envelope left a=%d, b=%d, %d events, validators %v", c.number("a"), c.number("b"), len(c.State.Events)-before, c.Last.Validators)
	}
	// Later entries see earlier ones, of the same envelope and of the same block.
	envs := [][]byte{c.Envelope(c.by("ann", add("a", 1), add("a", 2))), c.Envelope(c.by("bob", add("a", 4), []act{{Do: "no"}})), c.Envelope(c.by("cid", add("a", 8)))}
	res := c.Block(envs...)
	c.want(res[0], accepted)
	c.want(res[1], codeToy)
	c.want(res[2], accepted)
	if c.number("a") != 11 {
		t.Fatalf("a is %d, want 11", c.number("a"))
	}
	// Events stand in order, numbered without gaps, refused envelopes having none.
	var numbers []uint64
	for i, r := range res {
		read, err := proof.DecodeResult(r.Code, r.Data)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, read.FirstEvent-uint64(before), uint64(len(read.Events)))
		for j, raw := range read.Events {
			e, err := proof.DecodeEvent(raw)
			if err != nil || e.Height != c.Height || e.Place != uint64(i) || e.Module != "toy" || e.Name != "added" || e.Entry != read.ID {
				t.Fatalf("event %d of envelope %d is %+v, %v", j, i, e, err)
			}
			if !bytes.Equal(raw, c.State.Events[read.FirstEvent+uint64(j)]) {
				t.Fatalf("event %d of envelope %d does not stand at its number", j, i)
			}
		}
	}
	if want := []uint64{0, 2, 2, 0, 2, 1}; !slices.Equal(numbers, want) {
		t.Fatalf("first events and counts are %v, want %v", numbers, want)
	}
}

func TestABlockDependsOnNothingButItsArguments(t *testing.T) {
	run := func() ledger.Outcome {
		c := newToy(t)
		c.Do(c.by("ann", add("a", 1)))
		c.Block(c.Envelope(c.by("ann", add("z", 1), add("b", 1))), c.Envelope(c.by("bob", add("a", 3), []act{{Do: "validator", Name: "v", N: 2}})), []byte("no envelope"))
		return c.Last
	}
	first := fmt.Sprintf("%+v", run())
	for range 5 {
		if again := fmt.Sprintf("%+v", run()); again != first {
			t.Fatalf("one block came out as\n%s\nand as\n%s", first, again)
		}
	}
}

func TestAnEmptyBlockChangesNothing(t *testing.T) {
	c := newToy(t)
	c.Do(c.by("ann", add("a", 1)))
	c.Time += 3 * ledger.EpochSeconds
	c.Block()
	if !c.Last.Changes.IsEmpty() {
		t.Fatalf("an empty block changes %+v", c.Last.Changes)
	}
}

func TestADecisionOfTheCouncilRunsOnceDeep(t *testing.T) {
	c := newToy(t)
	inner := c.entry(act{Do: "only council"}, act{Do: "add", Name: "a", N: 1}).Message
	c.want(c.Do(c.by("ann", []act{{Do: "only council"}})), codeToy)
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: inner}})), accepted)
	if c.number("a") != 1 {
		t.Fatalf("a is %d", c.number("a"))
	}
	// It ends with the entry decided: what follows is no decision any more.
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: inner}, {Do: "only council"}})), codeToy)
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: inner}}, []act{{Do: "only council"}})), codeToy)
	// Nor does a decision carry out another one.
	nested := c.entry(act{Do: "council", Entry: inner}).Message
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: nested}})), ledger.CodeNested)
	// Two, one after the other, do.
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: inner}, {Do: "council", Entry: inner}})), accepted)
	// What could not be an entry of its own can't be decided.
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: []byte{0x80}}})), ledger.CodeMalformed)
	c.want(c.Do(c.by("ann", []act{{Do: "council", Entry: c.entry().Message}})), codeNoActs)
}

func TestWritesAndEventsHaveLimits(t *testing.T) {
	write := func(n uint64) []act { return []act{{Do: "write", N: n}} }
	for name, tt := range map[string]struct {
		also  []string
		lists [][]act
		code  ledger.Code
	}{
		"writes at the limit":                    {nil, [][]act{write(ledger.NamedWritesMax)}, accepted},
		"one write more":                         {nil, [][]act{write(ledger.NamedWritesMax), write(1)}, ledger.CodeWrites},
		"writes at the limit of two":             {[]string{"bob"}, [][]act{write(ledger.NamedWritesMax), write(ledger.NamedWritesMax)}, accepted},
		"one write more than two may":            {[]string{"bob"}, [][]act{write(2*ledger.NamedWritesMax + 1)}, ledger.CodeWrites},
		"events at the limit":                    {nil, slices.Repeat([][]act{slices.Repeat([]act{{Do: "emit"}}, ledger.EventsPerEnvelopeMax/4)}, 4), accepted},
		"one event more":                         {nil, append(slices.Repeat([][]act{slices.Repeat([]act{{Do: "emit"}}, ledger.EventsPerEnvelopeMax/4)}, 4), []act{{Do: "emit"}}), ledger.CodeEvents},
		"a large event":                          {nil, [][]act{{{Do: "emit", N: ledger.EventSizeMax - 100}}}, accepted},
		"an event that is too large by its head": {nil, [][]act{{{Do: "emit", N: ledger.EventSizeMax}}}, ledger.CodeEvents},
	} {
		t.Run(name, func(t *testing.T) {
			c := newToy(t)
			a := c.by("ann", tt.lists...)
			a.Also = tt.also
			c.want(c.Do(a), tt.code)
		})
	}
}

func TestAnEventIsBoundedToTheByte(t *testing.T) {
	c := newToy(t)
	at := -1
	for n := uint64(ledger.EventSizeMax - 100); n < ledger.EventSizeMax; n++ {
		res := c.Do(c.by("ann", []act{{Do: "emit", N: n}}))
		if res.Code != 0 {
			c.want(res, ledger.CodeEvents)
			break
		}
		read, err := proof.DecodeResult(res.Code, res.Data)
		if err != nil {
			t.Fatal(err)
		}
		at = len(read.Events[0])
	}
	if at != ledger.EventSizeMax {
		t.Fatalf("the largest event taken has %d bytes, want %d", at, ledger.EventSizeMax)
	}
}

func TestTheLastWordOnAValidatorCounts(t *testing.T) {
	c := newToy(t)
	set := func(n uint64) []act { return []act{{Do: "validator", Name: "v", N: n}} }
	c.Block(c.Envelope(c.by("ann", set(1), set(2))), c.Envelope(c.by("bob", set(3), []act{{Do: "no"}})), c.Envelope(c.by("cid", set(4), []act{{Do: "validator", Name: "w", N: 5}})))
	want := []ledger.ValidatorUpdate{{Key: ledgertest.Key("v"), Power: 4}, {Key: ledgertest.Key("w"), Power: 5}}
	if !slices.Equal(c.Last.Validators, want) {
		t.Fatalf("the engine is told %v, want %v", c.Last.Validators, want)
	}
}
