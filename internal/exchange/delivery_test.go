package exchange

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func testHead() Head {
	return Head{
		ChainID: ledgertest.ChainID, From: "maker", KeyID: 1, To: "wholesaler", Kind: "note", Key: ledgertest.HashOf("key"), Re: ledgertest.HashOf("re"),
		Created: 1_800_000_000, Size: 77, Hash: ledgertest.HashOf("payload"), Seal: SealHead{Recipient: ledgertest.HashOf("recipient"), Enc: make([]byte, 1120)},
	}
}

func signedHead(t testing.TB, h Head) []byte {
	t.Helper()
	raw, err := h.sign(signer(h.From))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func testReceipt(t testing.TB) (Receipt, []byte) {
	t.Helper()
	r := Receipt{ChainID: ledgertest.ChainID, ID: testHead().ID(), From: "maker", To: "wholesaler", KeyID: 1, Kind: "note", Size: 77, Hash: ledgertest.HashOf("payload"), Received: 1_800_000_009}
	raw, err := r.sign(signer("wholesaler"))
	if err != nil {
		t.Fatal(err)
	}
	return r, raw
}

func TestMessagesReadBackAsTheyWereWritten(t *testing.T) {
	h, err := DecodeHead(signedHead(t, testHead()))
	if diff := cmp.Diff(h.Head, testHead()); err != nil || diff != "" || !h.Verify(ledgertest.Key("maker")) {
		t.Errorf("head: %v\n%s", err, diff)
	}
	want, raw := testReceipt(t)
	r, err := DecodeReceipt(raw)
	if diff := cmp.Diff(r.Receipt, want); err != nil || diff != "" || !r.Verify(ledgertest.Key("wholesaler")) {
		t.Errorf("receipt: %v\n%s", err, diff)
	}
	for _, p := range []progress{{have: 5}, {have: 7, receipt: raw}} {
		got, err := decodeProgress(p.encode())
		if err != nil || got.have != p.have || string(got.receipt) != string(p.receipt) {
			t.Errorf("progress %v reads %v: %v", p, got, err)
		}
	}
	f, err := decodeRefusal(refuse(RefusedFull, "no room").forGood().after(time.Minute).encode())
	if diff := cmp.Diff(f, &Refusal{Code: RefusedFull, Text: "no room", Permanent: true, Wait: time.Minute}); err != nil || diff != "" {
		t.Errorf("refusal: %v\n%s", err, diff)
	}
	a := Acknowledgement{Answer: RefusedInPart, Text: "one is missing", Items: []RefusedItem{{"/01/1/21/2", "missing"}}}
	got, err := DecodeAcknowledgement(a.Encode())
	if diff := cmp.Diff(got, a); err != nil || diff != "" {
		t.Errorf("acknowledgement: %v\n%s", err, diff)
	}
}

func TestAFlippedBitAnywhereInASignedMessageIsFound(t *testing.T) {
	_, receipt := testReceipt(t)
	for name, m := range map[string]struct {
		raw   []byte
		holds func([]byte) bool
	}{
		"head": {signedHead(t, testHead()), func(b []byte) bool {
			h, err := DecodeHead(b)
			return err == nil && h.Verify(ledgertest.Key("maker"))
		}},
		"receipt": {receipt, func(b []byte) bool {
			r, err := DecodeReceipt(b)
			return err == nil && r.Verify(ledgertest.Key("wholesaler"))
		}},
	} {
		if !m.holds(m.raw) {
			t.Fatalf("the %s does not hold as it is", name)
		}
		for i := range m.raw {
			m.raw[i] ^= 0x20
			if m.holds(m.raw) {
				t.Errorf("byte %d of the %s was changed and nobody noticed", i, name)
			}
			m.raw[i] ^= 0x20
		}
	}
}

func TestWhatMakesADeliveryAnotherOneChangesItsID(t *testing.T) {
	seen := map[proof.Hash]string{testHead().ID(): "as it is"}
	for name, do := range map[string]func(*Head){
		"chain": func(h *Head) { h.ChainID = "other" }, "sender": func(h *Head) { h.From = "makera" }, "receiver": func(h *Head) { h.To = "wholesalerb" },
		"kind": func(h *Head) { h.Kind = "notes" }, "key": func(h *Head) { h.Key[0] ^= 1 },
	} {
		h := testHead()
		do(&h)
		if before, ok := seen[h.ID()]; ok {
			t.Errorf("another %s has the id of the one %s", name, before)
		}
		seen[h.ID()] = "with another " + name
	}
	again := testHead()
	again.Seal, again.Created, again.KeyID = SealHead{}, 1, 2
	if again.ID() != testHead().ID() {
		t.Error("sealed anew it is another delivery")
	}
}

func TestMessagesOverTheirLimitsAreNotRead(t *testing.T) {
	for name, do := range map[string]func(*Head){
		"a kind of 33 bytes":       func(h *Head) { h.Kind = strings.Repeat("k", KindBytesMax+1) },
		"an organisation of 33":    func(h *Head) { h.To = strings.Repeat("o", proof.OrgIDMax+1) },
		"a payload over the limit": func(h *Head) { h.Size = PayloadBytesMax + 1 },
		"a key of 2049 bytes":      func(h *Head) { h.Seal.Enc = make([]byte, sealEncMax+1) },
	} {
		h := testHead()
		do(&h)
		if _, err := DecodeHead(signedHead(t, h)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	h := testHead()
	h.Kind, h.Size, h.Seal.Enc = strings.Repeat("k", KindBytesMax), PayloadBytesMax, make([]byte, sealEncMax)
	if _, err := DecodeHead(signedHead(t, h)); err != nil {
		t.Errorf("at the limits: %v", err)
	}
	if _, err := DecodeHead(make([]byte, headBytesMax+1)); err == nil {
		t.Error("a head over its size was read")
	}
	a := Acknowledgement{Answer: Received, Items: make([]RefusedItem, ackItemsMax+1)}
	if _, err := DecodeAcknowledgement(a.Encode()); err == nil {
		t.Error("an acknowledgement of too many items was read")
	}
	a.Items = a.Items[1:]
	if _, err := DecodeAcknowledgement(a.Encode()); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

func TestATextFromAPartnerFitsOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "two\nlines\r\n\x1b[31mred\x00": "two lines   [31mred", "\xff\xfe": "", "  x  ": "x",
		strings.Repeat("ä", ReasonBytesMax): strings.Repeat("ä", ReasonBytesMax/2),
	} {
		if got := clean(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// fuzz checks that what is read is written again as it was.
func fuzz(f *testing.F, seed []byte, again func([]byte) ([]byte, bool)) {
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, ok := again(b); ok && string(out) != string(b) {
			t.Errorf("read and written again it differs: %x and %x", b, out)
		}
	})
}

func FuzzDecodeHead(f *testing.F) {
	fuzz(f, signedHead(f, testHead()), func(b []byte) ([]byte, bool) {
		h, err := DecodeHead(b)
		return proof.AppendBytes(h.body(), h.signature[:]), err == nil
	})
}

func FuzzDecodeReceipt(f *testing.F) {
	_, raw := testReceipt(f)
	fuzz(f, raw, func(b []byte) ([]byte, bool) {
		r, err := DecodeReceipt(b)
		return proof.AppendBytes(r.body(), r.signature[:]), err == nil
	})
}

func FuzzDecodeProgress(f *testing.F) {
	fuzz(f, progress{have: 9, receipt: []byte("r")}.encode(), func(b []byte) ([]byte, bool) {
		p, err := decodeProgress(b)
		return p.encode(), err == nil
	})
}

func FuzzDecodeRefusal(f *testing.F) {
	f.Add(refuse(RefusedBusy, "later").after(time.Second).encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := decodeRefusal(b); err == nil && (len(r.Text) > ReasonBytesMax || r.Wait > retryAsked || clean(r.Text) != r.Text) {
			t.Errorf("a refusal out of bounds: %+v", r)
		}
	})
}

func FuzzDecodeAcknowledgement(f *testing.F) {
	fuzz(f, Acknowledgement{Answer: RefusedInPart, Text: "t", Items: []RefusedItem{{"i", "r"}}}.Encode(), func(b []byte) ([]byte, bool) {
		a, err := DecodeAcknowledgement(b)
		return a.Encode(), err == nil
	})
}
