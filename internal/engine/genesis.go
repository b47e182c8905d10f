package engine

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"
)

// Genesis is how a chain begins. All nodes must hold the same one.
type Genesis struct {
	// ChainID names the chain, at most 50 letters, digits, dots, dashes and
	// underscores. It is in every signature of a validator: never use one twice.
	ChainID string
	// Time is the time of the first block, in UTC.
	Time time.Time
	// Validators are the first set.
	Validators []GenesisValidator
	// AppState is handed to App.InitChain as it is.
	AppState []byte
	// Params are the limits all nodes share; take DefaultParams and change it.
	Params Params
}

// GenesisValidator is a member of the first validator set.
type GenesisValidator struct {
	// PubKey is the Ed25519 consensus key that InitHome returned.
	PubKey [32]byte
	Power  int64
	// Name is for people.
	Name string
}

// Params are the limits all nodes share.
type Params struct {
	// BlockBytesMax is the largest block.
	BlockBytesMax int64
	// EvidenceAgeBlocks and EvidenceAge are how long evidence of misbehaviour
	// counts; it expires once older than both. Blocks aren't pruned below it.
	EvidenceAgeBlocks int64
	EvidenceAge       time.Duration
	// AppVersion is the version of the application's rules at the first block.
	AppVersion uint64
}

// DefaultParams returns the limits for a profile.
func DefaultParams(p Profile) Params {
	params := Params{
		BlockBytesMax:     blockBytesMany,
		EvidenceAgeBlocks: evidenceAgeBlocks,
		EvidenceAge:       evidenceAge,
		AppVersion:        1,
	}
	if p == Single {
		params.BlockBytesMax = blockBytesSingle
	}
	return params
}

// Validate says what is wrong with the genesis, if anything.
func (g Genesis) Validate() error {
	if !chainIDForm.MatchString(g.ChainID) {
		return fmt.Errorf("chain id %q is not 1 to 50 letters, digits, dots, dashes or underscores", g.ChainID)
	}
	if g.Time.IsZero() {
		return errors.New("the genesis has no time")
	}
	if len(g.Validators) == 0 {
		return errors.New("the genesis names no validator: add at least one consensus key")
	}
	if len(g.Validators) > validatorsMax {
		return fmt.Errorf("the genesis names %d validators, at most %d are possible", len(g.Validators), validatorsMax)
	}
	if len(g.AppState) > appStateBytesMax {
		return fmt.Errorf("the genesis holds %d bytes of application state, at most %d are possible", len(g.AppState), appStateBytesMax)
	}
	seen := make(map[[32]byte]bool, len(g.Validators))
	for _, v := range g.Validators {
		if v.Power <= 0 {
			return fmt.Errorf("validator %q has power %d: it must be positive", v.Name, v.Power)
		}
		if seen[v.PubKey] {
			return fmt.Errorf("the key of validator %q is named twice", v.Name)
		}
		seen[v.PubKey] = true
	}
	return g.Params.validate()
}

func (p Params) validate() error {
	if p.BlockBytesMax < evidenceBytes || p.BlockBytesMax > blockBytesMaxAllowed {
		return fmt.Errorf("a block size of %d bytes is outside %d to %d", p.BlockBytesMax, evidenceBytes, blockBytesMaxAllowed)
	}
	if p.EvidenceAgeBlocks <= 0 || p.EvidenceAge <= 0 {
		return errors.New("the age of evidence must be positive in blocks and in time")
	}
	return nil
}

// WriteGenesis writes the genesis to a new file.
func WriteGenesis(path string, g Genesis) error {
	text, err := encodeGenesis(g)
	if err != nil {
		return fmt.Errorf("couldn't write the genesis to %s: %w", path, err)
	}
	return writeNew(path, text, 0o644)
}

// ReadGenesis reads and checks a genesis that WriteGenesis wrote.
func ReadGenesis(path string) (Genesis, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Genesis{}, fmt.Errorf("couldn't read the genesis: %w", err)
	}
	g, err := decodeGenesis(text)
	if err != nil {
		return Genesis{}, fmt.Errorf("couldn't read the genesis in %s: %w", path, err)
	}
	return g, nil
}

func encodeGenesis(g Genesis) ([]byte, error) {
	doc, err := g.doc()
	if err != nil {
		return nil, err
	}
	text, err := cmtjson.MarshalIndent(doc, "", "  ")
	return append(text, '\n'), err
}

// decodeGenesis doesn't call the engine's own reader on a document that it
// hasn't looked at: that one panics on a validator without a key.
func decodeGenesis(text []byte) (Genesis, error) {
	var doc types.GenesisDoc
	if err := cmtjson.Unmarshal(text, &doc); err != nil {
		return Genesis{}, err
	}
	for i, v := range doc.Validators {
		if _, err := rawKey(v.PubKey); err != nil {
			return Genesis{}, fmt.Errorf("validator %d: %w", i, err)
		}
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return Genesis{}, err
	}
	g, err := genesisOf(&doc)
	if err != nil {
		return Genesis{}, err
	}
	again, err := g.doc()
	if err != nil {
		return Genesis{}, err
	}
	if !equalDocs(again, &doc) {
		return Genesis{}, errors.New("the document sets something that this program doesn't: make it with WriteGenesis")
	}
	return g, nil
}

// equalDocs compares two documents by what is hashed and stored of them.
func equalDocs(a, b *types.GenesisDoc) bool {
	textA, errA := cmtjson.Marshal(a)
	textB, errB := cmtjson.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}

// doc turns the genesis into the engine's document. The application's state,
// which there must be JSON, is its base64.
func (g Genesis) doc() (*types.GenesisDoc, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	state, err := json.Marshal(base64.StdEncoding.EncodeToString(g.AppState))
	if err != nil {
		return nil, err
	}
	params := types.DefaultConsensusParams()
	params.Block.MaxBytes = g.Params.BlockBytesMax
	params.Block.MaxGas = -1
	params.Evidence.MaxAgeNumBlocks = g.Params.EvidenceAgeBlocks
	params.Evidence.MaxAgeDuration = g.Params.EvidenceAge
	params.Evidence.MaxBytes = evidenceBytes
	params.Version.App = g.Params.AppVersion
	doc := &types.GenesisDoc{
		GenesisTime:     g.Time.UTC().Round(0),
		ChainID:         g.ChainID,
		InitialHeight:   1,
		ConsensusParams: params,
		AppState:        state,
	}
	for _, v := range g.Validators {
		pub := ed25519.PubKey(bytes.Clone(v.PubKey[:]))
		doc.Validators = append(doc.Validators, types.GenesisValidator{
			Address: pub.Address(), PubKey: pub, Power: v.Power, Name: v.Name,
		})
	}
	return doc, doc.ValidateAndComplete()
}

// genesisOf is the inverse of doc.
func genesisOf(doc *types.GenesisDoc) (Genesis, error) {
	var encoded string
	if err := json.Unmarshal(doc.AppState, &encoded); err != nil {
		return Genesis{}, fmt.Errorf("app_state is not a base64 string: %w", err)
	}
	state, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return Genesis{}, fmt.Errorf("app_state is not base64: %w", err)
	}
	g := Genesis{
		ChainID:  doc.ChainID,
		Time:     doc.GenesisTime,
		AppState: state,
		Params: Params{
			BlockBytesMax:     doc.ConsensusParams.Block.MaxBytes,
			EvidenceAgeBlocks: doc.ConsensusParams.Evidence.MaxAgeNumBlocks,
			EvidenceAge:       doc.ConsensusParams.Evidence.MaxAgeDuration,
			AppVersion:        doc.ConsensusParams.Version.App,
		},
	}
	for _, v := range doc.Validators {
		pub, err := rawKey(v.PubKey)
		if err != nil {
			return Genesis{}, fmt.Errorf("validator %q: %w", v.Name, err)
		}
		g.Validators = append(g.Validators, GenesisValidator{PubKey: pub, Power: v.Power, Name: v.Name})
	}
	return g, g.Validate()
}
