package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"slices"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// torsionEncodings computes every encoding, of 32 bytes, of the eight points of
// small order: canonical ones, those with y + p, and those whose sign bit says
// nothing because x is zero.
func torsionEncodings(t testing.TB) [][32]byte {
	t.Helper()
	var out [][32]byte
	for low := range 19 { // y + p fits below 2^255 for y < 19 only
		var y [32]byte
		for i := range y {
			y[i] = 0xff
		}
		y[0], y[31] = byte(0xed+low), 0x7f
		out = append(out, y)
	}
	for _, point := range curve.EIGHT_TORSION {
		var c curve.CompressedEdwardsY
		c.SetEdwardsPoint(point)
		y := [32]byte(c)
		y[31] &= 0x7f
		out = append(out, y)
	}
	both := slices.Clone(out)
	for _, y := range out {
		y[31] |= 0x80
		both = append(both, y)
	}
	both = slices.DeleteFunc(both, func(y [32]byte) bool {
		var p curve.EdwardsPoint
		c, err := curve.NewCompressedEdwardsYFromBytes(y[:])
		if err != nil {
			return true
		}
		_, err = p.SetCompressedY(c)
		return err != nil || !p.IsSmallOrder()
	})
	slices.SortFunc(both, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(both)
}

func taggedKey(y [32]byte) proof.Key { return proof.NewKey(y[:]) }

func TestEveryKeyOfSmallOrderIsRefused(t *testing.T) {
	all := torsionEncodings(t)
	if len(all) != 14 { // eight points; where x is 0 either sign is read, and y = 0 and 1 have an alias
		t.Errorf("%d encodings of small-order points were computed, want 14", len(all))
	}
	met := map[[32]byte]bool{}
	for _, y := range all {
		for name, check := range map[string]func(proof.Key) error{"one-time": ledger.CheckOneTimeKey, "new": ledger.CheckNewKey} {
			if err := check(taggedKey(y)); ledger.CodeOf(err) != ledger.CodeWeakKey {
				t.Errorf("%x as a %s key: %v", y, name, err)
			}
		}
		y[31] &= 0x7f
		met[y] = true
	}
	// The table holds these and nothing else.
	for _, y := range ledger.SmallOrder {
		if !met[y] {
			t.Errorf("the table refuses %x, which is no point of small order", y)
		}
	}
	for i := range 50 {
		k := ledgertest.Key(fmt.Sprint("honest ", i))
		if err := ledger.CheckOneTimeKey(k); err != nil {
			t.Error(err)
		}
		if err := ledger.CheckNewKey(k); err != nil {
			t.Error(err)
		}
	}
}

func TestANewKeyIsAPointInItsOneEncoding(t *testing.T) {
	valid := ledgertest.Key("k")
	algorithm, off := valid, valid
	algorithm[0] = 2
	for off[1] = 0; ; off[1]++ { // find a y that is no point's
		if c, err := curve.NewCompressedEdwardsYFromBytes(off.Raw()); err == nil {
			if _, err := new(curve.EdwardsPoint).SetCompressedY(c); err != nil {
				break
			}
		}
	}
	aliased := proof.Key{proof.AlgEd25519}
	for i := range 32 {
		aliased[1+i] = 0xff
	}
	aliased[1], aliased[32] = 0xf0, 0x7f // p + 3, a point
	for name, k := range map[string]proof.Key{"another algorithm": algorithm, "no point": off, "an alias": aliased, "the missing key": {}} {
		if err := ledger.CheckNewKey(k); ledger.CodeOf(err) != ledger.CodeWeakKey {
			t.Errorf("%s is taken as a new key: %v", name, err)
		}
	}
	if err := ledger.CheckOneTimeKey(algorithm); ledger.CodeOf(err) != ledger.CodeWeakKey {
		t.Errorf("another algorithm is taken as a one-time key: %v", err)
	}
}

// companions are right signatures beside which another one is judged in a batch.
func companions(n int) []ledger.SignatureCheck {
	out := make([]ledger.SignatureCheck, n)
	for i := range out {
		name, message := fmt.Sprint("companion ", i), ledgertest.HashOf(fmt.Sprint("message ", i))
		out[i] = ledger.SignatureCheck{Key: ledgertest.Key(name), Message: message, Signature: proof.Sign(ledgertest.PrivateKey(name), message)}
	}
	return out
}

var beside = companions(ledger.BatchMin + 1)

// verdicts judges a signature alone, and in batches at the first and last place, by a
// prepared key and by one that isn't.
func verdicts(c ledger.SignatureCheck) (alone bool, batches []bool) {
	ready := c
	ready.Prepared = ledger.PrepareKey(c.Key)
	return ledger.VerifySignature(c.Key, c.Message, c.Signature), []bool{
		ledger.VerifySignatures([]ledger.SignatureCheck{c}),
		ledger.VerifySignatures(append([]ledger.SignatureCheck{c}, beside...)),
		ledger.VerifySignatures(append(slices.Clone(beside), c)),
		ledger.VerifySignatures([]ledger.SignatureCheck{c, c, c, c}),
		ledger.VerifySignatures(append([]ledger.SignatureCheck{ready}, beside...)),
		ledger.VerifySignatures(append(slices.Clone(beside), c, ready)),
		ledger.VerifySignatures([]ledger.SignatureCheck{ready, ready, ready, ready}),
	}
}

func wantOneVerdict(t testing.TB, name string, c ledger.SignatureCheck) bool {
	t.Helper()
	alone, batches := verdicts(c)
	for i, in := range batches {
		if in != alone {
			t.Errorf("%s: alone it is %t, in batch %d %t", name, alone, i, in)
		}
	}
	return alone
}

// torsionSigned signs with a key that has a part of small order: R and A are
// those of an honest signature with torsion points added.
func torsionSigned(t testing.TB, message proof.Hash, onKey, onR *curve.EdwardsPoint) ledger.SignatureCheck {
	t.Helper()
	secret, nonce := scalarOf(t, "secret"), scalarOf(t, "nonce")
	a, r := mulBase(secret), mulBase(nonce)
	a.Add(a, onKey)
	r.Add(r, onR)
	var key, point curve.CompressedEdwardsY
	key.SetEdwardsPoint(a)
	point.SetEdwardsPoint(r)
	c := ledger.SignatureCheck{Key: taggedKey([32]byte(key)), Message: message}
	c.Signature[0] = proof.AlgEd25519
	copy(c.Signature[1:], point[:])
	k := challenge(t, point[:], key[:], message)
	s := scalar.New().Mul(k, secret)
	s.Add(s, nonce)
	if err := s.ToBytes(c.Signature[33:]); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOneAndManySignaturesHaveOneVerdict(t *testing.T) {
	message := ledgertest.HashOf("message")
	honest := ledger.SignatureCheck{Key: ledgertest.Key("k"), Message: message, Signature: proof.Sign(ledgertest.PrivateKey("k"), message)}
	if !wantOneVerdict(t, "an honest signature", honest) {
		t.Error("an honest signature is refused")
	}
	for bit := range 8 * proof.SignatureSize {
		c := honest
		c.Signature[bit/8] ^= 1 << (bit % 8)
		if wantOneVerdict(t, fmt.Sprintf("bit %d of the signature turned", bit), c) {
			t.Errorf("with bit %d turned it is taken", bit)
		}
	}
	// Keys and Rs of small order, in every encoding, with S = 0: all right by ZIP-215
	// whatever the message, though crypto/ed25519 refuses some.
	differ := 0
	for _, a := range torsionEncodings(t) {
		for _, r := range torsionEncodings(t) {
			c := ledger.SignatureCheck{Key: taggedKey(a), Message: message, Signature: proof.Signature{proof.AlgEd25519}}
			copy(c.Signature[1:33], r[:])
			if !wantOneVerdict(t, fmt.Sprintf("key %x and R %x", a, r), c) {
				t.Errorf("key %x and R %x are refused", a, r)
			}
			if !ed25519.Verify(c.Key.Raw(), message[:], c.Signature[1:]) {
				differ++
			}
			c.Signature[33] = 1 // S = 1 is wrong with each of them
			if wantOneVerdict(t, fmt.Sprintf("key %x and R %x with another S", a, r), c) {
				t.Errorf("key %x and R %x are taken with another S", a, r)
			}
		}
	}
	if differ == 0 {
		t.Error("crypto/ed25519 takes all of them: the table tests nothing")
	}
	// Keys that are right but for a part of small order.
	for i, onKey := range curve.EIGHT_TORSION {
		for j, onR := range curve.EIGHT_TORSION {
			if c := torsionSigned(t, message, onKey, onR); !wantOneVerdict(t, fmt.Sprintf("torsion %d on the key and %d on R", i, j), c) {
				t.Errorf("with torsion %d and %d it is refused", i, j)
			}
		}
	}
	// S at and above the group's order.
	order := [32]byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	c := ledger.SignatureCheck{Key: taggedKey([32]byte{1}), Message: message, Signature: proof.Signature{proof.AlgEd25519, 1}}
	copy(c.Signature[33:], order[:])
	if wantOneVerdict(t, "S equal to the order", c) {
		t.Error("S equal to the order is taken")
	}
	for name, change := range map[string]func(c *ledger.SignatureCheck){
		"another algorithm of the key":       func(c *ledger.SignatureCheck) { c.Key[0] = 2 },
		"another algorithm of the signature": func(c *ledger.SignatureCheck) { c.Signature[0] = 2 },
		"the missing key":                    func(c *ledger.SignatureCheck) { c.Key = proof.Key{} },
		"another message":                    func(c *ledger.SignatureCheck) { c.Message[0]++ },
	} {
		c := honest
		change(&c)
		if wantOneVerdict(t, name, c) {
			t.Errorf("%s is taken", name)
		}
	}
	if !ledger.VerifySignatures(nil) || !ledger.VerifySignatures(beside) {
		t.Error("no signature, or right ones only, are refused")
	}
}

func FuzzSignatureVerdicts(f *testing.F) {
	message := ledgertest.HashOf("message")
	sig := proof.Sign(ledgertest.PrivateKey("k"), message)
	f.Add(ledgertest.Key("k").Raw(), sig[1:], message[:])
	for _, y := range torsionEncodings(f) {
		f.Add(y[:], append(slices.Clone(y[:]), make([]byte, 32)...), message[:])
	}
	torsion := torsionSigned(f, message, curve.EIGHT_TORSION[1], curve.EIGHT_TORSION[3])
	f.Add(torsion.Key.Raw(), torsion.Signature[1:], message[:])
	f.Fuzz(func(t *testing.T, key, signature, text []byte) {
		c := ledger.SignatureCheck{Key: proof.Key{proof.AlgEd25519}, Signature: proof.Signature{proof.AlgEd25519}}
		copy(c.Key[1:], key)
		copy(c.Signature[1:], signature)
		copy(c.Message[:], text)
		taken := wantOneVerdict(t, "the signature", c)
		if !taken && ed25519.Verify(c.Key.Raw(), c.Message[:], c.Signature[1:]) {
			t.Error("crypto/ed25519 takes what the ledger refuses: proofs would hold where the ledger says no")
		}
	})
}
