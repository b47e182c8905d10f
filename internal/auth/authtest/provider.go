package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The client that a Provider knows.
const (
	ClientID     = "pedigree"
	ClientSecret = "the secret of the client"
)

// Provider is an identity provider over HTTP with an RSA key and a P-256 key: the
// discovery document, the keys, the page of signing in, which lets everybody in as
// Subject, and the exchange of a code for an ID token, which checks the client's
// secret and PKCE. Its fields let a test make it lie.
type Provider struct {
	*testing.T
	URL     string
	Subject string
	Groups  []string
	Now     func() time.Time

	Alg        string               // RS256, ES256, PS256; HS256 or none, which it does not name
	Kid        string               // in place of the key's
	Change     func(map[string]any) // changes the claims
	Forge      *rsa.PrivateKey      // signs in place of its own key
	Algorithms []string             // that it names
	Raw        string               // the ID token, in place of one that it makes

	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey

	mu    sync.Mutex
	codes map[string]url.Values // the request of each code
}

// NewProvider starts a provider.
func NewProvider(t *testing.T) *Provider {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{
		T: t, Subject: "subject-1", Now: time.Now, Alg: "RS256", Algorithms: []string{"RS256", "ES256", "PS256"},
		rsa: rsaKey, ec: ecKey, codes: map[string]url.Values{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	p.write(w, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": p.Algorithms,
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	point, err := p.ec.PublicKey.Bytes()
	if err != nil {
		p.Error(err)
	}
	p.write(w, map[string]any{"keys": []any{
		map[string]any{"kty": "RSA", "kid": "rsa", "use": "sig", "n": b64(p.rsa.N.Bytes()), "e": "AQAB"},
		map[string]any{"kty": "EC", "kid": "ec", "use": "sig", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])},
	}})
}

func (p *Provider) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.Error(err)
	}
}

// authorize signs everybody in at once and sends the browser back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" {
		http.Error(w, "not a request of the client", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = q
	p.mu.Unlock()
	back := q.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back, http.StatusFound)
}

// token exchanges a code, once.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	unescaped, _ := url.QueryUnescape(secret) // RFC 6749 section 2.3.1
	p.mu.Lock()
	q, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || id != ClientID || unescaped != ClientSecret || b64(sum[:]) != q.Get("code_challenge") || r.PostFormValue("redirect_uri") != q.Get("redirect_uri") {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	raw := p.Raw
	if raw == "" {
		raw = p.idToken(q.Get("nonce"))
	}
	p.write(w, map[string]any{"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": raw})
}

func (p *Provider) idToken(nonce string) string {
	now := p.Now()
	claims := map[string]any{
		"iss": p.URL, "sub": p.Subject, "aud": ClientID, "nonce": nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		"auth_time": now.Unix(), "name": "Pat Example", "groups": p.Groups,
	}
	if p.Change != nil {
		p.Change(claims)
	}
	kid := map[string]string{"RS256": "rsa", "PS256": "rsa", "HS256": "rsa", "ES256": "ec", "none": "rsa"}[p.Alg]
	if p.Kid != "" {
		kid = p.Kid
	}
	head, err := json.Marshal(map[string]string{"alg": p.Alg, "kid": kid, "typ": "JWT"})
	if err != nil {
		p.Error(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.Error(err)
	}
	text := b64(head) + "." + b64(body)
	return text + "." + base64.RawURLEncoding.EncodeToString(p.signature([]byte(text)))
}

func (p *Provider) signature(text []byte) (sig []byte) {
	sum := sha256.Sum256(text)
	key := p.rsa
	if p.Forge != nil {
		key = p.Forge
	}
	var err error
	switch p.Alg {
	case "RS256":
		sig, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	case "PS256":
		sig, err = rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	case "HS256": // with the public key, which everybody has, as the secret
		mac := hmac.New(sha256.New, x509.MarshalPKCS1PublicKey(&p.rsa.PublicKey))
		mac.Write(text)
		sig = mac.Sum(nil)
	case "ES256":
		r, s, e := ecdsa.Sign(rand.Reader, p.ec, sum[:])
		if err = e; err == nil {
			sig = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}
	}
	if err != nil {
		p.Error(err)
	}
	return sig
}
