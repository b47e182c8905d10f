package traceview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

func opOf(entries, bytes, writes int, signers ...int64) *operation {
	o := &operation{writes: writes, signers: signers}
	for i := range entries {
		e := proof.Entry{Module: "trace", Kind: "x"}
		if i == 0 {
			e.Message = make([]byte, bytes)
		}
		o.entries = append(o.entries, e)
	}
	return o
}

func keysFrom(first, n int64) []int64 {
	list := make([]int64, n)
	for i := range list {
		list[i] = first + int64(i)
	}
	return list
}

func TestAnEnvelopeTakesOperationsUpToEachLimitAndNoFurther(t *testing.T) {
	for name, c := range map[string]struct {
		ops       []*operation
		envelopes int
	}{
		"as many entries as fit":       {[]*operation{opOf(proof.EntriesMax-1, 10, 1), opOf(1, 10, 1)}, 1},
		"one entry too many":           {[]*operation{opOf(proof.EntriesMax-1, 10, 1), opOf(2, 10, 1)}, 2},
		"as many signers as fit":       {[]*operation{opOf(1, 10, 1, keysFrom(1, 40)...), opOf(1, 10, 1, keysFrom(31, 34)...)}, 1},
		"one signer too many":          {[]*operation{opOf(1, 10, 1, keysFrom(1, 40)...), opOf(1, 10, 1, keysFrom(41, 25)...)}, 2},
		"as many writes as fit":        {[]*operation{opOf(1, 10, ledger.NamedWritesMax-1), opOf(1, 10, 1)}, 1},
		"one write too many":           {[]*operation{opOf(1, 10, ledger.NamedWritesMax-1), opOf(1, 10, 2)}, 2},
		"as many bytes as fit":         {[]*operation{opOf(1, envelopeFill/2-20, 1), opOf(1, envelopeFill/2-20, 1)}, 1},
		"more bytes than fit together": {[]*operation{opOf(1, envelopeFill/2, 1), opOf(1, envelopeFill/2, 1)}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := gather(c.ops, 0)
			if err != nil || len(list) != c.envelopes {
				t.Errorf("%d envelopes, want %d: %v", len(list), c.envelopes, err)
			}
		})
	}
	if _, err := gather([]*operation{opOf(1, 10, ledger.NamedWritesMax+1)}, 0); err == nil {
		t.Error("an operation that fits no envelope is accepted")
	}
}

func TestWhatWaitsForAnEnvelopeStandsInALaterWave(t *testing.T) {
	a, b := opOf(proof.EntriesMax, 10, 1), opOf(proof.EntriesMax, 10, 1)
	onA := opOf(1, 10, 1)
	onA.after = []*operation{a}
	onBoth := opOf(1, 10, 1)
	onBoth.after = []*operation{onA, b}
	list, err := gather([]*operation{a, b, onA, onBoth}, waveStep)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].wave != waveStep || list[1].wave != waveStep || list[2].wave != 2*waveStep {
		t.Errorf("%d envelopes in waves %+v", len(list), list)
	}
	if onA.envelope != onBoth.envelope {
		t.Error("two operations in order could share an envelope and don't")
	}
}

func TestUndoAndContentsAndNumbersReadBack(t *testing.T) {
	u := undo{
		before: []placed{{path: "/00/1", surfaced: true, packedIn: "/00/2", status: StatusOffered, ownerKey: 3, holderKey: 4, partner: "p", packed: 5}, {path: "/00/9"}},
		made:   []string{"/00/3"},
	}
	again, err := decodeUndo(u.encode())
	if err != nil || cmp.Diff(u, again, cmp.AllowUnexported(undo{}, placed{})) != "" {
		t.Errorf("undo reads back as %+v: %v", again, err)
	}
	list := []content{{path: "/00/1"}, {gone: &GoneChild{Leaf: proof.Hash{1}, Depth: 3, Root: proof.Hash{2}}}, {path: "/00/2"}}
	back, err := decodeContents(encodeContents(list).([]byte))
	if err != nil || cmp.Diff(list, back, cmp.AllowUnexported(content{})) != "" {
		t.Errorf("contents read back as %+v: %v", back, err)
	}
	numbers, err := decodeNumbers(encodeNumbers([]int64{1, 300, 70000}))
	if err != nil || cmp.Diff([]int64{1, 300, 70000}, numbers) != "" {
		t.Errorf("numbers read back as %v: %v", numbers, err)
	}
}

func FuzzStockDecodersNeverPanic(f *testing.F) {
	u := undo{before: []placed{{path: "/00/1"}}, made: []string{"/00/3"}}
	f.Add(u.encode())
	f.Add(encodeContents([]content{{path: "/00/1"}, {gone: &GoneChild{}}}).([]byte))
	f.Add(encodeNumbers([]int64{1, 2}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if u, err := decodeUndo(b); err == nil {
			if again, err := decodeUndo(u.encode()); err != nil || cmp.Diff(u, again, cmp.AllowUnexported(undo{}, placed{})) != "" {
				t.Errorf("undo %x doesn't read back: %v", b, err)
			}
		}
		if list, err := decodeContents(b); err == nil && len(list) > 0 {
			if _, err := decodeContents(encodeContents(list).([]byte)); err != nil {
				t.Errorf("contents %x don't read back: %v", b, err)
			}
		}
		if list, err := decodeNumbers(b); err == nil {
			if _, err := decodeNumbers(encodeNumbers(list)); err != nil {
				t.Errorf("numbers %x don't read back: %v", b, err)
			}
		}
	})
}
