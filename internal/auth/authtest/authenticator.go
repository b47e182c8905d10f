package authtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-webauthn/webauthn/protocol"
)

// Authenticator is a passkey in software: it makes the bytes that a browser and an
// authenticator make together, with a P-256 key.
type Authenticator struct {
	*testing.T
	Origin, RPID string
	Key          *ecdsa.PrivateKey
	ID, Handle   []byte
	Counter      uint32
	Unverified   bool   // it did not verify the person
	Format       string // of the attestation: none, or packed by its own key
	Challenge    []byte // in place of the one that it is given
	Kind         string // in place of webauthn.get or webauthn.create
	Cross        bool   // the page is in a frame of another site
}

// NewAuthenticator makes a passkey that is used at an origin.
func NewAuthenticator(t *testing.T, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &Authenticator{T: t, Origin: origin, RPID: u.Hostname(), Key: key, ID: id, Format: "none"}
}

func (a *Authenticator) clientData(kind string, challenge []byte) []byte {
	if a.Kind != "" {
		kind = a.Kind
	}
	if a.Challenge != nil {
		challenge = a.Challenge
	}
	b, err := json.Marshal(map[string]any{
		"type": kind, "challenge": base64.RawURLEncoding.EncodeToString(challenge), "origin": a.Origin, "crossOrigin": a.Cross,
	})
	if err != nil {
		a.Fatal(err)
	}
	return b
}

// authData is the authenticator data: rpIdHash, flags, counter and, at a
// registration, the key.
func (a *Authenticator) authData(withKey bool) []byte {
	const present, verified, attested = 1, 4, 64
	hash := sha256.Sum256([]byte(a.RPID))
	flags := byte(present)
	if !a.Unverified {
		flags |= verified
	}
	if withKey {
		flags |= attested
	}
	b := append(hash[:], flags)
	a.Counter++
	b = binary.BigEndian.AppendUint32(b, a.Counter)
	if !withKey {
		return b
	}
	b = append(b, make([]byte, 16)...) // aaguid
	b = binary.BigEndian.AppendUint16(b, uint16(len(a.ID)))
	b = append(b, a.ID...)
	return append(b, a.cose()...)
}

// cose is the public key: kty EC2, alg ES256, curve P-256, x, y.
func (a *Authenticator) cose() []byte {
	point, err := a.Key.PublicKey.Bytes()
	if err != nil {
		a.Fatal(err)
	}
	b, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		a.Fatal(err)
	}
	return b
}

func (a *Authenticator) sign(authData, clientData []byte) []byte {
	hash := sha256.Sum256(clientData)
	sum := sha256.Sum256(append(append([]byte{}, authData...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.Key, sum[:])
	if err != nil {
		a.Fatal(err)
	}
	return sig
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Create answers navigator.credentials.create.
func (a *Authenticator) Create(o *protocol.CredentialCreation) []byte {
	a.Helper()
	a.Handle = []byte(handleOf(o.Response.User.ID))
	client, data := a.clientData("webauthn.create", o.Response.Challenge), a.authData(true)
	statement := map[string]any{}
	if a.Format == "packed" {
		statement = map[string]any{"alg": -7, "sig": a.sign(data, client)}
	}
	attestation, err := cbor.Marshal(map[string]any{"fmt": a.Format, "attStmt": statement, "authData": data})
	if err != nil {
		a.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(attestation)})
}

func handleOf(id any) string {
	switch id := id.(type) {
	case protocol.URLEncodedBase64:
		return string(id)
	case string: // as it came over HTTP
		if b, err := base64.RawURLEncoding.DecodeString(id); err == nil {
			return string(b)
		}
	}
	return ""
}

// Get answers navigator.credentials.get.
func (a *Authenticator) Get(o *protocol.CredentialAssertion) []byte {
	a.Helper()
	client, data := a.clientData("webauthn.get", o.Response.Challenge), a.authData(false)
	return a.answer(map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(a.sign(data, client)), "userHandle": b64(a.Handle),
	})
}

func (a *Authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{
		"id": b64(a.ID), "rawId": b64(a.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		a.Fatal(err)
	}
	return b
}
