package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

var words = ledger.Map[string, string]{
	Prefix: 0x70, Name: "test/word", Key: ledger.TextKey,
	Value: ledger.ValueCodec[string]{Encode: func(v string) []byte { return []byte(v) }, Decode: func(b []byte) (string, error) { return string(b), nil }},
}

var others = ledger.Map[string, string]{Prefix: 0x71, Name: "test/other", Key: words.Key, Value: words.Value}

// listed is what a map lists under a prefix, up to a number of entries.
func listed(s ledger.State, prefix string, most int) (out []string) {
	words.Each(s, []byte(prefix), func(k, v string) bool {
		out = append(out, k+"="+v)
		return len(out) < most
	})
	return out
}

func listedOf(m map[string]string, prefix string, most int) (out []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if strings.HasPrefix(k, prefix) && len(out) < most {
			out = append(out, k+"="+m[k])
		}
	}
	return out
}

func TestLayersOfStateBehaveAsMaps(t *testing.T) {
	key := rapid.StringMatching(`[ab]{0,4}`)
	rapid.Check(t, func(rt *rapid.T) {
		back := ledgertest.NewMemory()
		committed := map[string]string{}
		for range 4 { // blocks
			base := ledger.NewLayer(back)
			model := maps.Clone(committed)
			for range 4 { // envelopes
				view, next := base.Above(), maps.Clone(model)
				for range rapid.IntRange(1, 8).Draw(rt, "acts") {
					k := key.Draw(rt, "key")
					switch rapid.SampledFrom([]string{"set", "delete", "list"}).Draw(rt, "act") {
					case "set":
						v := fmt.Sprint(rapid.IntRange(0, 99).Draw(rt, "value"))
						words.Set(view, k, v)
						others.Set(view, k, "other")
						next[k] = v
					case "delete":
						words.Delete(view, k)
						delete(next, k)
					default:
						most := rapid.IntRange(1, 9).Draw(rt, "most")
						if got, want := listed(view, k, most), listedOf(next, k, most); !slices.Equal(got, want) {
							rt.Fatalf("under %q there are %v, want %v", k, got, want)
						}
					}
					if got, ok := words.Get(view, k); got != next[k] || ok != words.Has(view, k) || ok != (next[k] != "") {
						rt.Fatalf("%q is %q (%t), want %q", k, got, ok, next[k])
					}
				}
				if rapid.Bool().Draw(rt, "kept") {
					view.MergeInto(base)
					model = next
				}
				if got, want := listed(base, "", 1000), listedOf(model, "", 1000); !slices.Equal(got, want) {
					rt.Fatalf("the block holds %v, want %v", got, want)
				}
			}
			writes := base.Writes()
			if !slices.IsSortedFunc(writes, func(a, b ledger.Write) int { return strings.Compare(string(a.Key), string(b.Key)) }) {
				rt.Fatalf("the writes are out of order: %v", writes)
			}
			back.Apply(ledger.Changes{Writes: writes})
			committed = model
			if got, want := listed(ledger.View(back), "", 1000), listedOf(committed, "", 1000); !slices.Equal(got, want) {
				rt.Fatalf("committed are %v, want %v", got, want)
			}
		}
	})
}

// panics tells what a function panics with, or "".
func panics(fn func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	fn()
	return ""
}

func TestStateRowsHaveLimits(t *testing.T) {
	set := func(key, value int) string {
		return panics(func() {
			words.Set(ledger.NewLayer(ledgertest.NewMemory()), strings.Repeat("k", key-1), strings.Repeat("v", value))
		})
	}
	if text := set(ledger.StateKeySizeMax, ledger.StateValueSizeMax); text != "" {
		t.Errorf("a row at both limits: %s", text)
	}
	if set(ledger.StateKeySizeMax+1, 1) == "" || set(1, ledger.StateValueSizeMax+1) == "" {
		t.Error("a row past a limit is written")
	}
}

func TestAQueryCanNotWrite(t *testing.T) {
	view := ledger.View(ledgertest.NewMemory())
	if panics(func() { words.Set(view, "k", "v") }) == "" || panics(func() { words.Delete(view, "k") }) == "" {
		t.Error("a view of committed state is written to")
	}
}

func TestARowThatCanNotBeReadStopsTheNode(t *testing.T) {
	back := ledgertest.NewMemory()
	back.Rows[string(numbers.RawKey("n"))] = []byte{0xff}
	view := ledger.View(back)
	if panics(func() { numbers.Get(view, "n") }) == "" || panics(func() { numbers.Each(view, nil, func(string, uint64) bool { return true }) }) == "" {
		t.Error("a broken row is read")
	}
}
