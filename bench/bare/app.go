package bare

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
)

// codeBadSignature is the result of a transaction whose signatures don't verify.
const codeBadSignature = 1

// Config says what the application does besides nothing.
type Config struct {
	// Signatures is how many signatures each transaction carries and the
	// application checks (default 0).
	Signatures int
	// Verify checks one signature (default: ZIP-215 by curve25519-voi). Give the
	// ledger's own to compare like with like.
	Verify func(key, message, signature []byte) bool
	// HashEveryBlock changes the state's hash with every transaction, as a ledger
	// does; the engine then adds an empty block to sign it.
	HashEveryBlock bool
	// SyncCommit waits for the disk in Commit, to show what that would cost.
	SyncCommit bool
}

// App is the application. It implements engine.App.
type App struct {
	config   Config
	view     *kv.View
	verdicts *verdicts

	committed, next counts
}

type counts struct{ height, txs int64 }

var _ engine.App = (*App)(nil)

var countsKey = []byte("bare")

// New opens the application on the store.
func New(db *kv.DB, c Config) (*App, error) {
	if c.Signatures < 0 || c.Signatures > signaturesMax {
		return nil, fmt.Errorf("couldn't open the bare application: %d signatures per transaction, at most %d are possible", c.Signatures, signaturesMax)
	}
	if c.Verify == nil {
		c.Verify = verifyZIP215
	}
	a := &App{config: c, view: db.View(kv.Bench), verdicts: newVerdicts(verdictsMax)}
	value, found, err := a.view.Get(countsKey)
	if err != nil {
		return nil, err
	}
	if found && len(value) != 16 {
		return nil, errors.New("couldn't open the bare application: its state has the wrong length")
	}
	if found {
		a.committed = counts{int64(binary.BigEndian.Uint64(value)), int64(binary.BigEndian.Uint64(value[8:]))}
	}
	return a, nil
}

// verifyZIP215 is the rule of everything that consensus decides.
func verifyZIP215(key, message, signature []byte) bool {
	return ed25519.VerifyWithOptions(key, message, signature, &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215})
}

// Info returns what was persisted.
func (a *App) Info() (int64, []byte) { return a.committed.height, a.hash(a.committed) }

// InitChain begins with nothing.
func (a *App) InitChain(engine.Genesis) ([]byte, []engine.ValidatorUpdate, error) {
	return a.hash(counts{}), nil, nil
}

// CheckTx checks the signatures, if there are any to check.
func (a *App) CheckTx(tx []byte, recheck bool) (uint32, string) {
	if recheck || a.verified(tx) {
		return 0, ""
	}
	return codeBadSignature, "a signature doesn't verify"
}

// FinalizeBlock counts.
func (a *App) FinalizeBlock(b engine.Block) (engine.BlockResult, error) {
	a.next = counts{b.Height, a.committed.txs + int64(len(b.Txs))}
	results := make([]engine.TxResult, len(b.Txs))
	for i, tx := range b.Txs {
		if !a.verified(tx) {
			results[i] = engine.TxResult{Code: codeBadSignature}
		}
	}
	return engine.BlockResult{Results: results, AppHash: a.hash(a.next)}, nil
}

// Commit persists the height and the count.
func (a *App) Commit() (int64, error) {
	value := binary.BigEndian.AppendUint64(nil, uint64(a.next.height))
	batch := a.view.NewBatch()
	if err := batch.Set(countsKey, binary.BigEndian.AppendUint64(value, uint64(a.next.txs))); err != nil {
		return 0, err
	}
	if err := batch.Commit(a.config.SyncCommit); err != nil {
		return 0, err
	}
	a.committed = a.next
	return 0, nil
}

// Txs returns how many transactions were committed. Call it when the node is
// stopped or idle.
func (a *App) Txs() int64 { return a.committed.txs }

// verified checks all signatures of a transaction, or remembers that it did.
func (a *App) verified(tx []byte) bool {
	if a.config.Signatures == 0 {
		return true
	}
	id := sha256.Sum256(tx)
	if a.verdicts.has(id) {
		return true
	}
	payload, ok := split(tx, a.config.Signatures)
	if !ok {
		return false
	}
	for i := range a.config.Signatures {
		at := tx[i*signedBytes:]
		if !a.config.Verify(at[:keyBytes], payload, at[keyBytes:signedBytes]) {
			return false
		}
	}
	a.verdicts.add(id)
	return true
}

// hash is a pure function of what is persisted, and constant unless asked
// otherwise.
func (a *App) hash(c counts) []byte {
	if !a.config.HashEveryBlock {
		return make([]byte, sha256.Size)
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(c.txs)))
	return sum[:]
}
