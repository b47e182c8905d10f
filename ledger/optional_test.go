package ledger_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

type optionalMessage struct {
	_    struct{}       `cbor:",toarray"`
	Key  ledger.OptKey  `json:"key"`
	Hash ledger.OptHash `json:"hash"`
}

func TestOptionalKeysAndHashesHaveOneEncoding(t *testing.T) {
	key, hash := ledgertest.Key("alice"), ledgertest.HashOf("alice")
	cases := map[string]struct {
		message optionalMessage
		hex     string
	}{
		"what is left out is null":       {optionalMessage{}, "82f6f6"},
		"what is there is a byte string": {optionalMessage{Key: ledger.OptKey(key), Hash: ledger.OptHash(hash)}, "825821" + key.String() + "5820" + hash.String()},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ledger.EncodeMessage(c.message)
			if err != nil || hex.EncodeToString(got) != c.hex {
				t.Fatalf("got %x, %v; want %s", got, err, c.hex)
			}
			back := optionalMessage{Key: ledger.OptKey(ledgertest.Key("bob"))}
			if err := ledger.DecodeMessage(got, &back); err != nil || back != c.message {
				t.Fatalf("read back %v, %v", back, err)
			}
			text, err := json.Marshal(c.message)
			if err != nil {
				t.Fatal(err)
			}
			back = optionalMessage{Hash: ledger.OptHash(ledgertest.HashOf("bob"))}
			if err := json.Unmarshal(text, &back); err != nil || back != c.message {
				t.Fatalf("read back %s as %v, %v", text, back, err)
			}
		})
	}
}

func TestOtherEncodingsOfOptionalFieldsAreRefused(t *testing.T) {
	zeroKey, zeroHash := strings.Repeat("00", 33), strings.Repeat("00", 32)
	for name, text := range map[string]string{
		"a key of zeros":                 "825821" + zeroKey + "f6",
		"a key of another algorithm":     "82582102" + zeroKey[2:] + "f6",
		"a short key":                    "82582001" + zeroKey[4:] + "f6",
		"a hash of zeros":                "82f65820" + zeroHash,
		"a hash with a long length head": "82f6590020" + ledgertest.HashOf("x").String(),
		"a long hash":                    "82f65821" + ledgertest.HashOf("x").String() + "00",
		"undefined in place of null":     "82f7f6",
		"text in place of a key":         "82616bf6",
	} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(name, err)
		}
		var m optionalMessage
		if err := ledger.DecodeMessage(b, &m); err == nil {
			t.Errorf("%s was read as %v", name, m)
		}
	}
}

func FuzzOptionalFields(f *testing.F) {
	f.Add([]byte{0x82, 0xf6, 0xf6})
	f.Add(append(append([]byte{0x82, 0x58, 33}, make([]byte, 33)...), 0xf6))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m optionalMessage
		if ledger.DecodeMessage(b, &m) != nil {
			return
		}
		again, err := ledger.EncodeMessage(m)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x was read and written as %x, %v", b, again, err)
		}
	})
}
