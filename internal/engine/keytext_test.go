package engine

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestKeysInMemoryRunANodeAndTouchNoDisk runs a validator whose keys are nowhere
// below its home, and takes its mark away and back.
func TestKeysInMemoryRunANodeAndTouchNoDisk(t *testing.T) {
	var k Keys
	s := &site{home: filepath.Join(t.TempDir(), "engine"), fs: vfs.NewMem(), addr: freeAddr(t)}
	must(t, k.Complete(s.home))
	var err error
	s.nodeID, s.key, err = k.Public()
	must(t, err)
	give := func(_ *site, c *Config) { c.Keys = k }
	c := Config{Profile: Single, Genesis: genesisFor("in-memory", Single, s)}
	must(t, s.start(testContext(t), c, give))
	if s.node.NodeID() != s.nodeID {
		t.Errorf("the node calls itself %s, its key says %s", s.node.NodeID(), s.nodeID)
	}
	s.mustSubmit(t, "one")
	must(t, s.stop())
	early, err := os.ReadFile(filepath.Join(s.home, markFile))
	must(t, err)
	must(t, s.start(testContext(t), c, give))
	s.mustSubmit(t, "two")
	must(t, s.stop())
	noFileHolds(t, s.home, k)

	mark := filepath.Join(s.home, markFile)
	must(t, os.Rename(mark, mark+".away"))
	if err := s.start(testContext(t), c, give); !errors.Is(err, ErrMarkMissing) || !strings.Contains(err.Error(), "put the mark of this very machine back") {
		t.Errorf("without its mark: %v", err)
	}
	must(t, k.Complete(s.home))
	if _, err := os.Stat(mark); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a used key got a new mark")
	}
	must(t, os.WriteFile(mark, early, 0o600))
	if err := s.start(testContext(t), c, give); !errors.Is(err, ErrMarkStale) {
		t.Errorf("with an old mark: %v", err)
	}
	must(t, os.Rename(mark+".away", mark))
	must(t, s.start(testContext(t), c, give))
	s.mustSubmit(t, "three")
	must(t, s.stop())
}

// noFileHolds searches a home for private keys in the forms that they are written in.
func noFileHolds(t *testing.T, home string, k Keys) {
	t.Helper()
	node, err := k.node()
	must(t, err)
	consensus, err := k.consensus()
	must(t, err)
	files := 0
	must(t, filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		for _, secret := range [][]byte{node.PrivKey.Bytes(), consensus.Bytes()} {
			if bytes.Contains(content, secret[:32]) || bytes.Contains(content, []byte(base64.StdEncoding.EncodeToString(secret)[:40])) {
				t.Errorf("%s holds a private key", path)
			}
		}
		return err
	}))
	if files == 0 {
		t.Error("there is no file in the home at all")
	}
}

func TestKeysAreCompletedOnce(t *testing.T) {
	home := t.TempDir()
	var k Keys
	must(t, k.Complete(home))
	lost := k
	k = Keys{Node: k.Node} // the process ended before the consensus key was kept
	must(t, k.Complete(home))
	if bytes.Equal(k.Consensus, lost.Consensus) || !bytes.Equal(k.Node, lost.Node) {
		t.Error("what was kept changed, or what was lost came back")
	}
	same := k
	must(t, same.Complete(home))
	if !bytes.Equal(same.Consensus, k.Consensus) || !bytes.Equal(same.Node, k.Node) {
		t.Error("complete keys changed")
	}
	signs, err := k.signer(home, func(error) {})
	must(t, err)
	must(t, signs.close())
}

func TestKeysThatAreNoKeysAreRefusedWithoutTheirText(t *testing.T) {
	var k Keys
	must(t, k.Complete(t.TempDir()))
	for name, bad := range map[string]Keys{
		"a node key of nonsense":      {Node: []byte("secret nonsense"), Consensus: k.Consensus},
		"a consensus key of nonsense": {Node: k.Node, Consensus: []byte("secret nonsense")},
		"the two exchanged":           {Node: k.Consensus[:40], Consensus: k.Node},
	} {
		_, _, err := bad.Public()
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "priv") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Config{Home: "x", Keys: Keys{Node: k.Node}}).validate(); err == nil {
		t.Error("one key without the other was taken")
	}
}

func TestAProtectedHomeGetsNoNewKeys(t *testing.T) {
	home := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(home, filepath.Dir(protectedMark)), 0o700))
	must(t, os.WriteFile(filepath.Join(home, protectedMark), nil, 0o600))
	if _, _, err := InitHome(home); err == nil || !strings.Contains(err.Error(), "protected") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(home, nodeKeyFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a node key was made")
	}
}
