package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/config"
	"pedigree/internal/vault"
)

// openAccess opens the people and machines of a node, and does not trust an audit
// trail whose end was tampered with.
func openAccess(ctx context.Context, v *vault.Vault) (*auth.Access, error) {
	a := auth.NewAccess(v, time.Now)
	if err := a.CheckAuditTail(ctx); err != nil {
		return nil, failWith(exitNo, "keep a copy of the home as it is, find out who changed it, then restore a backup", err)
	}
	return a, nil
}

// accessConfig is what the HTTP interface needs to know of who may use it.
func (r *running) accessConfig(c *api.Config, cfg config.Config) (err error) {
	for i, cert := range cfg.Access.Certificates {
		known := auth.Certificate{Name: cert.Name, SPKI: strings.ToLower(cert.SPKI), URI: cert.URI}
		for _, role := range cert.Roles {
			known.Roles = append(known.Roles, auth.Role(role))
		}
		if err := known.Check(); err != nil {
			return failWith(exitUsage, "docs/reference/permissions.md lists the roles", fmt.Errorf("access.certificates[%d] in pedigree.yaml: %w", i, err))
		}
		c.Certificates = append(c.Certificates, known)
	}
	c.Origin, c.TwoPersons = cfg.API.Origin, cfg.Access.TwoPerson
	if c.Origin == "" {
		_, port, _ := net.SplitHostPort(cfg.API.Listen) // checked with the configuration
		c.Origin = "http://localhost:" + port
	}
	if c.Passkeys, err = auth.NewPasskeys(c.Access, c.Origin); err != nil {
		return failWith(exitUsage, "api.origin in pedigree.yaml is where browsers reach the node", err)
	}
	if c.Provider, err = r.provider(c, cfg.Access.OIDC); err != nil {
		return err
	}
	c.TLS, err = r.home.serverTLS(cfg.API.TLS)
	return err
}

// provider is the identity provider of the configuration; nil when it names none.
func (r *running) provider(c *api.Config, o config.OIDC) (*auth.Provider, error) {
	if o.Issuer == "" {
		return nil, nil
	}
	secret := ""
	if o.SecretFile != "" {
		path := r.home.at(o.SecretFile)
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			return nil, failWith(exitUsage, "chmod 600 "+path, fmt.Errorf("others may read the secret of the identity provider's client, %s", path))
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, failWith(exitUsage, "access.oidc.secret_file in pedigree.yaml names the file", fmt.Errorf("couldn't read the secret of the identity provider's client: %w", err))
		}
		secret = strings.TrimSpace(string(raw))
	}
	groups := map[string][]auth.Role{}
	for _, g := range o.Groups {
		groups[g.Group] = append(groups[g.Group], auth.Role(g.Role))
	}
	p, err := auth.NewProvider(c.Access, auth.ProviderConfig{
		Org: c.Org, Issuer: o.Issuer, Name: o.Name, ClientID: o.ClientID, ClientSecret: secret, Origin: c.Origin, GroupsClaim: o.GroupsClaim, Groups: groups,
	})
	if err != nil {
		return nil, failWith(exitUsage, "docs/reference/permissions.md lists the roles", err)
	}
	return p, nil
}

// at is a file that the configuration names, relative to its folder.
func (h home) at(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(h.dir, path)
}

// serverTLS reads the interface's certificate; nil when it has none.
func (h home) serverTLS(c config.TLS) (*tls.Config, error) {
	if c.Cert == "" {
		return nil, nil
	}
	if info, err := os.Stat(h.at(c.Key)); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, failWith(exitUsage, "chmod 600 "+h.at(c.Key), fmt.Errorf("others may read the private key %s", h.at(c.Key)))
	}
	cert, err := tls.LoadX509KeyPair(h.at(c.Cert), h.at(c.Key))
	if err != nil {
		return nil, failWith(exitUsage, "api.tls in pedigree.yaml names the files", fmt.Errorf("couldn't read the interface's certificate: %w", err))
	}
	t := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}}
	if c.ClientCA == "" {
		return t, nil
	}
	text, err := os.ReadFile(h.at(c.ClientCA))
	if err != nil {
		return nil, failWith(exitUsage, "api.tls.client_ca in pedigree.yaml names the file", fmt.Errorf("couldn't read the clients' authorities: %w", err))
	}
	t.ClientAuth, t.ClientCAs = tls.VerifyClientCertIfGiven, x509.NewCertPool()
	if !t.ClientCAs.AppendCertsFromPEM(text) {
		return nil, failWith(exitUsage, "", fmt.Errorf("%s holds no certificate as PEM", h.at(c.ClientCA)))
	}
	return t, nil
}

// clientTLS trusts the one certificate that a home's own interface has, whatever
// name it bears: the verbs reach the node by its address.
func (h home) clientTLS() (*tls.Config, error) {
	raw, err := os.ReadFile(h.config())
	if err != nil {
		return nil, fmt.Errorf("couldn't read the configuration: %w", err)
	}
	cfg, err := config.Parse(h.config(), raw, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	path := cfg.API.TLS.Cert
	chain, err := os.ReadFile(h.at(path))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the interface's certificate: %w", err)
	}
	block, _ := pem.Decode(chain)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s does not begin with a certificate as PEM", h.at(path))
	}
	own, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the certificate in %s: %w", h.at(path), err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, // replaced by the comparison below
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || !s.PeerCertificates[0].Equal(own) {
				return errors.New("the node does not have the certificate that its configuration names")
			}
			return nil
		},
	}, nil
}
