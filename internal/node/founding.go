package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// Founding is the file with which a network begins. All nodes hold the same one;
// founders compare its fingerprint, a tagged hash of its JSON.
type Founding struct {
	ChainID    string                     `json:"chain_id"`
	Time       time.Time                  `json:"time"` // of the first block, UTC
	Profile    engine.Profile             `json:"profile"`
	Limits     ledger.Params              `json:"limits"`
	Validators []FoundingValidator        `json:"validators"`
	Modules    map[string]json.RawMessage `json:"modules"` // each module's own part
}

// FoundingValidator is a member of the first validator set.
type FoundingValidator struct {
	Org string    `json:"org"`
	Key proof.Key `json:"key"`
}

// foundingSizeMax bounds a founding file in bytes.
const foundingSizeMax = 8 << 20

// ReadFounding reads a founding file strictly.
func ReadFounding(path string) (Founding, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Founding{}, fmt.Errorf("couldn't read the founding file: %w", err)
	}
	f, err := ParseFounding(raw)
	if err != nil {
		return f, fmt.Errorf("couldn't read the founding file %s: %w", path, err)
	}
	return f, nil
}

// ParseFounding reads a founding file's content.
func ParseFounding(raw []byte) (Founding, error) {
	var f Founding
	if len(raw) > foundingSizeMax {
		return f, fmt.Errorf("it has %d bytes where at most %d are allowed", len(raw), foundingSizeMax)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return f, fmt.Errorf("something follows after its end")
	}
	if f.Limits == (ledger.Params{}) {
		f.Limits = ledger.DefaultParams()
	}
	switch {
	case f.Limits.EntriesEpoch == 0 || f.Limits.WritesEpoch == 0:
		return f, fmt.Errorf("its limits let nobody write; leave them out for the usual ones")
	case f.ChainID == "" || len(f.ChainID) > proof.ChainIDMax:
		return f, fmt.Errorf("chain_id must have 1 to %d bytes", proof.ChainIDMax)
	case len(f.Validators) == 0:
		return f, fmt.Errorf("it names no validator; a network needs at least one")
	case f.Time.IsZero():
		return f, fmt.Errorf("it has no time")
	}
	return f, nil
}

// Genesis is the engine's form of the founding file, which it carries whole.
func (f Founding) Genesis() (engine.Genesis, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return engine.Genesis{}, fmt.Errorf("couldn't write the founding file: %w", err)
	}
	g := engine.Genesis{ChainID: f.ChainID, Time: f.Time, AppState: raw, Params: engine.DefaultParams(f.Profile)}
	for _, v := range f.Validators {
		g.Validators = append(g.Validators, engine.GenesisValidator{PubKey: [32]byte(v.Key.Raw()), Power: 1, Name: v.Org})
	}
	return g, nil
}
