package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Passkeys lets people register passkeys and sign in with them (W3C Web
// Authentication). Each use asks the authenticator to verify the person, by a PIN or
// a finger, so that a passkey is two factors.
type Passkeys struct {
	access *Access
	web    *webauthn.WebAuthn
	open   *ceremonies[passkeyCeremony]
}

// passkeyCeremony is what the first step leaves for the last.
type passkeyCeremony struct {
	data   webauthn.SessionData
	invite string // hash of the invitation, of a registration
	org    string
	person string // whose registration or signature it is; "" for a sign-in
	record Record // that is being signed
	nonce  []byte
}

// NewPasskeys binds passkeys to the origin at which browsers reach the node. The
// host of the origin must not change: passkeys of another are worth nothing.
func NewPasskeys(a *Access, origin string) (*Passkeys, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("couldn't bind passkeys to the origin %q: give scheme and host", origin)
	}
	web, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "pedigree", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't bind passkeys to the origin %q: %w", origin, err)
	}
	return &Passkeys{access: a, web: web, open: newCeremonies[passkeyCeremony](a.Now)}, nil
}

// holder is a person as the passkey library sees one.
type holder struct {
	user User
	org  string
	keys []webauthn.Credential
	raw  map[string]string // the stored credentials, by id
}

// WebAuthnID is the handle that an authenticator keeps.
func (h *holder) WebAuthnID() []byte { return []byte(h.user.ID) }

// WebAuthnName is what an authenticator shows.
func (h *holder) WebAuthnName() string { return h.user.Name }

// WebAuthnDisplayName is what an authenticator shows.
func (h *holder) WebAuthnDisplayName() string { return h.user.Name }

// WebAuthnCredentials are the passkeys that work.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func keyID(id []byte) string { return hex.EncodeToString(id) }

// withKeys reads a person's passkeys.
func withKeys(ctx context.Context, tx *sql.Tx, s sealer, org string, u User) (*holder, error) {
	if err := s.vouched(ctx, tx, org, sealedPasskey, " AND person = $2 AND blocked = 0", u.ID); err != nil {
		return nil, err
	}
	h := &holder{user: u, org: org, raw: map[string]string{}}
	texts, err := rows(ctx, tx, `SELECT credential FROM auth_passkey WHERE person = $1 AND blocked = 0 ORDER BY id LIMIT $2`,
		func(r *sql.Rows) (text string, err error) { return text, r.Scan(&text) }, u.ID, passkeysEach)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return nil, fmt.Errorf("couldn't read a stored passkey: %w", err)
		}
		h.keys = append(h.keys, c)
		h.raw[keyID(c.ID)] = text
	}
	return h, nil
}

// BeginRegistration starts the registration of a passkey for who has an invitation.
// The options are for the browser; id is for FinishRegistration.
func (p *Passkeys) BeginRegistration(ctx context.Context, invite string) (id string, options *protocol.CredentialCreation, u User, err error) {
	c := passkeyCeremony{invite: hashOf(invite)}
	var h *holder
	err = p.access.lookUp(ctx, invite, c.invite, func(in place, of string) error {
		return in.look(ctx, func(tx *sql.Tx, s sealer) error {
			var u User
			if c.org, u, err = s.invited(ctx, tx, of, c.invite, p.access.Now()); err != nil {
				return err
			}
			h, err = withKeys(ctx, tx, s, c.org, u)
			return err
		})
	})
	if err != nil {
		return "", nil, u, err
	}
	c.person = h.user.ID
	if len(h.keys) >= passkeysEach {
		return "", nil, u, limited(fmt.Sprintf("you have %d passkeys, which is the most", len(h.keys)))
	}
	options, data, err := p.web.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return "", nil, u, fmt.Errorf("couldn't begin the registration of a passkey: %w", err)
	}
	c.data = *data
	id, err = p.open.begin(c)
	return id, options, h.user, err
}

// FinishRegistration stores a passkey and uses the invitation up. It returns who may
// sign in with it now.
func (p *Passkeys) FinishRegistration(ctx context.Context, id, name string, answer []byte) (Principal, error) {
	if err := checkName(name); err != nil {
		return Principal{}, err
	}
	c, err := p.open.finish(id)
	if err != nil || c.invite == "" {
		return Principal{}, ErrUnknown
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Principal{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	var who Principal
	now := p.access.Now()
	err = p.access.in(c.org).change(ctx, func(tx *sql.Tx, s sealer) error {
		org, u, err := s.invited(ctx, tx, c.org, c.invite, now)
		if err != nil {
			return err
		}
		credential, err := p.web.CreateCredential(&holder{user: u, org: org}, c.data, parsed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		text, err := json.Marshal(credential)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO auth_passkey (id, person, name, credential, created, used, blocked) VALUES ($1, $2, $3, $4, $5, 0, 0)`,
			keyID(credential.ID), u.ID, name, string(text), millis(now)); err != nil {
			return err
		}
		if err := s.gave(ctx, tx, org, sealedPasskey, keyID(credential.ID)); err != nil {
			return err
		}
		who = New(u.ID, u.Name, Person, org, u.Roles...)
		return s.useInvite(ctx, tx, c.invite, now)
	})
	if err != nil {
		return Principal{}, fmt.Errorf("couldn't register the passkey: %w", err)
	}
	return who, nil
}

// BeginSignIn starts a sign-in of whoever has a passkey.
func (p *Passkeys) BeginSignIn() (id string, options *protocol.CredentialAssertion, err error) {
	options, data, err := p.web.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", nil, fmt.Errorf("couldn't begin a sign-in: %w", err)
	}
	id, err = p.open.begin(passkeyCeremony{data: *data})
	return id, options, err
}

// FinishSignIn tells who has signed in.
func (p *Passkeys) FinishSignIn(ctx context.Context, id string, answer []byte) (Principal, error) {
	c, err := p.open.finish(id)
	if err != nil || c.person != "" || c.invite != "" {
		return Principal{}, ErrUnknown
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Principal{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	h, err := p.byHandle(ctx, parsed.Response.UserHandle)
	if err != nil {
		return Principal{}, err
	}
	found := func(_, _ []byte) (webauthn.User, error) { return h, nil }
	_, credential, err := p.web.ValidatePasskeyLogin(found, c.data, parsed)
	if err != nil {
		return Principal{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if err := p.used(ctx, h, credential); err != nil {
		return Principal{}, err
	}
	return New(h.user.ID, h.user.Name, Person, h.org, h.user.Roles...), nil
}

// byHandle finds the person whose id an authenticator keeps.
func (p *Passkeys) byHandle(ctx context.Context, handle []byte) (h *holder, err error) {
	id := string(bytes.ToValidUTF8(handle, nil))
	err = p.access.lookUp(ctx, id, personMark(id), func(in place, of string) error {
		return unknown(in.look(ctx, func(tx *sql.Tx, s sealer) error {
			var org string
			if err := tx.QueryRowContext(ctx, `SELECT org FROM auth_person WHERE id = $1 AND removed = 0`, id).Scan(&org); err != nil {
				return err
			}
			if err := isOf(org, of); err != nil {
				return err
			}
			u, err := s.person(ctx, tx, org, id)
			if err != nil {
				return err
			}
			h, err = withKeys(ctx, tx, s, org, u)
			return err
		}))
	})
	return h, err
}

// used stores a passkey's new counter. A counter that did not grow tells of a copy
// of the authenticator: the passkey is blocked, for nobody knows which is the copy.
func (p *Passkeys) used(ctx context.Context, h *holder, c *webauthn.Credential) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	now, blocked := p.access.Now(), time.Time{}
	if c.Authenticator.CloneWarning {
		blocked = now
	}
	err = p.access.in(h.org).change(ctx, func(tx *sql.Tx, s sealer) error {
		if err := s.vouched(ctx, tx, h.org, sealedPasskey, " AND id = $2", keyID(c.ID)); err != nil {
			return err
		}
		// Only from what was read: of two answers at once with one counter, one fails.
		err := changed(tx.ExecContext(ctx, `UPDATE auth_passkey SET credential = $1, used = $2, blocked = $3 WHERE id = $4 AND blocked = 0 AND credential = $5`,
			string(text), millis(now), millis(blocked), keyID(c.ID), h.raw[keyID(c.ID)]))
		if err != nil {
			return err
		}
		return s.used(ctx, tx, h.org, sealedPasskey, keyID(c.ID))
	})
	if errors.Is(err, ErrNotFound) {
		return ErrUnknown
	}
	if err == nil && c.Authenticator.CloneWarning {
		return fmt.Errorf("%w: %w", ErrUnknown, ErrCloned)
	}
	return err
}

// ErrCloned says that a passkey was blocked because its counter went back.
var ErrCloned = errors.New("the passkey's counter did not grow, so somebody may have a copy of it; it is blocked")

// challengeOf binds a challenge to the record that is signed and to nothing that was
// known before.
func challengeOf(record, nonce []byte) []byte {
	h := sha256.New()
	h.Write([]byte("pedigree signature challenge v1"))
	h.Write(nonce)
	h.Write(record)
	return h.Sum(nil)
}
