package proof_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

var witnessNow = time.Unix(1_790_000_100, 0).UTC()

// witnessKey is a witness whose key is made from its name.
func witnessKey(name string) (proof.WitnessKey, ed25519.PrivateKey) {
	k := seedKey(name, 0)
	return proof.WitnessKey{Name: name, Key: k.public.Raw()}, k.private
}

// noteBy is a checkpoint that these witnesses cosigned at a time.
func noteBy(c proof.Checkpoint, at time.Time, names ...string) []byte {
	var lines []string
	for _, name := range names {
		k, private := witnessKey(name)
		lines = append(lines, c.Cosign(k, private, at))
	}
	return c.Note(lines...)
}

func TestACosignedCheckpointIsReadStrictly(t *testing.T) {
	v, _ := witnessKey("witness.example/1")
	stranger, _ := witnessKey("other.example")
	c := proof.Checkpoint{ChainID: "town", Events: 5, Root: proof.EmptyTree()}
	note := string(noteBy(c, witnessNow, v.Name))
	text, sig, _ := strings.Cut(note, "\n\n")
	_, strangers, _ := strings.Cut(string(noteBy(c, witnessNow, stranger.Name)), "\n\n")
	impostor, _ := witnessKey("impostor")
	impostor.Name = v.Name
	for _, tc := range []struct {
		name, note string
		by         []proof.WitnessKey
		want       int // cosignatures; -1: it is refused
	}{
		{"as it is written", note, []proof.WitnessKey{v}, 1},
		{"with a line of somebody unknown", note + strangers, []proof.WitnessKey{v}, 1},
		{"by two witnesses", note + strangers, []proof.WitnessKey{v, stranger}, 2},
		{"by an unknown witness alone", note, []proof.WitnessKey{stranger}, 0},
		{"by another key of the same name", note, []proof.WitnessKey{impostor}, 0},
		{"with one cosignature twice", note + sig, []proof.WitnessKey{v}, -1},
		{"with another size", strings.Replace(note, "\n5\n", "\n6\n", 1), []proof.WitnessKey{v}, -1},
		{"with a size in another form", strings.Replace(note, "\n5\n", "\n05\n", 1), []proof.WitnessKey{v}, -1},
		{"of another chain", strings.Replace(note, "town", "tomn", 1), []proof.WitnessKey{v}, -1},
		{"of no ledger", strings.Replace(note, "pedigree/", "another/", 1), []proof.WitnessKey{v}, -1},
		{"with one line more", text + "\nmore\n\n" + sig, []proof.WitnessKey{v}, -1},
		{"without its signature", text + "\n\n", []proof.WitnessKey{v}, 0},
		{"without its end", strings.TrimSuffix(note, "\n"), []proof.WitnessKey{v}, -1},
		{"with as many lines as are read", note + strings.Repeat(strangers, proof.CosignaturesMax-1), []proof.WitnessKey{v}, 1},
		{"with one more than are read", note + strings.Repeat(strangers, proof.CosignaturesMax), []proof.WitnessKey{v}, -1},
		{"longer than it may be", note + strings.Repeat("x", proof.NoteSizeMax), []proof.WitnessKey{v}, -1},
		{"empty", "", []proof.WitnessKey{v}, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, by, err := proof.OpenNote([]byte(tc.note), tc.by)
			if (err != nil) != (tc.want < 0) || err == nil && len(by) != tc.want {
				t.Errorf("%v, %v", by, err)
			}
		})
	}
}

func TestAWitnessKeysTextIsReadBack(t *testing.T) {
	v, _ := witnessKey("witness.example/1")
	got, err := proof.ParseWitnessKey(v.String())
	if diff := cmp.Diff(v, got); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	for _, bad := range []string{"", "a+b", v.String()[1:], strings.Replace(v.String(), "+", "+0", 1), v.String() + "A", v.String() + "\n", strings.Replace(v.String(), "witness", "wit ness", 1)} {
		if _, err := proof.ParseWitnessKey(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	for name, ok := range map[string]bool{"a": true, strings.Repeat("a", proof.WitnessNameMax): true, strings.Repeat("a", proof.WitnessNameMax+1): false, "a b": false, "a+b": false, "": false, "a\xff": false, "a\x1b": false} {
		if err := (proof.WitnessKey{Name: name, Key: v.Key}).Check(); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestTheCosignatureIsThatOfTheStandard holds the bytes against ones put together by
// hand after c2sp.org/tlog-cosignature and c2sp.org/signed-note.
func TestTheCosignatureIsThatOfTheStandard(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	v := proof.WitnessKey{Name: "w.example", Key: key.Public().(ed25519.PublicKey)}
	c := proof.Checkpoint{ChainID: "town", Events: 1, Root: proof.Hash{}}
	body := "pedigree/town\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	note := string(c.Note(c.Cosign(v, key, time.Unix(1_700_000_000, 0))))
	sig64, ok := strings.CutPrefix(note, body+"\n\xe2\x80\x94 w.example ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(sig64, "\n"))
	if !ok || err != nil || len(raw) != 4+8+64 {
		t.Fatalf("the note is %q", note)
	}
	id := sha256.Sum256(append([]byte("w.example\n\x04"), v.Key...))
	if !bytes.Equal(raw[:4], id[:4]) || binary.BigEndian.Uint64(raw[4:]) != 1_700_000_000 ||
		!ed25519.Verify(v.Key, []byte("cosignature/v1\ntime 1700000000\n"+body), raw[12:]) {
		t.Errorf("the cosignature is %x", raw)
	}
}

func FuzzOpenNote(f *testing.F) {
	v, _ := witnessKey("w.example")
	f.Add(noteBy(proof.Checkpoint{ChainID: "town", Events: 1}, witnessNow, v.Name))
	f.Add([]byte("a\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, _, err := proof.OpenNote(raw, []proof.WitnessKey{v})
		if err == nil && !bytes.HasPrefix(raw, []byte(c.Text()+"\n")) {
			t.Fatalf("%q was read as %+v", raw, c)
		}
	})
}

func ExampleOpenNote() {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	known := proof.WitnessKey{Name: "witness.example/1", Key: private.Public().(ed25519.PublicKey)}
	c := proof.Checkpoint{ChainID: "pedigree-pilot", Events: 1234}
	note := c.Note(c.Cosign(known, private, time.Unix(1_790_000_000, 0)))
	seen, by, err := proof.OpenNote(note, []proof.WitnessKey{known})
	fmt.Println(seen.ChainID, seen.Events, by[0].Name, by[0].At.Format(time.DateOnly), err)
	// Output: pedigree-pilot 1234 witness.example/1 2026-09-21 <nil>
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
