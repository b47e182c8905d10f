package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

func FuzzParseKey(f *testing.F) {
	f.Add([]byte(keyHeader + "\n" + hex.EncodeToString(bytes.Repeat([]byte{0x5a}, 32)) + "\n"))
	f.Add([]byte(keyHeader))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := parseKey(text)
		if err != nil {
			if k != (Key{}) {
				t.Error("a refused text gave a part of a key")
			}
			return
		}
		again, err := parseKey([]byte(keyHeader + "\n" + hex.EncodeToString(k[:]) + "\n"))
		if err != nil || again != k {
			t.Errorf("a key written anew is another one: %v", err)
		}
	})
}

func FuzzOpenSealed(f *testing.F) {
	s := sealer{Key{7}.own("test")}
	f.Add([]byte("context"), []byte("plain"), uint(40), byte(1))
	f.Add([]byte{}, []byte{}, uint(0), byte(0x80))
	f.Add([]byte("context"), append([]byte{sealVersion}, make([]byte, sealBytesMin)...), uint(5), byte(0))
	f.Fuzz(func(t *testing.T, context, text []byte, at uint, flip byte) {
		if plain, err := s.open(context, text); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%x, which nobody sealed, opened as %q, %v", text, plain, err)
		}
		sealed, err := s.seal(context, text)
		if err != nil {
			t.Fatal(err)
		}
		sealed[at%uint(len(sealed))] ^= flip
		plain, err := s.open(context, sealed)
		if flip == 0 && (err != nil || !bytes.Equal(plain, text)) {
			t.Errorf("%x came back as %x, %v", text, plain, err)
		}
		if flip != 0 && !errors.Is(err, ErrDamaged) {
			t.Errorf("changed at %d, it opened as %x, %v", at, plain, err)
		}
		if _, err := s.open(append(context, 0), sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("it opened in another context: %v", err)
		}
	})
}

func TestASealedValueOpensOnlyAsItWasSealed(t *testing.T) {
	s := sealer{Key{7}.own("test")}
	for _, plain := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("long"), 100_000)} {
		sealed, err := s.seal([]byte("context"), plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.open([]byte("context"), sealed); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back as %d, %v", len(plain), len(got), err)
		}
		for _, at := range []int{0, 1, 17, 29, len(sealed) - 1} {
			changed := bytes.Clone(sealed)
			changed[at] ^= 1
			if _, err := s.open([]byte("context"), changed); !errors.Is(err, ErrDamaged) {
				t.Errorf("byte %d was changed: %v", at, err)
			}
		}
		for _, end := range []int{0, 1, sealBytesMin - 1, len(sealed) - 1} {
			if _, err := s.open([]byte("context"), sealed[:end]); !errors.Is(err, ErrDamaged) {
				t.Errorf("cut to %d bytes: %v", end, err)
			}
		}
		if _, err := (sealer{Key{8}.own("test")}).open([]byte("context"), sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("another key: %v", err)
		}
		again, err := s.seal([]byte("context"), plain)
		if err != nil {
			t.Fatal(err)
		}
		if salt, nonce := 1+sealSaltBytes, 1+sealSaltBytes+nonceBytes; bytes.Equal(again[1:salt], sealed[1:salt]) || bytes.Equal(again[salt:nonce], sealed[salt:nonce]) {
			t.Error("sealed twice, it has the same salt or nonce")
		}
	}
}

func TestAChunksContextTellsItsPlaceAndTheEnd(t *testing.T) {
	seen := map[string]bool{}
	for _, position := range []int{0, 1, 255, 256, 1 << 20} {
		for _, last := range []bool{false, true} {
			c := string(chunkContext(position, last))
			if seen[c] {
				t.Errorf("chunk %d, last %v, has the context of another", position, last)
			}
			seen[c] = true
		}
	}
}

func TestAFingerprintKeepsItsPartsApart(t *testing.T) {
	secret := [32]byte{1}
	a := fingerprint(secret, []byte("ab"), []byte("c"))
	if !bytes.Equal(a, fingerprint(secret, []byte("ab"), []byte("c"))) {
		t.Error("the same parts gave two fingerprints")
	}
	for _, b := range [][]byte{
		fingerprint(secret, []byte("a"), []byte("bc")),
		fingerprint(secret, []byte("abc")),
		fingerprint([32]byte{2}, []byte("ab"), []byte("c")),
	} {
		if bytes.Equal(a, b) {
			t.Error("other parts or another secret gave the same fingerprint")
		}
	}
}
