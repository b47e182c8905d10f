package engine

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// somebody is a validator whose key nobody holds.
func somebody(first byte) GenesisValidator {
	return GenesisValidator{PubKey: [32]byte{first}, Power: 10, Name: "somebody"}
}

func validGenesis() Genesis {
	return Genesis{
		ChainID:    "test-1",
		Time:       time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC),
		Validators: []GenesisValidator{somebody(1), somebody(2)},
		AppState:   []byte{0x00, 0xff, '"', '\n'},
		Params:     DefaultParams(LAN),
	}
}

func TestAGenesisIsReadAsItWasWritten(t *testing.T) {
	for _, p := range []Profile{Single, LAN, WAN} {
		g := validGenesis()
		g.Params = DefaultParams(p)
		g.Params.AppVersion = 3
		path := filepath.Join(t.TempDir(), "genesis.json")
		must(t, WriteGenesis(path, g))
		got, err := ReadGenesis(path)
		must(t, err)
		if diff := cmp.Diff(g, got); diff != "" {
			t.Errorf("%s: %s", p, diff)
		}
		if err := WriteGenesis(path, g); err == nil {
			t.Error("an existing genesis was overwritten")
		}
	}
}

func TestBlockSizesPerProfile(t *testing.T) {
	want := map[Profile]int64{Single: 8 << 20, LAN: 4 << 20, WAN: 4 << 20}
	for p, size := range want {
		if got := DefaultParams(p).BlockBytesMax; got != size {
			t.Errorf("%s: %d", p, got)
		}
	}
}

func TestAWrongGenesisIsRefused(t *testing.T) {
	many := make([]GenesisValidator, validatorsMax+1)
	for i := range many {
		many[i] = somebody(0)
		many[i].PubKey[1], many[i].PubKey[2] = byte(i), byte(i>>8)
	}
	cases := []struct {
		name   string
		change func(*Genesis)
		want   string
	}{
		{"no chain id", func(g *Genesis) { g.ChainID = "" }, "chain id"},
		{"a chain id of 51 letters", func(g *Genesis) { g.ChainID = strings.Repeat("x", 51) }, "chain id"},
		{"a chain id of 50 letters", func(g *Genesis) { g.ChainID = strings.Repeat("x", 50) }, ""},
		{"a chain id with a space", func(g *Genesis) { g.ChainID = "a b" }, "chain id"},
		{"no time", func(g *Genesis) { g.Time = time.Time{} }, "no time"},
		{"no validator", func(g *Genesis) { g.Validators = nil }, "names no validator"},
		{"the largest set", func(g *Genesis) { g.Validators = many[:validatorsMax] }, ""},
		{"one validator more", func(g *Genesis) { g.Validators = many }, "at most 1000"},
		{"a key named twice", func(g *Genesis) { g.Validators = append(g.Validators, somebody(1)) }, "named twice"},
		{"a validator without power", func(g *Genesis) { g.Validators[0].Power = 0 }, "must be positive"},
		{"the largest state", func(g *Genesis) { g.AppState = make([]byte, appStateBytesMax) }, ""},
		{"one byte more of state", func(g *Genesis) { g.AppState = make([]byte, appStateBytesMax+1) }, "application state"},
		{"the smallest block", func(g *Genesis) { g.Params.BlockBytesMax = evidenceBytes }, ""},
		{"a smaller block", func(g *Genesis) { g.Params.BlockBytesMax = evidenceBytes - 1 }, "block size"},
		{"the largest block", func(g *Genesis) { g.Params.BlockBytesMax = blockBytesMaxAllowed }, ""},
		{"a larger block", func(g *Genesis) { g.Params.BlockBytesMax = blockBytesMaxAllowed + 1 }, "block size"},
		{"evidence that never counts", func(g *Genesis) { g.Params.EvidenceAge = 0 }, "age of evidence"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			g := validGenesis()
			tc.change(&g)
			_, err := g.doc()
			if tc.want == "" && err != nil {
				t.Errorf("got %v", err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

func TestADocumentThatSetsMoreIsRefused(t *testing.T) {
	text, err := encodeGenesis(validGenesis())
	must(t, err)
	if _, err := decodeGenesis(text); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"initial_height": "1"`, `"initial_height": "2"`},
		{`"app_hash": ""`, `"app_hash": "00"`},
		{`"max_gas": "-1"`, `"max_gas": "5"`},
		{`"vote_extensions_enable_height": "0"`, `"vote_extensions_enable_height": "1"`},
	} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		if changed == string(text) {
			t.Fatalf("the document doesn't hold %s", change[0])
		}
		if _, err := decodeGenesis([]byte(changed)); err == nil {
			t.Errorf("taken with %s", change[1])
		}
	}
}

func FuzzGenesis(f *testing.F) {
	text, err := encodeGenesis(validGenesis())
	must(f, err)
	f.Add(text)
	f.Add([]byte(`{"genesis_time":"2026-01-02T03:04:05Z","chain_id":"x","app_state":"AA=="}`))
	f.Add([]byte(`{"chain_id":"0","validators":[{"power":"1"}]}`)) // the engine's own reader panics on it
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := decodeGenesis(text)
		if err != nil {
			return
		}
		text, err = encodeGenesis(g)
		if err != nil {
			t.Fatalf("a genesis was read that can't be written: %v", err)
		}
		again, err := decodeGenesis(text)
		if err != nil {
			t.Fatalf("a genesis was written that can't be read: %v", err)
		}
		if diff := cmp.Diff(g, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
