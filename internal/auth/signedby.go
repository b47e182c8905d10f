package auth

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-webauthn/webauthn/webauthn"
)

// signedBy is a signature with what proves it.
type signedBy struct {
	Signature
	proof string
}

// hasSigned looks for a signature of a record, whatever name was printed on it, that
// checks and was made by what its signer has.
func (a *Access) hasSigned(ctx context.Context, want Record) error {
	found := false
	err := a.in(want.Org).look(ctx, func(tx *sql.Tx, seals sealer) error {
		list, err := rows(ctx, tx, `SELECT id, at, record, hash, method, evidence FROM auth_signature WHERE org = $1 AND signer = $2 ORDER BY at DESC LIMIT $3`,
			func(r *sql.Rows) (s signedBy, err error) {
				s.Signature, s.proof, err = scanEvidence(r)
				return s, err
			}, want.Org, want.Signer, signaturesSearched)
		for _, s := range list {
			got := s.Record
			got.Name = ""
			if found || got != want || s.Check != checkRight {
				continue
			}
			if found, err = s.isOf(ctx, tx, seals, want.Signer); err != nil {
				return err
			}
		}
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%s has not signed %s", want.Signer, want.Object)
	}
	return err
}

// isOf tells whether the signature was made by what a principal has: a passkey that
// was registered for the person, the person's account at the provider, or, for the
// owner, the access token, which leaves no proof.
func (s signedBy) isOf(ctx context.Context, tx *sql.Tx, seals sealer, signer string) (bool, error) {
	switch s.Method {
	case MethodToken:
		return signer == OwnerOf(s.Record.Org).ID, nil
	case MethodOIDC:
		return s.isOfSubject(ctx, tx, seals, signer)
	}
	var e evidence
	if err := json.Unmarshal([]byte(s.proof), &e); err != nil {
		return false, nil
	}
	if err := seals.vouched(ctx, tx, s.Record.Org, sealedPasskey, " AND person = $2", signer); err != nil {
		return false, err
	}
	keys, err := rows(ctx, tx, `SELECT credential FROM auth_passkey WHERE person = $1 ORDER BY id LIMIT $2`,
		func(r *sql.Rows) (text string, err error) { return text, r.Scan(&text) }, signer, listMax)
	for _, text := range keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(text), &c) == nil && bytes.Equal(c.PublicKey, e.PublicKey) {
			return true, nil
		}
	}
	return false, err
}

// isOfSubject compares the subject of the provider's token with that of the person.
func (s signedBy) isOfSubject(ctx context.Context, tx *sql.Tx, seals sealer, signer string) (bool, error) {
	if err := seals.vouched(ctx, tx, s.Record.Org, sealedPerson, " AND id = $2", signer); err != nil {
		return false, err
	}
	var subject string
	if err := tx.QueryRowContext(ctx, `SELECT subject FROM auth_person WHERE id = $1 AND issuer <> ''`, signer).Scan(&subject); err != nil {
		return false, fmt.Errorf("couldn't find who signed at the provider: %w", err)
	}
	var e tokenEvidence
	if json.Unmarshal([]byte(s.proof), &e) != nil {
		return false, nil
	}
	_, payload, _ := strings.Cut(e.Token, ".")
	payload, _, _ = strings.Cut(payload, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	var c struct {
		Subject string `json:"sub"`
	}
	return err == nil && json.Unmarshal(raw, &c) == nil && c.Subject == subject, nil
}
