package proof_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors anew")

const vectorsPath = "../docs/internals/vectors"

// hexed is bytes that a vector file shows as hexadecimal digits.
type hexed []byte

func (h hexed) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(h)) }

// object is one vector, or a part of one: its members come out in ascending order.
type object = map[string]any

// TestVectorsAreFresh holds that the published vectors are what this program
// computes. Other programs are held against the same files.
func TestVectorsAreFresh(t *testing.T) {
	files := map[string]any{
		"cbor.json": cborVectors(t), "hashes.json": hashVectors(), "custody.json": custodyVectors(), "trees.json": treeVectors(t),
		"state.json": stateVectors(), "values.json": valueVectors(t), "entry.json": entryVectors(), "header.json": headerVectors(t),
		"objects.json": objectVectors(t),
	}
	for name, content := range files {
		b, err := json.MarshalIndent(content, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fresh(t, name, append(b, '\n'))
	}
	for name, b := range exampleFiles(t) {
		fresh(t, name, b)
	}
}

func fresh(t *testing.T, name string, b []byte) {
	t.Helper()
	path := filepath.Join(vectorsPath, name)
	if *update {
		if err := os.MkdirAll(vectorsPath, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old, b) {
		t.Errorf("%s is not what this program computes; if the change is meant, run go generate ./proof", path)
	}
}
