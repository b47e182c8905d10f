package ledger_test

import (
	"crypto/sha512"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"

	"pedigree/proof"
)

// scalarOf derives a number below the group's order from a name.
func scalarOf(t testing.TB, name string) *scalar.Scalar {
	t.Helper()
	return wide(t, []byte(name))
}

func wide(t testing.TB, parts ...[]byte) *scalar.Scalar {
	t.Helper()
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	s, err := scalar.NewFromBytesModOrderWide(h.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// challenge is the k of RFC 8032 section 5.1.6.
func challenge(t testing.TB, r, a []byte, message proof.Hash) *scalar.Scalar {
	t.Helper()
	return wide(t, r, a, message[:])
}

func mulBase(s *scalar.Scalar) *curve.EdwardsPoint {
	return curve.NewEdwardsPoint().MulBasepoint(curve.ED25519_BASEPOINT_TABLE, s)
}
