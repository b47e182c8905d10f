package goods

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"time"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// Maker is a made-up manufacturer with all its keys.
type Maker struct {
	Org    string
	Prefix string // GS1 company prefix of 7 digits

	chain   string
	number  int
	now     time.Time
	private ed25519.PrivateKey
}

// NewMaker makes the maker with a number from 1, whose entries are valid from
// now on.
func NewMaker(chain string, number int, now time.Time) (Maker, error) {
	if number < 1 || number > MakersMax {
		return Maker{}, fmt.Errorf("couldn't make maker %d: numbers run from 1 to %d", number, MakersMax)
	}
	m := Maker{Org: fmt.Sprintf("maker-%d", number), Prefix: fmt.Sprintf("03999%02d", number), chain: chain, number: number, now: now}
	m.private = m.key("organisation", 0)
	return m, nil
}

// Founding is the maker's part of a founding file, with the consensus key of its
// validator.
func (m Maker) Founding(validator proof.Key) (org.FoundingMember, error) {
	gln := m.Prefix + "00001"
	digit, err := gs1.CheckDigit(gln)
	if err != nil {
		return org.FoundingMember{}, fmt.Errorf("couldn't make a GLN for %s: %w", m.Org, err)
	}
	day := func(years int) org.Day { return org.Day(m.now.AddDate(years, 0, 0).Unix() / (24 * 3600)) }
	return org.FoundingMember{Validator: validator, Admit: org.Admit{
		ID: m.Org, Name: fmt.Sprintf("Maker %d (benchmark)", m.number), Roles: proof.RoleManufacturer, Key: m.Key(),
		Identifiers: []org.Identifier{{Kind: proof.IdentGLN, Value: gln + string(rune(digit))}},
		Prefixes:    []string{m.Prefix},
		Licences:    []org.LicenceTerms{{Role: proof.RoleManufacturer, Place: "US", Number: "BENCH-1", From: day(-1), To: day(2)}},
	}}, nil
}

// Key is the maker's signing key.
func (m Maker) Key() proof.Key { return public(m.private) }

// Private is the maker's signing key's private half.
func (m Maker) Private() ed25519.PrivateKey { return m.private }

// key derives a private key from what it is for.
func (m Maker) key(purpose string, n int) ed25519.PrivateKey {
	seed := m.hash(purpose, n)
	return ed25519.NewKeyFromSeed(seed[:])
}

func (m Maker) hash(purpose string, n int) proof.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "pedigree benchmark/%s/%d/%s/%d", m.chain, m.number, purpose, n))
}

func public(k ed25519.PrivateKey) proof.Key { return proof.NewKey(k.Public().(ed25519.PublicKey)) }

// Envelope signs entries as the maker and with further keys.
func (m Maker) Envelope(entries []proof.Entry, signers ...ed25519.PrivateKey) (proof.Envelope, error) {
	body := proof.Body{
		ChainID: m.chain, ValidUntil: uint64(m.now.Add(validFor).Unix()),
		Admission: []proof.Admission{{Org: m.Org, KeyID: 1}}, Entries: entries,
	}
	for _, k := range signers {
		body.Signers = append(body.Signers, public(k))
	}
	e := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	id := e.ID()
	e.Signatures = append(e.Signatures, proof.Sign(m.private, id))
	for _, k := range signers {
		e.Signatures = append(e.Signatures, proof.Sign(k, id))
	}
	if n := len(e.Encode()); n > proof.EnvelopeSizeMax {
		return e, fmt.Errorf("couldn't make an envelope: %d bytes where %d are the most", n, proof.EnvelopeSizeMax)
	}
	return e, nil
}

func entry(kind string, message any) (proof.Entry, error) {
	b, err := ledger.EncodeMessage(message)
	if err != nil {
		return proof.Entry{}, fmt.Errorf("couldn't make a %s entry: %w", kind, err)
	}
	return proof.Entry{Module: "trace", Kind: kind, Message: b}, nil
}
