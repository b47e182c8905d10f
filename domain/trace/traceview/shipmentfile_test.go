package traceview

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func testKeyring(name string) *Keyring { return NewKeyring(ledgertest.HashOf("seed of " + name)) }

func testContent() Content {
	origin := ledgertest.HashOf("made")
	return Content{
		Documents: []Document{{Name: "a.xml", MediaType: "application/xml", Bytes: []byte("<a/>")}},
		Hashes:    []proof.Hash{ledgertest.HashOf("e1"), ledgertest.HashOf("e2")}, MemoSalt: ledgertest.HashOf("memo"), Deadline: 1_800_000_000,
		Origins: []OriginOpening{{Origin: origin}}, Goods: []Goods{testGoods(origin, 2, 2)},
		Offers: []Offer{{Owner: ledgertest.Key("o"), Holder: ledgertest.Key("h"), Back: ledgertest.Key("b")}},
	}
}

// testShipmentFile is a shipment from maker to wholesaler.
func testShipmentFile(t testing.TB, c Content) []byte {
	t.Helper()
	plain, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	key, err := testKeyring("wholesaler").SealKey()
	if err != nil {
		t.Fatal(err)
	}
	head := ShipmentHead{ChainID: ledgertest.ChainID, From: "maker", KeyID: 1, To: "wholesaler", ID: ledgertest.HashOf("id")}
	file, err := sealShipment(head, key.PublicKey().Bytes(), plain, func(h proof.Hash) (proof.Signature, error) {
		return proof.Sign(ledgertest.PrivateKey("maker"), h), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// readShipment does all that a receiver does with the file itself.
func readShipment(raw []byte, reader string) (Content, error) {
	s, err := openShipmentFile(raw)
	if err != nil {
		return Content{}, err
	}
	if err := s.verify(ledgertest.Key("maker")); err != nil {
		return Content{}, err
	}
	key, err := testKeyring(reader).SealKey()
	if err != nil {
		return Content{}, err
	}
	return s.open(key)
}

func TestAShipmentOpensForItsReceiver(t *testing.T) {
	want := testContent()
	got, err := readShipment(testShipmentFile(t, want), "wholesaler")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("content differs (-want +got):\n%s", diff)
	}
}

func TestAShipmentOpensForNobodyElse(t *testing.T) {
	if _, err := readShipment(testShipmentFile(t, testContent()), "thief"); !errors.Is(err, errSealed) {
		t.Errorf("error %v, want %v", err, errSealed)
	}
}

func TestAFlippedByteAnywhereInAShipmentIsFound(t *testing.T) {
	file := testShipmentFile(t, testContent())
	for i := range file {
		file[i] ^= 0x40
		if _, err := readShipment(file, "wholesaler"); err == nil {
			t.Errorf("byte %d of %d was changed and nobody noticed", i, len(file))
		}
		file[i] ^= 0x40
	}
}

func TestSealedBytesAreBoundToTheHeadOfTheFile(t *testing.T) {
	file := testShipmentFile(t, testContent())
	s, err := openShipmentFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head := s.ShipmentHead
	head.From = "mallory" // who signs the maker's sealed bytes as its own
	stolen := proof.AppendBytes(head.appendHead(nil, s.seal), s.sealed)
	sig := proof.Sign(ledgertest.PrivateKey("mallory"), proof.TaggedHash(proof.TagShipment, stolen))
	s, err = openShipmentFile(proof.AppendBytes(stolen, sig[:]))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.verify(ledgertest.Key("mallory")); err != nil {
		t.Fatal(err)
	}
	key, err := testKeyring("wholesaler").SealKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.open(key); !errors.Is(err, errSealed) {
		t.Errorf("error %v, want %v", err, errSealed)
	}
}

func FuzzOpenShipmentFile(f *testing.F) {
	f.Add(testShipmentFile(f, testContent()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := openShipmentFile(b); err == nil && string(s.appendHead(nil, s.seal)) != string(s.aad) {
			t.Error("the head is not in its one encoding")
		}
	})
}

func FuzzDecodeContent(f *testing.F) {
	plain, err := testContent().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeContent(b)
		if err != nil {
			return
		}
		if again, err := c.Encode(); err != nil || string(again) != string(b) {
			t.Errorf("read and written again it differs: %v", err)
		}
	})
}
