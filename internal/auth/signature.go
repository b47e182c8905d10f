package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Record is what an electronic signature is bound to (21 CFR 11.70): one act on one
// object with one content, by one person, with one meaning.
type Record struct {
	Org     string `json:"org" doc:"The organisation that the signer acts for"`
	Signer  string `json:"signer" doc:"The principal's id"`
	Name    string `json:"name" doc:"The signer's printed name"`
	Meaning string `json:"meaning" doc:"What the signature means, such as approval"`
	Act     string `json:"act" doc:"The operation"`
	Object  string `json:"object" doc:"What it is done to"`
	Content string `json:"content" doc:"SHA-256 of what was sent with it"`
}

// Hash is SHA-256 over all fields, each after its length.
func (r Record) Hash() [32]byte {
	b := []byte("pedigree signature v1")
	for _, text := range []string{r.Org, r.Signer, r.Name, r.Meaning, r.Act, r.Object, r.Content} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
	}
	return sha256.Sum256(b)
}

// Signature is a record with who signed it, when and how (21 CFR 11.50).
type Signature struct {
	ID     string    `json:"id" doc:"The signature's id"`
	Record Record    `json:"record" doc:"What was signed"`
	Hash   string    `json:"hash" doc:"SHA-256 of the record"`
	At     time.Time `json:"at" doc:"When, in UTC"`
	Method string    `json:"method" doc:"How the signer proved who they are at that moment"`
	Check  string    `json:"check" doc:"What checking it again found"`
}

// evidence is what lets a passkey's signature be checked again by anyone: the
// authenticator signed a challenge that only this record gives.
type evidence struct {
	Nonce      []byte `json:"nonce"`
	PublicKey  []byte `json:"public_key"` // COSE
	ClientData []byte `json:"client_data"`
	AuthData   []byte `json:"auth_data"`
	Signature  []byte `json:"signature"`
}

// SignByToken records the signature of a node's owner, whose access token came with
// the request.
func (a *Access) SignByToken(ctx context.Context, r Record) (Signature, error) {
	return a.keepSignature(ctx, r, MethodToken, nil, true)
}

// keepSignature stores a signature; it is used at once, or waits to be used by the
// request that needs it.
func (a *Access) keepSignature(ctx context.Context, r Record, method string, proof []byte, used bool) (Signature, error) {
	hash := r.Hash()
	s := Signature{ID: newID(), Record: r, Hash: hex.EncodeToString(hash[:]), At: a.Now(), Method: method}
	usedAt := int64(0)
	if used {
		usedAt = millis(s.At)
	}
	record, err := json.Marshal(r)
	if err != nil {
		return s, err
	}
	err = a.in(r.Org).Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_signature (id, org, signer, at, record, hash, method, evidence, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			s.ID, r.Org, r.Signer, millis(s.At), string(record), s.Hash, method, string(proof), usedAt); err != nil {
			return err
		}
		_, err := writeLine(ctx, tx, a.Now(), r.Org, r.Signer, "sign", "signature "+s.ID+" of record "+s.Hash, r.Meaning+" by "+method)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("couldn't keep a signature: %w", err)
	}
	return s, nil
}

// BeginSigning asks a signed-in person for a passkey's answer to a record.
func (p *Passkeys) BeginSigning(ctx context.Context, r Record) (id string, options *protocol.CredentialAssertion, err error) {
	var h *holder
	err = p.access.in(r.Org).look(ctx, func(tx *sql.Tx, s sealer) error {
		u, err := s.person(ctx, tx, r.Org, r.Signer)
		if err != nil {
			return err
		}
		h, err = withKeys(ctx, tx, s, r.Org, u)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	if len(h.keys) == 0 {
		return "", nil, invalid("you have no passkey to sign with; ask an administrator for an invitation to register one")
	}
	nonce, err := protocol.CreateChallenge()
	if err != nil {
		return "", nil, fmt.Errorf("couldn't begin a signature: %w", err)
	}
	hash := r.Hash()
	options, data, err := p.web.BeginLogin(h, webauthn.WithChallenge(challengeOf(hash[:], nonce)), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", nil, fmt.Errorf("couldn't begin a signature: %w", err)
	}
	id, err = p.open.begin(passkeyCeremony{data: *data, org: r.Org, person: r.Signer, record: r, nonce: nonce})
	return id, options, err
}

// FinishSigning stores the signature that a passkey's answer makes.
func (p *Passkeys) FinishSigning(ctx context.Context, who Principal, id string, answer []byte) (Signature, error) {
	c, err := p.open.finish(id)
	if err != nil || c.nonce == nil || c.person != who.ID || c.org != who.Org {
		return Signature{}, ErrUnknown
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Signature{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	h, err := p.byHandle(ctx, []byte(c.person))
	if err != nil {
		return Signature{}, err
	}
	credential, err := p.web.ValidateLogin(h, c.data, parsed)
	if err != nil {
		return Signature{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if err := p.used(ctx, h, credential); err != nil {
		return Signature{}, err
	}
	raw := parsed.Raw.AssertionResponse
	proof, err := json.Marshal(evidence{c.nonce, credential.PublicKey, raw.ClientDataJSON, raw.AuthenticatorData, raw.Signature})
	if err != nil {
		return Signature{}, err
	}
	return p.access.keepSignature(ctx, c.record, MethodPasskey, proof, false)
}

// Want keeps a record until its signer begins to sign it.
func (a *Access) Want(r Record) (id string, err error) { return a.wants.begin(r) }

// Wanted is a record that p is to sign; it is handed out once.
func (a *Access) Wanted(p Principal, id string) (Record, error) {
	r, err := a.wants.finish(id)
	if err != nil || r.Signer != p.ID || r.Org != p.Org {
		return Record{}, ErrUnknown
	}
	return r, nil
}

// UseSignature lets a signature stand for one request: it must be of that record, of
// the last minutes, and not used before.
func (a *Access) UseSignature(ctx context.Context, id string, r Record) error {
	hash := r.Hash()
	now := a.Now()
	err := a.in(r.Org).Update(ctx, func(tx *sql.Tx) error {
		return changed(tx.ExecContext(ctx, `UPDATE auth_signature SET used = $1 WHERE id = $2 AND org = $3 AND signer = $4 AND hash = $5 AND used = 0 AND at > $6`,
			millis(now), id, r.Org, r.Signer, hex.EncodeToString(hash[:]), millis(now.Add(-FreshAge))))
	})
	if errors.Is(err, ErrNotFound) {
		return ErrUnknown
	}
	return err
}

// Signatures lists the signatures of an organisation, the newest first, each checked
// again; of one id, unless that is "".
func (a *Access) Signatures(ctx context.Context, org, id string) (list []Signature, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT id, at, record, hash, method, evidence FROM auth_signature WHERE org = $1 AND (id = $2 OR $2 = '') ORDER BY at DESC, id LIMIT $3`,
			scanSignature, org, id, listMax)
		return err
	})
	if err == nil && id != "" && len(list) == 0 {
		err = ErrNotFound
	}
	return list, err
}

// checkRight is what checking a signature says that is whole.
const checkRight = "right"

func scanSignature(r *sql.Rows) (s Signature, err error) {
	s, _, err = scanEvidence(r)
	return s, err
}

// scanEvidence reads a signature with what proves it.
func scanEvidence(r *sql.Rows) (s Signature, proof string, err error) {
	var at int64
	var record string
	if err := r.Scan(&s.ID, &at, &record, &s.Hash, &s.Method, &proof); err != nil {
		return s, "", err
	}
	s.At = timeOf(at)
	s.Check = checkRight
	if err := json.Unmarshal([]byte(record), &s.Record); err != nil {
		s.Check = "the record can't be read"
	} else if err := s.check([]byte(proof)); err != nil {
		s.Check = err.Error()
	}
	return s, proof, nil
}

// check checks a stored signature: the record has the hash that was signed, and,
// with a passkey, the authenticator signed the challenge that this hash gives.
func (s Signature) check(proof []byte) error {
	hash := s.Record.Hash()
	if hex.EncodeToString(hash[:]) != s.Hash {
		return errors.New("the record is not the one that was signed")
	}
	switch s.Method {
	case MethodOIDC:
		var e tokenEvidence
		if err := json.Unmarshal(proof, &e); err != nil {
			return errors.New("the evidence can't be read")
		}
		return e.check(hash[:])
	case MethodToken:
		return nil
	}
	var e evidence
	if err := json.Unmarshal(proof, &e); err != nil {
		return errors.New("the evidence can't be read")
	}
	var client struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(e.ClientData, &client); err != nil || client.Type != "webauthn.get" {
		return errors.New("the evidence is of no signature")
	}
	challenge, err := base64.RawURLEncoding.DecodeString(client.Challenge)
	if err != nil || !bytes.Equal(challenge, challengeOf(hash[:], e.Nonce)) {
		return errors.New("the authenticator signed another record")
	}
	key, err := webauthncose.ParsePublicKey(e.PublicKey)
	if err != nil {
		return errors.New("the public key can't be read")
	}
	clientHash := sha256.Sum256(e.ClientData)
	if ok, err := webauthncose.VerifySignature(key, append(bytes.Clone(e.AuthData), clientHash[:]...), e.Signature); err != nil || !ok {
		return errors.New("the authenticator's signature is wrong")
	}
	return nil
}
