package bare

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"pedigree/internal/engine"
	"pedigree/internal/store/kv"
)

func newApp(t *testing.T, db *kv.DB, c Config) *App {
	t.Helper()
	app, err := New(db, c)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func openMemory(t *testing.T) *kv.DB {
	t.Helper()
	db, err := kv.Open("store", kv.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestSignaturesAreChecked(t *testing.T) {
	txs, err := NewTxs(400, 2, 7)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	app := newApp(t, openMemory(t), Config{Signatures: 2, Verify: func(key, message, signature []byte) bool {
		calls++
		return ed25519.Verify(key, message, signature)
	}})
	good := txs.Tx(1)
	if len(good) != 400 || bytes.Equal(good, txs.Tx(2)) || !bytes.Equal(good, txs.Tx(1)) {
		t.Fatal("transactions aren't what they should be")
	}
	if code, log := app.CheckTx(good, false); code != 0 || calls != 2 {
		t.Fatalf("a good transaction: %d %s after %d checks", code, log, calls)
	}
	for _, at := range []int{0, 40, 100, 150, 399} {
		bad := bytes.Clone(txs.Tx(1))
		bad[at] ^= 1
		if code, _ := app.CheckTx(bad, false); code == 0 {
			t.Errorf("byte %d may be changed", at)
		}
	}
	if code, _ := app.CheckTx(good[:100], false); code == 0 {
		t.Error("a cut transaction passes")
	}
	before := calls
	res, err := app.FinalizeBlock(engine.Block{Height: 1, Txs: [][]byte{good, good[:100], txs.Tx(3)}})
	if err != nil || res.Results[0].Code != 0 || res.Results[1].Code == 0 || res.Results[2].Code != 0 {
		t.Errorf("%+v, %v", res, err)
	}
	if calls != before+2 {
		t.Errorf("%d checks in the block, want those of the one transaction not seen before", calls-before)
	}
}

func TestTheStateIsWhatWasPersisted(t *testing.T) {
	for _, hashEveryBlock := range []bool{false, true} {
		db := openMemory(t)
		app := newApp(t, db, Config{HashEveryBlock: hashEveryBlock})
		_, empty := app.Info()
		res, err := app.FinalizeBlock(engine.Block{Height: 1, Txs: [][]byte{{1}, {2}}})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(res.AppHash, empty) == hashEveryBlock {
			t.Errorf("the hash changed: %v, want %v", !bytes.Equal(res.AppHash, empty), hashEveryBlock)
		}
		if height, _ := app.Info(); height != 0 {
			t.Errorf("height %d before Commit", height)
		}
		if _, err := app.Commit(); err != nil {
			t.Fatal(err)
		}
		again := newApp(t, db, Config{HashEveryBlock: hashEveryBlock})
		if height, hash := again.Info(); height != 1 || !bytes.Equal(hash, res.AppHash) || again.Txs() != 2 {
			t.Errorf("reopened at height %d with %d transactions", height, again.Txs())
		}
	}
}

func TestSizesAreLimited(t *testing.T) {
	db := openMemory(t)
	cases := []struct {
		name             string
		size, signatures int
		ok               bool
	}{
		{"the most signatures in the least space", signaturesMax*signedBytes + counterBytes, signaturesMax, true},
		{"one byte less", signaturesMax*signedBytes + counterBytes - 1, signaturesMax, false},
		{"one signature more", 10_000, signaturesMax + 1, false},
		{"the smallest without signatures", counterBytes, 0, true},
		{"smaller", counterBytes - 1, 0, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := NewTxs(tc.size, tc.signatures, 1)
			if (err == nil) != tc.ok {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := New(db, Config{Signatures: signaturesMax + 1}); err == nil {
		t.Error("an application with one signature more was opened")
	}
}

func TestOldVerdictsAreForgotten(t *testing.T) {
	v := newVerdicts(3)
	id := func(i byte) [32]byte { return [32]byte{i} }
	for i := range byte(7) {
		v.add(id(i))
	}
	held := 0
	for i := range byte(7) {
		if v.has(id(i)) {
			held++
		}
	}
	if held != 4 || !v.has(id(6)) || v.has(id(0)) {
		t.Errorf("%d of 7 are remembered", held)
	}
}
