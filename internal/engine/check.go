package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"pedigree/internal/store/kv"
)

// BlocksReport is what a check of the block store counted.
type BlocksReport struct {
	From, To int64
	Txs      int
	// Validators are the keys that decide the block after the last.
	Validators [][32]byte
}

// AppCheck is what a check of blocks asks of the application.
type AppCheck struct {
	// Hash gives the application's hash after a height; found is false where it isn't
	// known any more. Required.
	Hash func(height int64) (hash []byte, found bool, err error)
	// Result judges a transaction's stored result, which its block's successor signs
	// (default: all are right).
	Result func(height int64, index int, r TxResult) error
}

// CheckBlocks reads every block of a store that no node has open and calls fault
// with each that doesn't fit: its bytes and its hash, the block before it, the
// signatures that decided it, its results and the next header, its validators.
func CheckBlocks(ctx context.Context, db *kv.DB, app AppCheck, fault func(error)) (r BlocksReport, err error) {
	c := blockCheck{
		blocks: store.NewBlockStore(db.CometDB(kv.EngineBlocks)), app: app,
		state: sm.NewStore(db.CometDB(kv.EngineState), sm.StoreOptions{}),
	}
	r.From, r.To = c.blocks.Base(), c.blocks.Height()
	if r.To == 0 {
		return r, nil
	}
	for h := r.From; h <= r.To; h++ {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		txs, err := withoutPanics(func() (int, error) { return c.block(h, r.To) })
		if err != nil {
			fault(fmt.Errorf("block %d: %w", h, err))
		}
		r.Txs += txs
	}
	set, err := c.state.LoadValidators(r.To + 1)
	if err != nil {
		fault(fmt.Errorf("the validators of height %d can't be read: %w", r.To+1, err))
		return r, nil
	}
	for _, v := range set.Validators {
		key, err := rawKey(v.PubKey)
		if err != nil {
			return r, err
		}
		r.Validators = append(r.Validators, key)
	}
	return r, nil
}

// CheckBlocks checks the blocks up to a height, whose successor is there, of this
// running node as CheckBlocks does those of a stopped one. It calls rest after each
// block, and passes over blocks that are forgotten meanwhile.
func (n *Node) CheckBlocks(ctx context.Context, to int64, app AppCheck, rest func() error, fault func(error)) error {
	c := blockCheck{blocks: n.blocks, state: n.state, app: app}
	for h := n.blocks.Base(); h <= to; h++ {
		if h == 0 {
			continue
		}
		_, err := withoutPanics(func() (int, error) { return c.block(h, to+1) })
		if base := n.blocks.Base(); base > h {
			c, h = blockCheck{blocks: n.blocks, state: n.state, app: app}, base-1
		} else if err != nil {
			fault(fmt.Errorf("block %d: %w", h, err))
		}
		if err := errors.Join(ctx.Err(), rest()); err != nil {
			return err
		}
	}
	return nil
}

// withoutPanics turns the engine's panics over what it can't read into errors.
func withoutPanics(do func() (int, error)) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it can't be read: %v", r)
		}
	}()
	return do()
}

type blockCheck struct {
	blocks  *store.BlockStore
	state   sm.Store
	app     AppCheck
	before  *types.BlockMeta
	results []byte // the hash of the results of the block before
	commit  []byte // the hash of the signatures that decided the block before
}

func (c *blockCheck) block(h, last int64) (txs int, err error) {
	before, results, commit := c.before, c.results, c.commit
	c.before, c.results, c.commit = nil, nil, nil
	meta, block := c.blocks.LoadBlockMeta(h), c.blocks.LoadBlock(h)
	if meta == nil || block == nil {
		return 0, errors.New("it is missing")
	}
	if err := block.ValidateBasic(); err != nil {
		return 0, err
	}
	if !bytes.Equal(block.Hash(), meta.BlockID.Hash) || block.Height != h || !bytes.Equal(meta.Header.Hash(), meta.BlockID.Hash) {
		return 0, errors.New("it isn't the block that its entry in the index names")
	}
	if byHash := c.blocks.LoadBlockMetaByHash(meta.BlockID.Hash); byHash == nil || byHash.Header.Height != h {
		return 0, errors.New("the index doesn't find it by its hash")
	}
	if before != nil && !block.LastBlockID.Equals(before.BlockID) {
		return 0, errors.New("it follows another block than the one before it")
	}
	if results != nil && !bytes.Equal(results, block.LastResultsHash) {
		return 0, errors.New("its header names other results of the block before it than are stored")
	}
	if commit != nil && !bytes.Equal(commit, block.LastCommitHash) {
		return 0, errors.New("its header names other signatures of the block before it than are stored")
	}
	c.before = meta
	return len(block.Txs), errors.Join(c.decided(h, last, meta), c.outcome(h, last, block))
}

// decided verifies the signatures that decided a block: those that the next block
// names, and those that this node had seen when it took the block.
func (c *blockCheck) decided(h, last int64, meta *types.BlockMeta) error {
	set, err := c.state.LoadValidators(h)
	if err != nil {
		return fmt.Errorf("its validators can't be read: %w", err)
	}
	if !bytes.Equal(set.Hash(), meta.Header.ValidatorsHash) {
		return errors.New("its validators are not those that its header names")
	}
	named, seen := c.blocks.LoadBlockCommit(h), c.blocks.LoadSeenCommit(h)
	if h < last && named == nil || h == last && seen == nil {
		return errors.New("the signatures that decided it are missing")
	}
	for _, commit := range []*types.Commit{named, seen} {
		if commit == nil {
			continue
		}
		if err := signedAll(set, meta, commit); err != nil {
			return fmt.Errorf("the signatures that decided it don't hold: %w", err)
		}
	}
	if h < last {
		c.commit = named.Hash()
	}
	return nil
}

// signedAll verifies every signature of a commit, not just as many as decide, and that
// each names the validator in whose place it stands.
func signedAll(set *types.ValidatorSet, meta *types.BlockMeta, commit *types.Commit) error {
	if err := set.VerifyCommit(meta.Header.ChainID, meta.BlockID, meta.Header.Height, commit); err != nil {
		return err
	}
	for i, s := range commit.Signatures {
		if s.BlockIDFlag != types.BlockIDFlagAbsent && !bytes.Equal(s.ValidatorAddress, set.Validators[i].Address) {
			return fmt.Errorf("signature %d names another validator than the one in its place", i)
		}
	}
	return nil
}

// outcome compares a block's results and the application's hash before it. The
// results of the last block may be missing: it is replayed at the next start.
func (c *blockCheck) outcome(h, last int64, block *types.Block) error {
	if hash, found, err := c.app.Hash(h - 1); err != nil {
		return err
	} else if found && !bytes.Equal(hash, block.AppHash) {
		return fmt.Errorf("its header says that the state before it had the hash %X, the store's parts give %X", []byte(block.AppHash), hash)
	}
	res, err := c.state.LoadFinalizeBlockResponse(h)
	if err != nil {
		if h == last {
			return nil
		}
		return fmt.Errorf("its results can't be read: %w", err)
	}
	if len(res.TxResults) != len(block.Txs) {
		return fmt.Errorf("%d results are stored for its %d transactions", len(res.TxResults), len(block.Txs))
	}
	c.results = types.NewResults(res.TxResults).Hash()
	if c.app.Result == nil {
		return nil
	}
	for i, r := range res.TxResults {
		if err := c.app.Result(h, i, TxResult{Code: r.Code, Data: r.Data, Log: r.Log}); err != nil {
			return err
		}
	}
	return nil
}
