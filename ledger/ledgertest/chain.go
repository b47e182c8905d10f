package ledgertest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"pedigree/ledger"
	"pedigree/proof"
)

// ChainID is the id of every test chain.
const ChainID = "pedigree-test"

// FirstTime is the block time of height 1: 2026-11-01 00:00:00 UTC.
const FirstTime = 1793491200

// PrivateKey derives a test key from a name; the same name gives the same key.
func PrivateKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("pedigree test key " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Key is the public half of PrivateKey.
func Key(name string) proof.Key {
	return proof.NewKey(PrivateKey(name).Public().(ed25519.PublicKey))
}

// HashOf derives a test hash from a name.
func HashOf(name string) proof.Hash { return sha256.Sum256([]byte("pedigree test hash " + name)) }

// Chain is a ledger in memory.
type Chain struct {
	T       testing.TB
	Runtime *ledger.Runtime
	State   *Memory
	Height  uint64
	Time    uint64
	Last    ledger.Outcome
	// SkipInvariants leaves out the check after each block, for long random runs
	// that check at the end.
	SkipInvariants bool
}

// NewChain founds a chain with the modules and each module's founding data.
func NewChain(t testing.TB, governor ledger.Governor, founding map[string][]byte, modules ...ledger.Module) *Chain {
	t.Helper()
	rt, err := ledger.New(ledger.Config{ChainID: ChainID, Modules: modules, Governor: governor})
	if err != nil {
		t.Fatal(err)
	}
	c := &Chain{T: t, Runtime: rt, State: NewMemory(), Time: FirstTime}
	info := ledger.BlockInfo{Height: 0, Time: FirstTime}
	out, err := rt.Begin(info, func(m string) []byte { return founding[m] }, ledger.DefaultParams(), c.State)
	if err != nil {
		t.Fatal(err)
	}
	c.State.Apply(out.Changes)
	c.Last = out
	return c
}

// Act is one entry in the making: who admits it, what it says, who else signs.
type Act struct {
	As         string   // admitting organisation
	Also       []string // further admitting organisations
	KeyName    string   // name of the test key; the organisation's id when empty
	KeyID      uint64   // 1 when 0
	Entries    []proof.Entry
	Signers    []string // names of test keys
	ValidUntil uint64   // an hour ahead when 0
	ChainID    string
}

// Entry encodes one message.
func Entry(t testing.TB, module, kind string, message any) proof.Entry {
	t.Helper()
	b, err := ledger.EncodeMessage(message)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Entry{Module: module, Kind: kind, Message: b}
}

// Envelope signs an act.
func (c *Chain) Envelope(a Act) []byte {
	c.T.Helper()
	if a.KeyID == 0 {
		a.KeyID = 1
	}
	if a.KeyName == "" {
		a.KeyName = a.As
	}
	if a.ValidUntil == 0 {
		a.ValidUntil = c.Time + 3600
	}
	if a.ChainID == "" {
		a.ChainID = ChainID
	}
	body := proof.Body{ChainID: a.ChainID, ValidUntil: a.ValidUntil, Entries: a.Entries, Admission: []proof.Admission{{Org: a.As, KeyID: a.KeyID}}}
	names := []string{a.KeyName}
	for _, org := range a.Also {
		body.Admission = append(body.Admission, proof.Admission{Org: org, KeyID: 1})
		names = append(names, org)
	}
	for _, s := range a.Signers {
		body.Signers = append(body.Signers, Key(s))
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	for _, name := range append(names, a.Signers...) {
		env.Signatures = append(env.Signatures, proof.Sign(PrivateKey(name), env.ID()))
	}
	return env.Encode()
}

// Block executes envelopes as the next block, ten seconds on, and checks all
// invariants.
func (c *Chain) Block(txs ...[]byte) []ledger.TxResult {
	c.T.Helper()
	c.Height++
	c.Time += 10
	info := ledger.BlockInfo{Height: c.Height, Time: c.Time, FirstEvent: uint64(len(c.State.Events))}
	c.Last = c.Runtime.ExecuteBlock(info, txs, c.State)
	c.State.Apply(c.Last.Changes)
	if !c.SkipInvariants {
		if err := c.Runtime.Invariants(c.State); err != nil {
			c.T.Fatalf("after block %d: %v", c.Height, err)
		}
	}
	return c.Last.Results
}

// Do runs one act in a block of its own and returns its result.
func (c *Chain) Do(a Act) ledger.TxResult {
	c.T.Helper()
	return c.Block(c.Envelope(a))[0]
}

// Try says how envelopes would end in the next block; see ledger.Runtime.Try.
func (c *Chain) Try(txs ...[]byte) error {
	return c.Runtime.Try(ledger.BlockInfo{Height: c.Height + 1, Time: c.Time}, txs, c.State)
}

// View reads committed state through typed maps.
func (c *Chain) View() ledger.State { return ledger.View(c.State) }
