package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-webauthn/webauthn/protocol"
	"golang.org/x/oauth2"
)

// algorithms are those with which an ID token may be signed. None of them has a
// secret that both sides know, and none is "none".
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// ProviderConfig sets an identity provider up.
type ProviderConfig struct {
	Org          string // for whom its people act
	Issuer       string // exactly as its discovery document names it
	Name         string // as the page of signing in shows it
	ClientID     string
	ClientSecret string // "" for a client without one
	Origin       string // where browsers reach the node
	GroupsClaim  string
	Groups       map[string][]Role
}

// Provider lets people sign in at an identity provider (OpenID Connect Core 1.0, code
// flow with PKCE, RFC 7636).
type Provider struct {
	access *Access
	config ProviderConfig
	http   *http.Client
	open   *ceremonies[oidcCeremony]

	mu    sync.Mutex
	found *oidc.Provider // once discovered; a provider that is away holds no start up
	algs  []string
}

// oidcCeremony is what the way there leaves for the way back.
type oidcCeremony struct {
	browser  string // hash of the secret in the browser's cookie
	nonce    string
	verifier string // of PKCE
	next     string
	record   Record // that is being signed
	seed     []byte // of its challenge; nil for a sign-in
	begun    time.Time
}

// NewProvider makes a provider; it is asked for its discovery document when it is
// first used.
func NewProvider(a *Access, c ProviderConfig) (*Provider, error) {
	for group, list := range c.Groups {
		for _, r := range list {
			if _, err := ParseRole(string(r)); err != nil {
				return nil, fmt.Errorf("couldn't give roles to the group %q: %w", group, err)
			}
		}
	}
	client := &http.Client{
		Timeout:       providerWait,
		Transport:     &boundedAnswers{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Provider{access: a, config: c, http: client, open: newCeremonies[oidcCeremony](a.Now)}, nil
}

// Name is what the page of signing in calls the provider.
func (p *Provider) Name() string { return p.config.Name }

func (p *Provider) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.http)
}

// discover reads the discovery document, once it can be had.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, []string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, p.algs, nil
	}
	// The keys are fetched later too, so not with a context that ends with this request.
	found, err := oidc.NewProvider(p.client(context.WithoutCancel(ctx)), p.config.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't reach the identity provider: %w", err)
	}
	var document struct {
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := found.Claims(&document); err != nil {
		return nil, nil, fmt.Errorf("couldn't read the identity provider's document: %w", err)
	}
	algs := slices.DeleteFunc(document.Algorithms, func(a string) bool { return !slices.Contains(algorithms, a) })
	if len(algs) == 0 {
		return nil, nil, errors.New("couldn't trust the identity provider: it signs with no algorithm whose key is its own alone")
	}
	p.found, p.algs = found, algs
	return found, algs, nil
}

func (p *Provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.config.Origin + "/login/oidc/callback", Scopes: []string{oidc.ScopeOpenID, "profile"},
	}
}

// Begin starts a sign-in. The browser goes to the address, and keeps the secret in a
// cookie until it comes back.
func (p *Provider) Begin(ctx context.Context, next string) (address, browser string, err error) {
	return p.begin(ctx, oidcCeremony{next: next})
}

// BeginSigning starts the signature of a record: the person signs in again, now.
func (p *Provider) BeginSigning(ctx context.Context, r Record, next string) (address, browser string, err error) {
	seed, err := protocol.CreateChallenge()
	if err != nil {
		return "", "", fmt.Errorf("couldn't begin a signature: %w", err)
	}
	hash := r.Hash()
	nonce := base64.RawURLEncoding.EncodeToString(challengeOf(hash[:], seed))
	again := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0")}
	return p.begin(ctx, oidcCeremony{next: next, record: r, seed: seed, nonce: nonce}, again...)
}

func (p *Provider) begin(ctx context.Context, c oidcCeremony, more ...oauth2.AuthCodeOption) (address, browser string, err error) {
	found, _, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	browser, c.browser = newSecret()
	if c.nonce == "" {
		c.nonce, _ = newSecret()
	}
	c.verifier, c.begun = oauth2.GenerateVerifier(), p.access.Now()
	state, err := p.open.begin(c)
	if err != nil {
		return "", "", err
	}
	more = append(more, oidc.Nonce(c.nonce), oauth2.S256ChallengeOption(c.verifier))
	return p.oauth(found).AuthCodeURL(state, more...), browser, nil
}

// claims is what is read of an ID token.
type claims struct {
	Name     string `json:"name"`
	Username string `json:"preferred_username"`
	Azp      string `json:"azp"`
	AuthTime int64  `json:"auth_time"`
}

// Arrival is who came back from the provider.
type Arrival struct {
	Who       Principal
	Roles     []Role // of the person's groups, for this session
	Next      string
	Signature string // id of the signature that was made; "" for a sign-in
}

// Finish takes who came back, with the state and code of the address and the secret
// of the browser's cookie.
func (p *Provider) Finish(ctx context.Context, state, code, browser string) (Arrival, error) {
	c, err := p.open.finish(state)
	if err != nil || subtle.ConstantTimeCompare([]byte(c.browser), []byte(hashOf(browser))) != 1 {
		return Arrival{}, fmt.Errorf("%w: the state is not one of this browser's", ErrUnknown)
	}
	found, algs, err := p.discover(ctx)
	if err != nil {
		return Arrival{}, err
	}
	answer, err := p.oauth(found).Exchange(p.client(ctx), code, oauth2.VerifierOption(c.verifier))
	if err != nil {
		return Arrival{}, fmt.Errorf("%w: the provider does not take the code: %w", ErrUnknown, err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, more, err := p.verify(ctx, found, algs, raw, c)
	if err != nil {
		return Arrival{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	list, err := p.rolesOf(token)
	if err != nil {
		return Arrival{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	u, err := p.access.bySubject(ctx, p.config.Org, token.Issuer, token.Subject, nameOf(more), len(list) > 0)
	if err != nil {
		return Arrival{}, err
	}
	arrival := Arrival{Who: New(u.ID, u.Name, Person, p.config.Org, append(u.Roles, list...)...), Roles: list, Next: c.next}
	if c.seed == nil {
		return arrival, nil
	}
	arrival.Signature, err = p.sign(ctx, c, u, raw)
	return arrival, err
}

// verify checks an ID token: its signature and algorithm, issuer, audience, times,
// nonce and, for a signature, that the person has signed in just now.
func (p *Provider) verify(ctx context.Context, found *oidc.Provider, algs []string, raw string, c oidcCeremony) (*oidc.IDToken, claims, error) {
	var more claims
	if len(raw) > tokenBytesMax {
		return nil, more, fmt.Errorf("the ID token has %d bytes, more than %d", len(raw), tokenBytesMax)
	}
	now := p.access.Now()
	verifier := found.Verifier(&oidc.Config{ClientID: p.config.ClientID, SupportedSigningAlgs: algs, Now: func() time.Time { return now.Add(-clockLeeway) }})
	token, err := verifier.Verify(p.client(ctx), raw)
	if err != nil {
		return nil, more, err
	}
	if err := token.Claims(&more); err != nil {
		return nil, more, err
	}
	switch {
	case token.Issuer != p.config.Issuer:
		return nil, more, errors.New("the ID token has another issuer")
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(c.nonce)) != 1:
		return nil, more, errors.New("the ID token has another nonce")
	case token.Subject == "" || len(token.Subject) > subjectBytesMax:
		return nil, more, errors.New("the ID token has no subject")
	case (len(token.Audience) > 1 || more.Azp != "") && more.Azp != p.config.ClientID:
		return nil, more, errors.New("the ID token was made for another client")
	case token.IssuedAt.After(now.Add(clockLeeway)) || token.IssuedAt.Before(c.begun.Add(-clockLeeway)):
		return nil, more, errors.New("the ID token was not made during this sign-in")
	case c.seed != nil && time.Unix(more.AuthTime, 0).Before(c.begun.Add(-clockLeeway)):
		return nil, more, errors.New("the person did not sign in again")
	}
	return token, more, nil
}

// rolesOf are the roles of a person's groups.
func (p *Provider) rolesOf(token *oidc.IDToken) ([]Role, error) {
	var all map[string]json.RawMessage
	if err := token.Claims(&all); err != nil {
		return nil, err
	}
	var groups []string
	if raw, there := all[p.config.GroupsClaim]; there {
		if err := json.Unmarshal(raw, &groups); err != nil {
			return nil, fmt.Errorf("the claim %s is no list of names", p.config.GroupsClaim)
		}
	}
	if len(groups) > groupsEach {
		return nil, fmt.Errorf("the claim %s has %d groups, more than %d", p.config.GroupsClaim, len(groups), groupsEach)
	}
	var list []Role
	for _, g := range groups {
		list = append(list, p.config.Groups[g]...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// sign keeps the signature of who has signed in again. The token is its evidence: the
// provider signed a nonce that only this record gives.
func (p *Provider) sign(ctx context.Context, c oidcCeremony, u User, raw string) (string, error) {
	if u.ID != c.record.Signer {
		return "", fmt.Errorf("%w: another person signed in", ErrUnknown)
	}
	proof, err := json.Marshal(tokenEvidence{c.seed, raw})
	if err != nil {
		return "", err
	}
	s, err := p.access.keepSignature(ctx, c.record, MethodOIDC, proof, false)
	return s.ID, err
}

// tokenEvidence is the evidence of a signature at an identity provider.
type tokenEvidence struct {
	Nonce []byte `json:"nonce"`
	Token string `json:"token"`
}

// check checks that the token's nonce is that of the record. The provider's own
// signature was checked when the token came; its keys change.
func (e tokenEvidence) check(hash []byte) error {
	parts := strings.Split(e.Token, ".")
	if len(parts) != 3 {
		return errors.New("the evidence can't be read")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var c struct {
		Nonce string `json:"nonce"`
	}
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return errors.New("the evidence can't be read")
	}
	if c.Nonce != base64.RawURLEncoding.EncodeToString(challengeOf(hash, e.Nonce)) {
		return errors.New("the identity provider signed another record")
	}
	return nil
}

func nameOf(c claims) string {
	for _, name := range []string{c.Name, c.Username} {
		if checkName(name) == nil {
			return name
		}
	}
	return ""
}
