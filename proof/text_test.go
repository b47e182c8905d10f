package proof

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestKeysAndHashesReadBackFromJSON(t *testing.T) {
	type both struct {
		Key  Key
		Hash Hash
	}
	full := both{Key: Key{0: AlgEd25519, 1: 0xab, KeySize - 1: 0x07}, Hash: Hash{0: 0xcd, HashSize - 1: 0x09}}
	cases := map[string]struct {
		value both
		text  string
	}{
		"a key and a hash stand in hexadecimal":  {full, `{"Key":"` + full.Key.String() + `","Hash":"` + full.Hash.String() + `"}`},
		"none of either stands as an empty text": {both{}, `{"Key":"","Hash":""}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(c.value)
			if err != nil || string(got) != c.text {
				t.Fatalf("got %s, %v; want %s", got, err, c.text)
			}
			back := full // what is read must replace what was there
			if err := json.Unmarshal(got, &back); err != nil || back != c.value {
				t.Fatalf("read back %+v, %v; want %+v", back, err, c.value)
			}
		})
	}
}

func TestTextThatIsNoKeyOrHashIsRefusedAndChangesNothing(t *testing.T) {
	for _, text := range []string{"01", "zz", strings.Repeat("02", KeySize), strings.Repeat("01", KeySize+1)} {
		k := Key{0: AlgEd25519, 5: 1}
		before := k
		if err := k.UnmarshalText([]byte(text)); err == nil || k != before {
			t.Errorf("key %q: err %v, key %s", text, err, k)
		}
	}
	for _, text := range []string{"00", "zz", strings.Repeat("02", HashSize+1)} {
		h := Hash{5: 1}
		before := h
		if err := h.UnmarshalText([]byte(text)); err == nil || h != before {
			t.Errorf("hash %q: err %v, hash %s", text, err, h)
		}
	}
}
