package engine_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
)

// silent accepts every transaction and keeps nothing, so it is at height 0
// whenever it starts and the engine replays the chain to it.
type silent struct{}

func (*silent) Info() (int64, []byte) { return 0, nil }

func (*silent) InitChain(engine.Genesis) ([]byte, []engine.ValidatorUpdate, error) {
	return nil, nil, nil
}

func (*silent) CheckTx([]byte, bool) (uint32, string) { return 0, "" }

func (*silent) FinalizeBlock(b engine.Block) (engine.BlockResult, error) {
	return engine.BlockResult{Results: make([]engine.TxResult, len(b.Txs))}, nil
}

func (*silent) Commit() (int64, error) { return 0, nil }

// Start one node that is its own only validator, submit a transaction and wait
// for the block it is in.
func ExampleStart() {
	dir, err := os.MkdirTemp("", "engine-example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	home := filepath.Join(dir, "engine")
	_, key, err := engine.InitHome(home)
	if err != nil {
		log.Fatal(err)
	}
	db, err := kv.Open(filepath.Join(dir, "store"), kv.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	node, err := engine.Start(ctx, engine.Config{
		Home: home, DB: db,
		Genesis: engine.Genesis{
			ChainID:    "example",
			Time:       time.Now(),
			Validators: []engine.GenesisValidator{{PubKey: key, Power: 1}},
			Params:     engine.DefaultParams(engine.Single),
		},
	}, &silent{})
	if err != nil {
		log.Fatal(err)
	}
	defer node.Stop()

	blocks, err := node.Subscribe(0)
	if err != nil {
		log.Fatal(err)
	}
	defer blocks.Close()
	if err := node.Submit(ctx, []byte("hello")); err != nil {
		log.Fatal(err)
	}
	for b := range blocks.Blocks() {
		if len(b.Txs) > 0 {
			fmt.Printf("%s has result %d\n", b.Txs[0], b.Results[0].Code)
			break
		}
	}
	// Output: hello has result 0
}
