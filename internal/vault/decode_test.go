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
	sealed, err := s.seal([]byte("context"), []byte("plain"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("context"), sealed)
	f.Add([]byte("other"), sealed)
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, context, text []byte) {
		plain, err := s.open(context, text)
		same := bytes.Equal(context, []byte("context")) && bytes.Equal(text, sealed)
		if same != (err == nil) {
			t.Fatalf("%x under %q opened as %q, %v", text, context, plain, err)
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("the error says nothing of damage: %v", err)
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
		if again, _ := s.seal([]byte("context"), plain); bytes.Equal(again, sealed) {
			t.Error("sealed twice, it looks the same")
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
